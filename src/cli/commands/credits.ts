import { type Command, type Invocation, serverOptions } from '../command.ts';
import { UsageError } from '../exit-codes.ts';
import { operatorOption } from '../operator-option.ts';
import { printForecast } from '../print-forecast.ts';
import { openOperator, openSession } from '../session.ts';
import { table } from '../table.ts';

export const command: Command = {
  name: 'credits',
  summary: 'show the credits of your account; as the operator, grant some',
  usage: '[show | forecast | grant <account id> <credits>]',
  options: {
    reason: { type: 'string', value: 'TEXT', help: 'with grant: what the ledger says' },
    test: { type: 'boolean', help: 'with grant: test credits' },
    once: {
      type: 'string',
      value: 'NAME',
      help: 'with grant: give them once, however often the command runs with this name',
    },
    ...serverOptions,
    ...operatorOption,
  },
  examples: [
    'kinora credits',
    'kinora credits forecast',
    'kinora credits grant acc_… 12000 --reason "pack Max"',
  ],
  async run(invocation) {
    const [verb = 'show', account, credits, ...rest] = invocation.positionals;
    if (rest.length > 0) throw new UsageError(`"${rest[0]}" is too much.`);
    if (verb === 'show') return show(invocation);
    if (verb === 'forecast') return forecast(invocation);
    if (verb !== 'grant')
      throw new UsageError(`credits cannot "${verb}".`, 'It can show, forecast and grant.');
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

async function forecast(invocation: Invocation): Promise<void> {
  const session = await openSession(invocation);
  try {
    const answer = await session.client.forecast({ signal: invocation.signal });
    invocation.output.data(answer);
    printForecast(answer, invocation.output);
  } finally {
    await session.close();
  }
}

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
