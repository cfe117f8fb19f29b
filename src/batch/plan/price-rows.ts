/** What a number of rows costs, in every way that a person may ask for it. */
export interface RowsPrice {
  each: { credits: number; usdCents: number };
  credits: number;
  /** By the price list of single videos (R58). */
  listUsdCents: number;
  /** What the credits cost in the pack that gives most for its money, and how many of it are to be bought (I5). */
  pack:
    | {
        name: string;
        valueUsdCents: number;
        /** For all of them, as if nothing were there. */
        packs: number;
        payUsdCents: number;
        /** For what the balance lacks. */
        packsToBuy: number;
      }
    | undefined;
  availableCredits: number;
}

interface Pack {
  name: string;
  credits: number;
  price_usd_cents: number;
}

export function priceRows(
  rows: number,
  options: { each: RowsPrice['each']; packs: readonly Pack[]; availableCredits: number },
): RowsPrice {
  const { each, availableCredits } = options;
  const credits = rows * each.credits;
  const best = options.packs.toSorted(
    (a, b) => a.price_usd_cents / a.credits - b.price_usd_cents / b.credits,
  )[0];
  const packs = best === undefined ? 0 : Math.ceil(credits / best.credits);
  return {
    each,
    credits,
    listUsdCents: rows * each.usdCents,
    pack:
      best === undefined
        ? undefined
        : {
            name: best.name,
            valueUsdCents: Math.round((credits * best.price_usd_cents) / best.credits),
            packs,
            payUsdCents: packs * best.price_usd_cents,
            packsToBuy: Math.ceil(Math.max(0, credits - availableCredits) / best.credits),
          },
    availableCredits,
  };
}

/** $1,515 and $1,262.50: cents only where there are any. */
export function dollars(cents: number): string {
  const whole = cents % 100 === 0;
  return (cents / 100).toLocaleString('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: whole ? 0 : 2,
  });
}
