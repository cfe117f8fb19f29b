import type { Recovery } from '../../src/domain/engine.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import type { PricedEngine } from '../../src/domain/priced-engine.ts';
import { createSimulatedEngine } from '../../src/engines/simulated/index.ts';
import { ownSubjects, type Subject, subjects } from '../../test/contracts/engine/subjects.ts';

/** Three ways of being a provider: with idempotency keys, with look-up, and with callbacks alone. */
const recoveries: Record<string, Recovery> = {
  keyed: { idempotencyKey: true, lookUp: false, callback: true },
  searchable: { idempotencyKey: false, lookUp: true, callback: false },
  'callback-only': { idempotencyKey: false, lookUp: false, callback: true },
};

/** Those of a run that names none. */
export const usualEngines = Object.keys(recoveries);

/** The engines of real providers and of the operator's own machines, each against doubles that speak its wire. */
const real: ReadonlyMap<string, Subject> = new Map(
  [...subjects, ...ownSubjects]
    .filter(({ dialect }) => dialect !== undefined)
    .map((subject) => [subject.name, subject]),
);

export const chaosEngines = [...usualEngines, ...real.keys()];

/** Makes what the others of a route have failed at, and is steered by nobody. */
export const backupEngine = 'backup';

/** Where doubles are needed between the engine and the simulated provider. */
export const needsDouble = (name: string) => real.has(name);

/** How many servers do the work of an engine. */
export const serversOf = (name: string) => real.get(name)?.servers ?? 1;

const slots = 200;
const callSeconds = 5;

function createReal(name: string, origins: readonly string[]) {
  const [origin = 'http://127.0.0.1:9', ...others] = origins;
  return real.get(name)?.create({ origin, others, callbacks: true, now: Date.now, callSeconds }).engine;
}

function recoveryOf(name: string): Recovery {
  const recovery = name === backupEngine ? recoveries['keyed'] : recoveries[name];
  return (
    recovery ?? createReal(name, [])?.recovery ?? { idempotencyKey: false, lookUp: false, callback: false }
  );
}

/** Whether an engine hears of ends by itself: only so it learns that a job which had failed has succeeded after all. */
export const isCalledBack = (name: string) => recoveryOf(name).callback;

/**
 * What may stay parked of an engine, by its own page: nothing where it has a key or a look-up; what nobody has called back
 * about; or what its servers list something like, which a person has to compare.
 */
export function mayPark(name: string, job: { known: boolean; calledBack: boolean }): boolean {
  const { idempotencyKey, lookUp } = recoveryOf(name);
  if (real.get(name)?.differs?.lost_answer?.expected?.parks === true) return job.known;
  return !idempotencyKey && !lookUp && !job.calledBack;
}

/** What the provider's book has an attempt under. */
export const bookNameOf = (engine: string, attempt: { id: string; seed: number }) =>
  real.get(engine)?.bookName?.(attempt) ?? attempt.id;

export function createChaosEngines(options: {
  provider: string;
  /** Origins of the doubles, by engine. */
  doubles: Readonly<Record<string, readonly string[]>>;
}): Map<string, PricedEngine> {
  const sold = { priceBook: priceBooks.published, serves: ['test'] } as const;
  const simulated = [...usualEngines, backupEngine].map((name): [string, PricedEngine] => {
    const provider = { url: options.provider };
    const { engine } = createSimulatedEngine({
      name,
      slots,
      callSeconds,
      recovery: recoveryOf(name),
      provider,
    });
    return [name, { ...sold, engine, simulates: true }];
  });
  const others = Object.entries(options.doubles).flatMap(([name, origins]): [string, PricedEngine][] => {
    const engine = createReal(name, origins);
    return engine === undefined ? [] : [[name, { ...sold, engine, simulates: false }]];
  });
  return new Map([...simulated, ...others]);
}
