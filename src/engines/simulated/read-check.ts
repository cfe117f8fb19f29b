import type { CheckResult, JobState, LookUpResult, ProviderUsage } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { type JobAnswer, jobAnswerSchema, jobListSchema, refusalSchema } from './wire.ts';

/** What an answer to a check means. Only a clear word is an end. */
export function readCheck(answer: Answer): CheckResult {
  if (answer.status !== 'answered') return { status: 'unavailable', message: answer.message };
  const { code, body, retryAfterSeconds } = answer;
  if (code === 200) {
    const job = jobAnswerSchema.safeParse(body);
    return job.success
      ? stateOf(job.data)
      : { status: 'unavailable', message: 'The provider answered 200 and said nothing of a job.' };
  }
  const refused = refusalSchema.safeParse(body);
  const message = refused.success ? refused.data.error.message : `The provider answered ${code}.`;
  // Not any 404: one of a proxy says nothing about the job.
  if (code === 404 && refused.data?.error.code === 'unknown_job') return { status: 'unknown', message };
  return {
    status: 'unavailable',
    message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** What an answer to the question for the jobs of an attempt means. */
export function readLookUp(answer: Answer): LookUpResult {
  if (answer.status !== 'answered') return { status: 'unavailable', message: answer.message };
  const list = answer.code === 200 ? jobListSchema.safeParse(answer.body) : undefined;
  if (list?.success !== true)
    return { status: 'unavailable', message: `The provider answered ${answer.code} and listed no jobs.` };
  const [oldest] = list.data.jobs;
  return oldest === undefined
    ? { status: 'not_found' }
    : { status: 'found', handle: { job_id: oldest.job_id } };
}

function stateOf(job: JobAnswer): JobState {
  switch (job.status) {
    case 'succeeded':
      // "Done" without a video is not an end: the next answer may hold it.
      return job.output === null || job.output === undefined
        ? pending(job)
        : { status: 'done', output: { url: job.output.url }, usage: usageOf(job) };
    case 'failed':
      return failureOf(job);
    case 'canceled':
      return { status: 'canceled' };
    default:
      return pending(job);
  }
}

const pending = ({ progress, check_after_seconds: seconds }: JobAnswer): JobState => ({
  status: 'pending',
  ...(progress === undefined ? {} : { progress: Math.min(1, Math.max(0, progress)) }),
  ...(seconds === undefined ? {} : { checkAfterSeconds: seconds }),
});

function failureOf(job: JobAnswer): JobState {
  const isRejected = job.error?.code === 'content_rejected';
  return {
    status: 'failed',
    code: isRejected ? 'content_rejected' : 'engine_failed',
    message: job.error?.message ?? 'The provider failed and did not say why.',
    retryable: !isRejected && job.error?.retryable === true,
    usage: usageOf(job),
  };
}

const usageOf = ({ usage }: JobAnswer): ProviderUsage => ({
  billedSeconds: usage?.billed_seconds ?? null,
  costMicroUsd: usage?.cost_micro_usd ?? null,
});
