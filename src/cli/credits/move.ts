import type { Invocation } from '../command.ts';
import { NotMade, UsageError } from '../exit-codes.ts';
import { openOperator } from '../session.ts';

type Operator = Awaited<ReturnType<typeof openOperator>>['client'];

export async function grant(invocation: Invocation, account: string, credits: number): Promise<void> {
  const { options, output, signal } = invocation;
  const reason = options.text('reason');
  const priority = options.wholeNumber('priority');
  const expires = options.text('expires');
  const granted = await asOperator(invocation, (client) =>
    client.accounts.grant(
      account,
      {
        credits,
        purse: purseOf(invocation),
        ...(reason === undefined ? {} : { reason }),
        ...(priority === undefined ? {} : { priority }),
        ...(expires === undefined ? {} : { expires_at: momentOf(expires) }),
      },
      { signal, ...onceOf(invocation, 'grant') },
    ),
  );
  output.data(granted);
  output.line(
    `${number(granted.credits)} ${granted.purse} credits for ${granted.account_id}: ${granted.reason}.`,
  );
}

/** `credits` is negative where they are taken. */
export async function adjust(invocation: Invocation, account: string, credits: number): Promise<void> {
  const { output, signal } = invocation;
  const body = { credits, purse: purseOf(invocation), reason: reasonOf(invocation) };
  const adjusted = await asOperator(invocation, (client) =>
    client.ledger.adjust(account, body, { signal, ...onceOf(invocation, 'adjust') }),
  );
  output.data(adjusted);
  const done = credits < 0 ? 'taken from' : 'given to';
  output.line(
    `${number(Math.abs(adjusted.credits))} ${adjusted.purse} credits ${done} ${adjusted.account_id}: ${adjusted.reason}.`,
  );
}

export async function refund(invocation: Invocation, generation: string, credits: number): Promise<void> {
  const { options, output, signal } = invocation;
  const of = options.flag('late') ? { of: 'late_output' as const } : {};
  const body = { credits, reason: reasonOf(invocation), ...of };
  const refunded = await asOperator(invocation, (client) =>
    client.ledger.refund(generation, body, { signal, ...onceOf(invocation, 'refund') }),
  );
  output.data(refunded);
  output.line(
    `${number(refunded.credits)} ${refunded.purse} credits given back to ${refunded.account_id} for ${generation}: ${refunded.reason}.`,
  );
}

/** Sums up all books again; throws NotMade where they do not balance. */
export async function check(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const checked = await asOperator(invocation, (client) => client.ledger.check({ signal }));
  output.data(checked);
  if (checked.balanced) return output.line(output.style.good('The books balance.'));
  for (const { what, id } of checked.imbalances) output.line(`${output.style.bad(what)}   ${id}`);
  const count = checked.imbalances.length;
  throw new NotMade(`The books do not balance: ${count} ${count === 1 ? 'thing is' : 'things are'} wrong.`);
}

async function asOperator<T>(invocation: Invocation, work: (client: Operator) => Promise<T>): Promise<T> {
  const session = await openOperator(invocation);
  try {
    return await work(session.client);
  } finally {
    await session.close();
  }
}

const purseOf = ({ options }: Invocation): 'live' | 'test' => (options.flag('test') ? 'test' : 'live');

const number = (credits: number) => credits.toLocaleString('en');

function onceOf({ options }: Invocation, verb: string): { idempotencyKey?: string } {
  const once = options.text('once');
  return once === undefined ? {} : { idempotencyKey: `${verb}/${encodeURIComponent(once)}` };
}

function reasonOf({ options }: Invocation): string {
  const reason = options.text('reason');
  if (reason !== undefined && reason.trim() !== '') return reason;
  throw new UsageError('Why? The ledger keeps the reason.', 'Say it with --reason "…".');
}

function momentOf(text: string): string {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime()) && /^\d{4}-\d{2}-\d{2}/.test(text)) return date.toISOString();
  throw new UsageError(`--expires must be a date or a time, such as 2027-01-31, not "${text}".`);
}
