import type { Invocation } from '../command.ts';
import { openSession } from '../session.ts';
import { table } from '../table.ts';

/** Lists what can be bought. */
export async function showPacks(invocation: Invocation): Promise<void> {
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

/** Begins a purchase and says where to pay. */
export async function buy(invocation: Invocation, pack: string): Promise<void> {
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
