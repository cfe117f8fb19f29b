import type { Engine } from './engine.ts';
import type { PriceBook } from './price-book.ts';

/** An engine with the price book that its work is sold by (I4). */
export interface PricedEngine {
  engine: Engine;
  priceBook: PriceBook;
}
