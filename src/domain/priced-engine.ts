import type { Purse } from './credits.ts';
import type { Engine } from './engine.ts';
import type { PriceBook } from './price-book.ts';

/** An engine with the price book that its work is sold by (I4). */
export interface PricedEngine {
  engine: Engine;
  priceBook: PriceBook;
  /** Whose keys it serves. A test key runs on no engine that costs us money. */
  serves: readonly Purse[];
  /** Whether it takes a `simulate` object, which says how it is to behave. */
  simulates: boolean;
}
