import type { CheckResult, EngineFailure, RemoteEngine } from '../../domain/engine.ts';
import { canceledWhileMade, failGeneration } from '../../store/end-generation.ts';
import { parkAttempt } from '../../store/parked-attempts.ts';
import {
  closeLate,
  collectNext,
  type Postponed,
  postponeSteps,
  type RemoteJob,
  recordUsage,
  showProgress,
} from '../../store/remote-attempts.ts';
import type { PipelineDeps } from '../deps.ts';
import { writeDown } from '../write-down.ts';
import { endFailed } from './end-failed.ts';
import { checkPause, pauseAfter } from './pauses.ts';

type CheckDeps = Pick<PipelineDeps, 'store' | 'engines' | 'onUnexpected'>;

/** How often a provider may say that it knows no such job before an operator has to look. */
const mostUnknown = 8;

/** A job that runs for longer is one that its provider has forgotten: an operator has to look. */
const longestRunSeconds = 24 * 3_600;

/** The most that a provider may put off a check. */
const longestPauseSeconds = 3_600;

/**
 * Asks after each job once, side by side. What brought no news is put off: kept until its next look where `keep` says
 * so, else written down in one statement.
 */
export async function checkJobs<Job extends RemoteJob>(
  deps: CheckDeps,
  engine: RemoteEngine,
  jobs: readonly Job[],
  keep: (job: Job, later: Postponed) => boolean = () => false,
): Promise<void> {
  const postponed: Postponed[] = [];
  const moved: Postponed[] = [];
  await Promise.all(
    jobs.map(async (job) => {
      try {
        const later = await checkJob(deps, engine, job);
        if (later === undefined) return;
        if (later.progress !== undefined) moved.push(later);
        if (!keep(job, later)) postponed.push(later);
      } catch (error) {
        // The lease runs out, and it is asked after again.
        deps.onUnexpected(error, `checking ${job.attemptId}`);
      }
    }),
  );
  await writeDown(() => postponeSteps(deps.store, postponed));
  // By itself: whoever ends a generation locks it before its attempt, and this would lock them the other way round.
  await writeDown(() => showProgress(deps.store, moved));
}

async function checkJob(
  deps: CheckDeps,
  engine: RemoteEngine,
  job: RemoteJob,
): Promise<Postponed | undefined> {
  const limit = () => AbortSignal.timeout(engine.callSeconds * 1000);
  const { handle } = job;
  if (handle === null) throw new Error('a running job has no handle');
  const unwanted = job.cancelRequested || job.pastDeadline;
  if (unwanted && job.step === 'running')
    await engine.cancel?.(handle, { signal: limit() }).catch((error: unknown) => {
      deps.onUnexpected(error, `canceling ${job.attemptId}`);
    });
  const result = await engine.check(handle, { signal: limit() }).catch((error: unknown): CheckResult => {
    deps.onUnexpected(error, `checking ${job.attemptId}`);
    return { status: 'unavailable', message: 'The engine broke off.' };
  });
  const later = (seconds: number, inVain: boolean, progress?: number): Postponed => ({
    id: job.id,
    attemptId: job.attemptId,
    lease: job.lease,
    seconds,
    inVain,
    progress,
  });
  const hasNoEnd = result.status === 'pending' || result.status === 'unavailable';
  if (hasNoEnd && job.startedSecondsAgo > longestRunSeconds) {
    const message = `The provider has told of no end in ${longestRunSeconds / 3_600} h.`;
    await writeDown<unknown>(() =>
      job.step === 'late' ? closeLate(deps.store, job) : parkAttempt(deps.store, job, message),
    );
    return undefined;
  }
  switch (result.status) {
    case 'pending': {
      const seconds = result.checkAfterSeconds ?? checkPause(job.startedSecondsAgo);
      return later(Math.min(seconds, longestPauseSeconds), false, result.progress);
    }
    case 'unavailable': {
      const seconds = Math.max(result.retryAfterSeconds ?? 0, pauseAfter(job.tries + 1));
      return later(Math.min(seconds, longestPauseSeconds), true);
    }
    case 'unknown':
      if (job.unknownTimes + 1 < mostUnknown)
        return { ...later(pauseAfter(job.unknownTimes + 1), true), isUnknown: true };
      if (engine.recovery.forgets === true && job.step === 'running') {
        await endFailed(deps, job, forgotten(result.message));
        return undefined;
      }
      await writeDown<unknown>(() =>
        job.step === 'late'
          ? closeLate(deps.store, job)
          : parkAttempt(deps.store, job, `The provider does not know its own job. ${result.message}`),
      );
      return undefined;
    case 'done':
      await writeDown(() => finish(deps, job, result));
      return undefined;
    case 'failed':
      if (result.usage !== undefined) await recordUsage(deps.store, job.attemptId, result.usage);
      if (job.step === 'late') await closeLate(deps.store, job);
      else await endFailed(deps, job, result);
      return undefined;
    case 'canceled':
      if (job.step === 'late') await closeLate(deps.store, job);
      else await writeDown(() => failGeneration(deps.store, job, canceledBy(job)));
      return undefined;
  }
}

/** It is certainly not being made any more. */
const forgotten = (message: string): EngineFailure => ({
  status: 'failed',
  code: 'engine_failed',
  message: `Its job is gone. ${message}`,
  retryable: true,
});

/** Its output is fetched; where the owner had canceled, only to be kept on the attempt. */
async function finish(
  deps: CheckDeps,
  job: RemoteJob,
  done: Extract<CheckResult, { status: 'done' }>,
): Promise<void> {
  if (!job.cancelRequested || job.step === 'late') {
    await collectNext(deps.store, job, done);
    return;
  }
  await failGeneration(deps.store, job, canceledWhileMade, { lateOutput: done });
}

function canceledBy(job: RemoteJob): Parameters<typeof failGeneration>[2] {
  if (job.cancelRequested) return canceledWhileMade;
  return job.pastDeadline
    ? {
        code: 'deadline_passed',
        message: 'Its deadline passed while it was being made; the provider stopped.',
      }
    : { code: 'engine_failed', message: 'The provider canceled it.' };
}
