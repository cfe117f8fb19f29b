import type { RemoteEngine } from '../../domain/engine.ts';
import { claimGenerations } from '../../store/claim-generation.ts';
import { type RemoteStep, takeDueSteps } from '../../store/remote-attempts.ts';
import type { PipelineDeps } from '../deps.ts';
import type { Turns } from '../turns.ts';
import { claimIdleMs, type WorkLine, workLine } from '../work-line.ts';
import { checkJobs } from './check-jobs.ts';
import { collectLeaseSeconds, collectOutput } from './collect-output.ts';
import { guardEngine } from './guard.ts';
import { leadPast } from './lead-past.ts';
import { recoverStart } from './recover-start.ts';
import { startAttempt, startLeaseSeconds } from './start-attempt.ts';
import { sweepChecks } from './sweep-checks.ts';
import { watchPool } from './watch-pool.ts';

/** How many calls, downloads and sweeps of checks one process has under way at once. */
const atOnce = { starts: 20, collections: 4, sweeps: 3 };

/**
 * Starts, checks and collects until stopped. The rows are the truth: any number of processes may do this for the same
 * engine, and one that dies leaves its steps to the others when their leases run out.
 */
export function runRemoteEngine(
  deps: PipelineDeps,
  { engine, turns, stopping }: { engine: RemoteEngine; turns: Turns; stopping: AbortSignal },
): WorkLine {
  const guard = guardEngine(deps, engine.name);
  const servers = watchPool(deps, engine);
  const leadOn = leadPast(deps, engine.name);
  const due = (steps: readonly RemoteStep[], limit: number, leaseSeconds: number) =>
    takeDueSteps(deps.store, { engine: engine.name, steps, limit, leaseSeconds });
  const callLease = startLeaseSeconds(engine);
  // A stop may be asked for before the check itself.
  const checkLease = 2 * engine.callSeconds + 10;

  const starts = workLine(deps, stopping, {
    doing: `starting on ${engine.name}`,
    room: atOnce.starts,
    idleMs: claimIdleMs,
    async take(room) {
      const recovered = await due(['starting'], room, callLease);
      const works = recovered.map((job) => () => recoverStart(deps, { engine, guard, job }));
      const serverRoom = await servers.room();
      const trouble = guard.rests() ? 'It keeps failing.' : servers.trouble();
      if (trouble !== undefined) await leadOn(trouble);
      const most = Math.min(room - works.length, guard.room(), serverRoom);
      if (most <= 0) return works;
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
      const jobs = await due(['collecting', 'late'], room, Math.max(collectLeaseSeconds, checkLease));
      return jobs.map(
        (job) => () =>
          job.output === null
            ? checkJobs(deps, engine, [job])
            : collectOutput(deps, { engine, job, turns, stopping }),
      );
    },
  });
  const sweeps = sweepChecks(deps, engine);
  const checks = workLine(deps, stopping, {
    doing: `checking ${engine.name}`,
    room: atOnce.sweeps,
    async take() {
      const jobs = await sweeps.take();
      return jobs.length === 0 ? [] : [() => sweeps.check(jobs)];
    },
  });
  const lines = [starts, collections, checks];
  return {
    nudge: () => starts.nudge(),
    done: Promise.all(lines.map(({ done }) => done)).then(sweeps.release),
  };
}
