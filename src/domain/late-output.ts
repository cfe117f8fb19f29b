import { findPriceBook, type Price } from './price-book.ts';
import { settle } from './settlement.ts';

/**
 * What it costs to adopt a video that arrived after its generation had ended: its measured length, by the rules and the
 * price book that its delivery would have been settled by. Undefined where it is too short to be sold.
 */
export function priceOfLateOutput(late: {
  priceBook: string;
  requestedSeconds: number;
  measuredSeconds: number;
}): Price | undefined {
  const { requestedSeconds, measuredSeconds } = late;
  const priceBook = findPriceBook(late.priceBook);
  if (priceBook === undefined) return undefined;
  const settlement = settle({ priceBook, requestedSeconds, measuredSeconds });
  return settlement.status === 'charge' ? settlement.price : undefined;
}
