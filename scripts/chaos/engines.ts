import type { Recovery } from '../../src/domain/engine.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import type { PricedEngine } from '../../src/domain/priced-engine.ts';
import { createSimulatedEngine } from '../../src/engines/simulated/index.ts';

/** Three ways of being a provider: with idempotency keys, with look-up, and with callbacks alone. */
export const recoveries = {
  keyed: { idempotencyKey: true, lookUp: false, callback: true },
  searchable: { idempotencyKey: false, lookUp: true, callback: false },
  'callback-only': { idempotencyKey: false, lookUp: false, callback: true },
} as const satisfies Record<string, Recovery>;

export type ChaosEngine = keyof typeof recoveries;

export const chaosEngines = Object.keys(recoveries) as ChaosEngine[];

const slots = 200;
const callSeconds = 5;

export function createChaosEngines(providerUrl: string): Map<string, PricedEngine> {
  return new Map(
    chaosEngines.map((name) => {
      const recovery = recoveries[name];
      const { engine } = createSimulatedEngine({
        name,
        slots,
        callSeconds,
        recovery,
        provider: { url: providerUrl },
      });
      return [name, { engine, priceBook: priceBooks.published, serves: ['test'], simulates: true }];
    }),
  );
}
