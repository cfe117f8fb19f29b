import type { WaitingOn } from '../domain/generation.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';
import { etaOf, placeOf, type QueuePlace } from '../domain/queue.ts';
import { isHalted, type WaitFacts, waitingOn } from '../domain/waiting.ts';
import type { Db } from '../store/db.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import { type EngineCensus, readCensus, readPlaces } from '../store/queue.ts';
import { readWaitFacts } from '../store/waiting.ts';

/** Where a waiting generation stands, for its owner. */
export interface Queue {
  position: number;
  eta_seconds: number | null;
  eta_at: string | null;
}

/** Why a generation does not move, and when it may. */
export interface Waiting {
  waitingOn: WaitingOn | null;
  queue: Queue | null;
}

export interface Explained extends Waiting {
  facts: WaitFacts;
  place: (QueuePlace & { aheadInLane: number }) | null;
}

export interface QueueView {
  /** Of any number of generations of one account, with a number of queries that does not depend on it. */
  explain(accountId: string, rows: readonly GenerationRow[]): Promise<Map<string, Explained>>;
  /** Seconds that one video takes on an engine; a stated default before any was made. */
  secondsEach(engine: string, durationSeconds: number): Promise<number>;
  slotsOf(engine: string): number;
  /** How many wait for an engine, as counted within the last second. */
  waitingFor(engine: string): Promise<number>;
}

/** A count of everybody who waits is used for so long by everybody who asks. */
const freshMs = 1_000;

/** Where an engine does not say how long a video takes. */
const typicalSeconds = 120;

export function createQueueView(deps: { store: Db; engines: ReadonlyMap<string, PricedEngine> }): QueueView {
  const { store, engines } = deps;
  const censuses = new Map<string, { at: number; census: Promise<EngineCensus> }>();
  const censusOf = (engine: string): Promise<EngineCensus> => {
    const known = censuses.get(engine);
    if (known !== undefined && performance.now() - known.at < freshMs) return known.census;
    const census = readCensus(store, engine);
    censuses.set(engine, { at: performance.now(), census });
    census.catch(() => censuses.delete(engine));
    return census;
  };
  const slotsOf = (name: string) => engines.get(name)?.engine.slots ?? 1;
  const medianOf = (engine: string, { medians }: EngineCensus, durationSeconds: number): number => {
    const own = medians.find((one) => one.durationSeconds === durationSeconds);
    const any = medians.find((one) => one.durationSeconds === null);
    return own?.seconds ?? any?.seconds ?? engines.get(engine)?.engine.typicalSeconds ?? typicalSeconds;
  };

  return {
    slotsOf,
    async waitingFor(engine) {
      return (await censusOf(engine)).waiting.reduce((sum, { count }) => sum + count, 0);
    },
    async secondsEach(engine, durationSeconds) {
      return medianOf(engine, await censusOf(engine), durationSeconds);
    },
    async explain(accountId, rows) {
      const moving = rows.filter(({ status }) => status === 'pending' || status === 'processing');
      if (moving.length === 0) return new Map();
      const pending = moving.filter(({ status }) => status === 'pending');
      const names = [...new Set(pending.map(({ engine }) => engine))];
      const [facts, places, ...counted] = await Promise.all([
        readWaitFacts(
          store,
          moving.map(({ id }) => id),
        ),
        pending.length === 0
          ? new Map<string, { place: number; lane: string }>()
          : readPlaces(
              store,
              accountId,
              pending.map(({ id }) => id),
            ),
        ...names.map(censusOf),
      ]);
      const census = new Map(names.map((name, index) => [name, counted[index]]));
      const explained = new Map<string, Explained>();
      for (const row of moving) {
        const own = facts.get(row.id);
        if (own === undefined) continue;
        const ranked = places.get(row.id);
        const around = census.get(row.engine);
        const placed =
          ranked === undefined || around === undefined
            ? undefined
            : standing(accountId, { ...ranked, census: around });
        const seconds = around === undefined ? 0 : medianOf(row.engine, around, row.durationSeconds);
        explained.set(row.id, {
          facts: own,
          waitingOn: waitingOn(own),
          place: placed ?? null,
          queue:
            placed === undefined
              ? null
              : queueOf(own, placed, {
                  slots: own.engineSlots ?? slotsOf(row.engine),
                  running: around?.running ?? 0,
                  seconds,
                }),
        });
      }
      return explained;
    },
  };
}

function standing(
  accountId: string,
  { place, lane, census }: { place: number; lane: string; census: EngineCensus },
): QueuePlace & { aheadInLane: number } {
  const own = census.waiting.filter((one) => one.accountId === accountId);
  const others = new Map<string, number>();
  for (const one of census.waiting)
    if (one.accountId !== accountId) others.set(one.accountId, (others.get(one.accountId) ?? 0) + one.count);
  const placed = placeOf({
    placeInLane: place,
    otherLanes: own.filter((one) => one.lane !== lane).map(({ count }) => count),
    otherAccounts: [...others.values()],
  });
  return { ...placed, aheadInLane: place - 1 };
}

function queueOf(
  facts: WaitFacts,
  place: QueuePlace,
  { slots, running, seconds }: { slots: number; running: number; seconds: number },
): Queue {
  const position = place.ahead + 1;
  if (isHalted(facts)) return { position, eta_seconds: null, eta_at: null };
  const { accountLimit, accountRunning } = facts;
  const pace = { slots, running, accountLimit, accountRunning, secondsEach: seconds };
  const { beginSeconds, readySeconds } = etaOf(place, pace);
  const held = [facts.coolingUntil, facts.retryUntil].map((until) =>
    until === null ? 0 : Math.ceil((until.getTime() - Date.now()) / 1000),
  );
  const eta = readySeconds + Math.max(0, ...held.map((wait) => wait - beginSeconds));
  return {
    position,
    eta_seconds: Math.round(eta),
    eta_at: new Date(Date.now() + eta * 1000).toISOString(),
  };
}
