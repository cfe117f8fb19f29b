import type { Capabilities } from '../domain/capabilities.ts';
import { type PriceBook, priceBooks } from '../domain/price-book.ts';
import { knownEngines } from '../domain/priced-engine.ts';
import { hostedCapabilities } from '../engines/hosted-capabilities.ts';
import type { Deps } from './deps.ts';

/** An engine that could be set up: what it takes, and what its videos are sold for. */
export interface UnsetEngine {
  name: string;
  /** Undefined where they are known only once it is set up. */
  capabilities: Capabilities | undefined;
  priceBook: PriceBook;
}

/** The engines that Kinora knows and that are not set up here, so that a plan can be made before a key is bought (I4). */
export function unsetEngines({ engines }: Pick<Deps, 'engines'>): UnsetEngine[] {
  return knownEngines
    .filter((name) => !engines.has(name) && name !== 'local' && name !== 'simulated')
    .map((name) => ({
      name,
      capabilities: hostedCapabilities(name)?.capabilities,
      priceBook: priceBooks.published,
    }));
}
