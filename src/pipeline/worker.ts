import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalEngine } from '../domain/engine.ts';
import { claimGenerations } from '../store/claim-generation.ts';
import { freeParkedSlots } from '../store/counters.ts';
import { sweepBlobs } from '../store/files.ts';
import { sweepIdempotencyKeys } from '../store/idempotency.ts';
import { sweepUploadParts } from '../store/upload-parts.ts';
import type { PipelineDeps } from './deps.ts';
import { expireOverdue } from './expire-overdue.ts';
import { finishCanceled } from './feed-batches.ts';
import { finishErasures } from './finish-erasures.ts';
import { reclaimLost } from './reclaim.ts';
import { runRemoteEngine } from './remote/run-engine.ts';
import { leaseSeconds, renderGeneration } from './render-generation.ts';
import { createTurns } from './turns.ts';
import { claimIdleMs } from './work-line.ts';

export interface Worker {
  /** Says that there may be work, so that it is looked for now. */
  nudge(): void;
  /** Takes no more work, gives back what is under way, and resolves when all of it is written down. */
  stop(): Promise<void>;
}

const watchdogMs = 5_000;
const sweepMs = 3_600_000;

/** Makes videos until stopped: for each engine as many at once as it has slots in this process. */
export function startWorker(deps: PipelineDeps): Worker {
  const stopping = new AbortController();
  const turns = createTurns();
  const lines = [...deps.engines.values()].map(({ engine }) =>
    engine.kind === 'local'
      ? runLine(deps, engine, stopping.signal)
      : runRemoteEngine(deps, { engine, turns, stopping: stopping.signal }),
  );
  const watchdog = repeat(watchdogMs, () => watch(deps), deps, 'watching over what is under way');
  const sweeper = repeat(sweepMs, () => sweep(deps), deps, 'sweeping');
  return {
    nudge() {
      for (const line of lines) line.nudge();
    },
    async stop() {
      stopping.abort();
      await Promise.all([watchdog.stop(), sweeper.stop(), ...lines.map(({ done }) => done)]);
    },
  };
}

/** The work of one engine: claims while a slot is free, then waits for a slot, a nudge or the next look. */
function runLine(
  deps: PipelineDeps,
  engine: LocalEngine,
  stopping: AbortSignal,
): { nudge(): void; done: Promise<void> } {
  const running = new Set<Promise<void>>();
  let wake = () => {};
  const claim = async () => {
    try {
      const [claimed] = await claimGenerations(deps.store, { engine: engine.name, most: 1, leaseSeconds });
      return claimed;
    } catch (error) {
      deps.onUnexpected(error, 'claiming');
      return undefined;
    }
  };
  const loop = async () => {
    while (!stopping.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const claimed = running.size < engine.slots ? await claim() : undefined;
      if (claimed !== undefined) {
        const work = renderGeneration(deps, engine, claimed, stopping).finally(() => {
          running.delete(work);
          wake();
        });
        running.add(work);
        continue;
      }
      const rest = new AbortController();
      await Promise.race([woken, sleep(claimIdleMs, undefined, { signal: rest.signal }).catch(() => {})]);
      rest.abort();
    }
    await Promise.all(running);
  };
  stopping.addEventListener('abort', () => wake());
  return { nudge: () => wake(), done: loop() };
}

async function watch(deps: PipelineDeps): Promise<void> {
  // Each by itself: one that fails must not keep the others from their work.
  const watches = {
    'reclaiming lost work': () => reclaimLost(deps, { all: false }),
    'ending what is overdue': () => expireOverdue(deps),
    'freeing slots of parked work': () => freeParkedSlots(deps.store),
    'canceling batches': () => finishCanceled(deps.store),
    'deleting what people have taken back': () => finishErasures(deps),
  };
  for (const [doing, work] of Object.entries(watches))
    await work().catch((error: unknown) => deps.onUnexpected(error, doing));
}

async function sweep(deps: PipelineDeps): Promise<void> {
  await sweepIdempotencyKeys(deps.store);
  await sweepUploadParts(deps.store);
  await sweepBlobs(deps.store, 1_000, (sha256) => deps.files.remove(sha256));
}

/** Does it now and then again and again, one at a time; stopping waits for the one under way. */
function repeat(
  everyMs: number,
  work: () => Promise<unknown>,
  deps: PipelineDeps,
  doing: string,
): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const run = () => {
    running ??= work()
      .then(
        () => {},
        (error: unknown) => deps.onUnexpected(error, doing),
      )
      .finally(() => {
        running = undefined;
      });
  };
  run();
  const timer = setInterval(run, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
