import type { GrantBook } from '../../contract/ledger.ts';
import type { Invocation } from '../command.ts';
import { openSession } from '../session.ts';
import { table } from '../table.ts';
import { oneLine } from '../text-width.ts';

/** Balances, and the grants that something is left of. */
export async function show(invocation: Invocation): Promise<void> {
  const { output, signal } = invocation;
  const session = await openSession(invocation);
  try {
    const credits = await session.client.credits.get({ signal });
    const { data: grants } = await session.client.ledger.grants({ limit: 500 }, { signal });
    output.data({ ...credits, grants });
    const rows = (['live', 'test'] as const).map((purse) => ({ purse, ...credits[purse] }));
    const balances = table(
      rows,
      [
        { head: credits.account_id, cell: ({ purse }) => purse },
        { head: 'AVAILABLE', align: 'right', cell: ({ available }) => number(available) },
        { head: 'HELD', align: 'right', cell: ({ held }) => number(held) },
      ],
      output.style,
    );
    for (const line of balances) output.line(line);
    const open = grants.filter(({ remaining, held }) => remaining + held > 0);
    if (open.length === 0) return;
    output.line();
    for (const line of table(open, grantColumns, output.style)) output.line(line);
  } finally {
    await session.close();
  }
}

const number = (credits: number) => credits.toLocaleString('en');

const grantColumns = [
  { head: 'GRANT', cell: ({ source, pack }: GrantBook) => pack ?? source },
  { head: 'GIVEN', align: 'right', cell: ({ amount }: GrantBook) => number(amount) },
  { head: 'LEFT', align: 'right', cell: ({ remaining }: GrantBook) => number(remaining) },
  { head: 'HELD', align: 'right', cell: ({ held }: GrantBook) => number(held) },
  { head: 'SPENT', align: 'right', cell: ({ spent }: GrantBook) => number(spent) },
  { head: 'EXPIRES', cell: ({ expires_at: at }: GrantBook) => at?.slice(0, 16).replace('T', ' ') ?? 'never' },
  { head: 'REASON', cell: ({ reason }: GrantBook) => oneLine(reason) },
] as const;
