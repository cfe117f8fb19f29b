import { type Price, type PriceBook, priceOf } from './price-book.ts';

/** More than this much shorter than asked for, and the length is rounded down instead of to the nearest second. */
const toleratedShortfallSeconds = 0.5;

export type Settlement =
  | { status: 'charge'; billedSeconds: number; price: Price }
  | { status: 'too_short'; billedSeconds: number };

/**
 * What a delivered video costs: its measured length to the nearest second, never above what was asked for; more
 * than 0.5 s short is rounded down. Shorter than the shortest priced length is no delivery at all.
 */
export function settle(options: {
  priceBook: PriceBook;
  requestedSeconds: number;
  measuredSeconds: number;
}): Settlement {
  const { priceBook, requestedSeconds, measuredSeconds } = options;
  const shortfall = requestedSeconds - measuredSeconds;
  const whole =
    shortfall > toleratedShortfallSeconds ? Math.floor(measuredSeconds) : Math.round(measuredSeconds);
  const billedSeconds = Math.min(whole, requestedSeconds);
  const price = priceOf(priceBook, billedSeconds);
  return price === undefined
    ? { status: 'too_short', billedSeconds }
    : { status: 'charge', billedSeconds, price };
}
