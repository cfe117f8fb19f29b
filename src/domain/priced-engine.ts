import type { Purse } from './credits.ts';
import type { Engine } from './engine.ts';
import type { PriceBook } from './price-book.ts';

/** Every engine that Kinora knows how to ask, whether it is set up or not. */
export const knownEngines = ['local', 'simulated', 'fal', 'ark', 'replicate', 'videos', 'comfyui'] as const;

export type KnownEngine = (typeof knownEngines)[number];

/** An engine with the price book that its work is sold by (I4). */
export interface PricedEngine {
  engine: Engine;
  priceBook: PriceBook;
  /** Whose keys it serves. A test key runs on no engine that costs us money. */
  serves: readonly Purse[];
  /** Whether it takes a `simulate` object, which says how it is to behave. */
  simulates: boolean;
}
