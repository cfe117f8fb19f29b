import type { RemoteEngine } from '../../domain/engine.ts';
import { postponeSteps, takeDueSteps } from '../../store/remote-attempts.ts';
import type { PipelineDeps } from '../deps.ts';
import { writeDown } from '../write-down.ts';
import { checkJobs } from './check-jobs.ts';
import { heldSeconds, holdJobs, type LeasedJob } from './held-jobs.ts';

const sweepSize = 200;

/** The running jobs of an engine, looked at again and again. */
export interface CheckSweeps {
  /** Up to 200 jobs whose look has come. */
  take(): Promise<LeasedJob[]>;
  /** Asks after them, and keeps or writes down what brought no news. */
  check(jobs: readonly LeasedJob[]): Promise<void>;
  /** Leaves all jobs that are kept to other processes. */
  release(): Promise<void>;
}

export function sweepChecks(
  deps: Pick<PipelineDeps, 'store' | 'engines' | 'onUnexpected'>,
  engine: RemoteEngine,
): CheckSweeps {
  const now = () => performance.now();
  // A look may ask for a stop before it asks how far the job is.
  const lookSeconds = 2 * engine.callSeconds;
  const held = holdJobs({ lookSeconds, now });
  const leaseSeconds = lookSeconds + heldSeconds;
  return {
    async take() {
      const own = held.due(sweepSize);
      const leaseEndsAt = now() + leaseSeconds * 1000;
      const limit = sweepSize - own.length;
      const due = { engine: engine.name, steps: ['running'], limit, leaseSeconds } as const;
      const taken =
        limit === 0
          ? []
          : await takeDueSteps(deps.store, due).catch((error: unknown) => {
              // Those in hand are the caller's by now, and need no database to be looked at.
              if (own.length === 0) throw error;
              deps.onUnexpected(error, `looking for what is due on ${engine.name}`);
              return [];
            });
      held.forget(taken);
      const again = new Set(taken.map(({ attemptId }) => attemptId));
      return [
        ...own.filter(({ attemptId }) => !again.has(attemptId)),
        ...taken.map((job) => ({ ...job, leaseEndsAt })),
      ];
    },
    check: (jobs) => checkJobs(deps, engine, jobs, held.keep),
    release() {
      const jobs = held.release();
      return writeDown(() => postponeSteps(deps.store, jobs));
    },
  };
}
