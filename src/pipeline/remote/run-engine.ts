import { setTimeout as sleep } from 'node:timers/promises';
import type { RemoteEngine } from '../../domain/engine.ts';
import { claimGenerations } from '../../store/claim-generation.ts';
import { type RemoteStep, takeDueSteps } from '../../store/remote-attempts.ts';
import type { PipelineDeps } from '../deps.ts';
import type { Turns } from '../turns.ts';
import { checkJobs } from './check-jobs.ts';
import { collectLeaseSeconds, collectOutput } from './collect-output.ts';
import { guardEngine } from './guard.ts';
import { recoverStart } from './recover-start.ts';
import { startAttempt, startLeaseSeconds } from './start-attempt.ts';

/** The work that one process does for one remote engine. */
export interface EngineLine {
  nudge(): void;
  /** Resolves when what was under way is written down. */
  done: Promise<void>;
}

const idleMs = 1_000;
const sweepSize = 200;

/** How many calls, downloads and sweeps of checks one process has under way at once. */
const atOnce = { starts: 20, collections: 4, sweeps: 3 };

/**
 * Starts, checks and collects until stopped. The rows are the truth: any number of processes may do this for the same
 * engine, and one that dies leaves its steps to the others when their leases run out.
 */
export function runRemoteEngine(
  deps: PipelineDeps,
  { engine, turns, stopping }: { engine: RemoteEngine; turns: Turns; stopping: AbortSignal },
): EngineLine {
  const guard = guardEngine(deps, engine.name);
  const due = (steps: readonly RemoteStep[], limit: number, leaseSeconds: number) =>
    takeDueSteps(deps.store, { engine: engine.name, steps, limit, leaseSeconds });
  const callLease = startLeaseSeconds(engine);

  const starts = workLine(deps, stopping, {
    doing: `starting on ${engine.name}`,
    room: atOnce.starts,
    async take(room) {
      const recovered = await due(['starting'], room, callLease);
      const works = recovered.map((job) => () => recoverStart(deps, { engine, guard, job }));
      if (guard.isOpen() || works.length === room) return works;
      const most = room - works.length;
      const claimed = await claimGenerations(deps.store, {
        engine: engine.name,
        most,
        leaseSeconds: callLease,
      });
      return [
        ...works,
        ...claimed.map(
          (generation) => () =>
            startAttempt(deps, { engine, guard, generation, job: { ...generation, tries: 0 } }),
        ),
      ];
    },
  });
  const collections = workLine(deps, stopping, {
    doing: `collecting from ${engine.name}`,
    room: atOnce.collections,
    async take(room) {
      const jobs = await due(['collecting', 'late'], room, collectLeaseSeconds);
      return jobs.map(
        (job) => () =>
          job.output === null ? checkJobs(deps, engine, [job]) : collectOutput(deps, { engine, job, turns }),
      );
    },
  });
  const checks = workLine(deps, stopping, {
    doing: `checking ${engine.name}`,
    room: atOnce.sweeps,
    async take() {
      const jobs = await due(['running'], sweepSize, callLease);
      return jobs.length === 0 ? [] : [() => checkJobs(deps, engine, jobs)];
    },
  });
  const lines = [starts, collections, checks];
  return {
    nudge: () => starts.nudge(),
    done: Promise.all(lines.map(({ done }) => done)).then(() => {}),
  };
}

/** Takes work while there is room and does it side by side; with nothing to take it waits a moment or for a nudge. */
function workLine(
  deps: Pick<PipelineDeps, 'onUnexpected'>,
  stopping: AbortSignal,
  line: { doing: string; room: number; take(room: number): Promise<(() => Promise<void>)[]> },
): EngineLine {
  const running = new Set<Promise<void>>();
  let wake = () => {};
  const take = async () => {
    try {
      return await line.take(line.room - running.size);
    } catch (error) {
      deps.onUnexpected(error, line.doing);
      return [];
    }
  };
  const begin = (work: () => Promise<void>) => {
    const done = work()
      .catch((error: unknown) => deps.onUnexpected(error, line.doing))
      .finally(() => {
        running.delete(done);
        wake();
      });
    running.add(done);
  };
  const loop = async () => {
    while (!stopping.aborted) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      const works = running.size < line.room ? await take() : [];
      for (const work of works) begin(work);
      if (works.length > 0) continue;
      const rest = new AbortController();
      await Promise.race([woken, sleep(idleMs, undefined, { signal: rest.signal }).catch(() => {})]);
      rest.abort();
    }
    await Promise.all(running);
  };
  stopping.addEventListener('abort', () => wake());
  return { nudge: () => wake(), done: loop() };
}
