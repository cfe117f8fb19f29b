import { verifyReceipts } from '../../client/index.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { NotMade, UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import { receiptLines } from '../receipts/print-receipt.ts';
import { openOperator, openSession } from '../session.ts';

export const command: Command = {
  name: 'receipts',
  summary: 'show what a video cost and why; check the whole chain of receipts',
  usage: 'show <generation id> | verify',
  options: {
    account: {
      type: 'string',
      value: 'ID',
      help: 'with verify, as the operator: the account whose receipts are meant',
    },
    test: { type: 'boolean', help: 'with verify --account: of its test credits' },
    ...serverOptions,
    ...operatorOption,
  },
  examples: [
    'kinora receipts show gen_…',
    'kinora receipts verify',
    'kinora receipts verify --account acc_…',
  ],
  async run(invocation) {
    const [verb, generation, ...rest] = invocation.positionals;
    if (verb !== 'show' && verb !== 'verify')
      throw new UsageError(
        verb === undefined ? 'Show or verify?' : `receipts cannot "${verb}".`,
        'It can show <generation id>, and verify.',
      );
    const extra = verb === 'verify' ? generation : rest[0];
    if (extra !== undefined) throw new UsageError(`"${extra}" is too much.`);
    if (verb === 'verify') return verify(invocation);
    if (generation === undefined) throw new UsageError('The id of the generation is missing.');
    return show(invocation, generation);
  },
};

async function show(invocation: Invocation, generation: string): Promise<void> {
  const { output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const { earlier, ...latest } = await session.client.receipts.get(generation, { signal });
    output.data({ ...latest, earlier });
    for (const [index, receipt] of [latest, ...earlier].entries()) {
      if (index > 0) output.line();
      for (const line of receiptLines(receipt, output.style)) output.line(line);
    }
  } finally {
    await session.close();
  }
}

async function verify(invocation: Invocation): Promise<void> {
  const { options, output, signal } = invocation;
  const account = options.text('account');
  const session = await (account === undefined ? openSession(invocation) : openOperator(invocation));
  try {
    const purse = options.flag('test') ? 'test' : 'live';
    const query = account === undefined ? {} : { accountId: account, purse: purse as 'live' | 'test' };
    const verdict = await verifyReceipts(session.client.receipts.pages(query, { signal }));
    output.data({ object: 'chain_verdict', ...verdict });
    if (!verdict.whole) throw new NotMade(`The chain breaks at receipt ${verdict.number}: ${verdict.fault}.`);
    const count = `${verdict.receipts.toLocaleString('en')} ${verdict.receipts === 1 ? 'receipt' : 'receipts'}`;
    if (verdict.receipts === 0) return output.line('There are no receipts yet.');
    output.line(`${output.style.good('The chain is whole:')} ${count}, none changed, none missing.`);
    output.line(`${output.style.faint('head')}   ${verdict.hash}`);
  } finally {
    await session.close();
  }
}
