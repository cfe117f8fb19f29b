import type { Recovery } from '../../src/domain/engine.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import type { PricedEngine } from '../../src/domain/priced-engine.ts';
import { createSimulatedEngine } from '../../src/engines/simulated/index.ts';
import { subjects } from '../../test/contracts/engine/subjects.ts';

/** Three ways of being a provider: with idempotency keys, with look-up, and with callbacks alone. */
const recoveries: Record<string, Recovery> = {
  keyed: { idempotencyKey: true, lookUp: false, callback: true },
  searchable: { idempotencyKey: false, lookUp: true, callback: false },
  'callback-only': { idempotencyKey: false, lookUp: false, callback: true },
};

/** Those of a run that names none. */
export const usualEngines = Object.keys(recoveries);

/** The engines of real providers, each against a double that speaks its wire. */
const hosted = subjects.filter(({ dialect }) => dialect !== undefined);

export const chaosEngines = [...usualEngines, ...hosted.map(({ name }) => name)];

/** Where a double is needed between the engine and the simulated provider. */
export const needsDouble = (name: string) => hosted.some((subject) => subject.name === name);

const slots = 200;
const callSeconds = 5;

const nowhere = { origin: 'http://127.0.0.1:9', callbacks: true, now: Date.now, callSeconds };

const recoveryOf = new Map<string, Recovery>([
  ...Object.entries(recoveries),
  ...hosted.map(({ name, create }): [string, Recovery] => [name, create(nowhere).engine.recovery]),
]);

/** Whether a start whose answer was lost is found again without a callback: then nothing of it may stay parked. */
export function findsLostAnswers(name: string): boolean {
  const { idempotencyKey = false, lookUp = false } = recoveryOf.get(name) ?? {};
  return idempotencyKey || lookUp;
}

export function createChaosEngines(options: {
  provider: string;
  /** Origins of the doubles, by engine. */
  doubles: Readonly<Record<string, string>>;
}): Map<string, PricedEngine> {
  const sold = { priceBook: priceBooks.published, serves: ['test'] } as const;
  const simulated = usualEngines.map((name): [string, PricedEngine] => {
    const recovery = recoveries[name] ?? { idempotencyKey: false, lookUp: false, callback: false };
    const provider = { url: options.provider };
    const { engine } = createSimulatedEngine({ name, slots, callSeconds, recovery, provider });
    return [name, { ...sold, engine, simulates: true }];
  });
  const real = Object.entries(options.doubles).flatMap(([name, origin]): [string, PricedEngine][] =>
    hosted
      .filter((subject) => subject.name === name)
      .map((subject) => {
        const { engine } = subject.create({ origin, callbacks: true, now: Date.now, callSeconds });
        return [name, { ...sold, engine, simulates: false }];
      }),
  );
  return new Map([...simulated, ...real]);
}
