import type { BookJob } from './book.ts';
import type { endStates } from './book-line.ts';

/** An end of a job. A late success is the second of two. */
export interface JobEnd {
  at: number;
  state: (typeof endStates)[number];
  error?: { code: string; message: string; retryable: boolean };
  billedSeconds: number;
  costMicroUsd: number;
}

export type JobView = { state: 'queued' | 'running'; progress: number } | JobEnd;

/** As a second of 720p costs at a hosted Seedance 2.0. */
const microUsdPerSecond = 302_400;

const queuedShare = 0.2;

/** What a job has come to at a time: a function of what stands in the book, so that nothing is lost with a process. */
export function jobAt(job: BookJob, now: number): JobView {
  const end = endsOf(job).findLast(({ at }) => at <= now);
  if (end !== undefined) return end;
  const progress = Math.max(0, (now - job.acceptedAt) / (job.script.latencySeconds * 1_000));
  return { state: progress < queuedShare ? 'queued' : 'running', progress };
}

/** The ends a job has or will have, as things stand. */
export function endsOf(job: BookJob): JobEnd[] {
  const { script, cancelAskedAt } = job;
  const at = job.acceptedAt + script.latencySeconds * 1_000;
  if (cancelAskedAt !== undefined && cancelAskedAt < at && script.cancel === 'honoured')
    return [{ at: cancelAskedAt, state: 'canceled', ...free }];
  const { outcome, lateSuccess } = script;
  if (outcome.end === 'reject')
    return [{ at, ...failed({ code: 'content_rejected', message: outcome.message, retryable: false }) }];
  if (outcome.end === 'fail') {
    const { code, message, kind } = outcome;
    return [{ at, ...failed({ code, message, retryable: kind === 'transient' }) }];
  }
  const success = { state: 'succeeded' as const, ...bill(job.request.duration) };
  if (lateSuccess === undefined) return [{ at, ...success }];
  const early = { code: 'simulated_early_failure', message: 'The simulated provider gave up too early.' };
  return [
    { at, ...failed({ ...early, retryable: lateSuccess.kind === 'transient' }) },
    { at: at + lateSuccess.seconds * 1_000, ...success },
  ];
}

const bill = (seconds: number) => ({ billedSeconds: seconds, costMicroUsd: seconds * microUsdPerSecond });

const free = bill(0);

const failed = (error: NonNullable<JobEnd['error']>) => ({ state: 'failed' as const, error, ...free });
