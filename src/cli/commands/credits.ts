import { program } from '../again.ts';
import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import { openOperator, openSession } from '../session.ts';
import { table } from '../table.ts';

export const command: Command = {
  name: 'credits',
  summary: 'show and buy credits; as the operator, grant some',
  usage: '[show | packs | buy <pack> | grant <account id> <credits>]',
  options: {
    reason: { type: 'string', value: 'TEXT', help: 'with grant: what the ledger says' },
    test: { type: 'boolean', help: 'with grant: test credits' },
    once: {
      type: 'string',
      value: 'NAME',
      help: 'with grant and buy: once, however often the command runs with this name',
    },
    ...serverOptions,
    ...operatorOption,
  },
  examples: [
    'kinora credits',
    'kinora credits buy Max',
    'kinora credits grant acc_… 12000 --reason "pack Max"',
  ],
  async run(invocation) {
    const [verb = 'show', account, credits, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (verb === 'show') return show(invocation);
    if (verb === 'packs') return showPacks(invocation);
    if (verb === 'buy') {
      if (account === undefined) throw new UsageError('Which pack?', `${program} credits packs lists them.`);
      return buy(invocation, [account, credits].filter((word) => word !== undefined).join(' '));
    }
    if (verb !== 'grant')
      throw new UsageError(`credits cannot "${verb}".`, 'It can show, packs, buy and grant.');
    if (account === undefined || credits === undefined || !/^\d{1,10}$/.test(credits))
      throw new UsageError(
        'Who gets how many?',
        'kinora credits grant acc_… 12000; kinora accounts lists the ids.',
      );
    return grant(invocation, account, Number(credits));
  },
};

async function show(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const credits = await session.client.credits.get({ signal });
    output.data(credits);
    const rows = (['live', 'test'] as const).map((purse) => ({ purse, ...credits[purse] }));
    const lines = table(
      rows,
      [
        { head: credits.account_id, cell: ({ purse }) => purse },
        { head: 'AVAILABLE', align: 'right', cell: ({ available }) => available.toLocaleString('en') },
        { head: 'HELD', align: 'right', cell: ({ held }) => held.toLocaleString('en') },
      ],
      output.style,
    );
    for (const line of lines) output.line(line);
  } finally {
    await session.close();
  }
}

async function showPacks(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const { data, payable } = await session.client.packs.list({ signal });
    for (const pack of data) output.data(pack);
    const lines = table(
      data,
      [
        { head: 'PACK', cell: ({ name }) => name },
        { head: 'PRICE', align: 'right', cell: (pack) => dollars(pack.price_usd_cents) },
        { head: 'CREDITS', align: 'right', cell: ({ credits }) => credits.toLocaleString('en') },
        {
          head: 'A DOLLAR',
          align: 'right',
          cell: (pack) => `${((pack.credits * 100) / pack.price_usd_cents).toFixed(1)} credits`,
        },
      ],
      output.style,
    );
    for (const line of lines) output.line(line);
    if (!payable) output.note('This server takes no payments yet: docs/payments.md says how to set them up.');
  } finally {
    await session.close();
  }
}

async function buy(invocation: Invocation, pack: string): Promise<void> {
  const { options, output, signal } = invocation;
  const once = options.text('once');
  const session = await openSession(invocation);
  try {
    const topup = await session.client.topups.create(
      { pack },
      { signal, ...(once === undefined ? {} : { idempotencyKey: `buy/${encodeURIComponent(once)}` }) },
    );
    output.data(topup);
    output.note(
      `${topup.pack}: ${topup.credits.toLocaleString('en')} credits for ${dollars(topup.price_usd_cents)} (${topup.id}, ${topup.status}).`,
    );
    if (topup.url === null) return;
    output.note('Pay here; the credits arrive when the payment is confirmed:');
    output.line(topup.url);
  } finally {
    await session.close();
  }
}

const dollars = (cents: number) => (cents / 100).toLocaleString('en', { style: 'currency', currency: 'USD' });

async function grant(invocation: Invocation, account: string, credits: number): Promise<void> {
  const { options, output, signal } = invocation;
  const reason = options.text('reason');
  const once = options.text('once');
  const session = await openOperator(invocation);
  try {
    const granted = await session.client.accounts.grant(
      account,
      {
        credits,
        purse: options.flag('test') ? 'test' : 'live',
        ...(reason === undefined ? {} : { reason }),
      },
      { signal, ...(once === undefined ? {} : { idempotencyKey: `grant/${encodeURIComponent(once)}` }) },
    );
    output.data(granted);
    output.line(
      `${granted.credits.toLocaleString('en')} ${granted.purse} credits for ${granted.account_id}: ${granted.reason}.`,
    );
  } finally {
    await session.close();
  }
}
