import type { CheckResult } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { unavailable } from '../provider-results.ts';
import { failureOf, readError } from './read-error.ts';
import { resultSchema, statusSchema } from './wire.ts';

/** What fal says a failed job has come to, before its result is read. */
export interface Told {
  error: string | undefined;
  errorType: string | undefined;
}

/** What a status means: `completed` says only that there is a result to be read, of a failed job too. */
export function readStatus(answer: Answer): CheckResult | { status: 'completed'; told: Told } {
  if (answer.status !== 'answered') return unavailable(answer, answer.message);
  const { code, body } = answer;
  const parsed = statusSchema.safeParse(body);
  // Not any 404: one of a proxy says nothing about the job.
  if (code === 404 && parsed.data?.status === 'NOT_FOUND')
    return { status: 'unknown', message: 'fal has no such request.' };
  if (code >= 300 || !parsed.success)
    return unavailable(answer, readError(body)?.words ?? `fal answered ${code} and told no status.`);
  const { status, queue_position: position, error, error_type } = parsed.data;
  if (status === 'COMPLETED')
    return { status: 'completed', told: { error: error ?? undefined, errorType: error_type ?? undefined } };
  // Far back in the queue nothing happens soon.
  if (status === 'IN_QUEUE' && typeof position === 'number' && position > 20)
    return { status: 'pending', checkAfterSeconds: 20 };
  return { status: 'pending' };
}

/** What the result of a completed job means. */
export function readResult(answer: Answer, told: Told): CheckResult {
  if (answer.status !== 'answered') return unavailable(answer, answer.message);
  const { code, body } = answer;
  if (code >= 200 && code < 300) {
    const result = resultSchema.safeParse(body);
    // "Done" without a video is not an end: the next answer may hold it.
    return result.success
      ? {
          status: 'done',
          output: { url: result.data.video.url },
          // fal does not say what it has charged.
          usage: { billedSeconds: null, costMicroUsd: null },
        }
      : { status: 'pending' };
  }
  if (code === 401 || code === 403 || code === 404 || code === 429)
    return unavailable(answer, `fal answered ${code} for the result of a completed request.`);
  const error = readError(body);
  if (error?.words === 'Request is still in progress') return { status: 'pending' };
  if (error?.types.includes('client_cancelled') === true || told.errorType === 'client_cancelled')
    return { status: 'canceled' };
  const isFailed = told.error !== undefined || told.errorType !== undefined;
  // A gateway that is down between us and the result has no form of fal's.
  if (error === undefined && !isFailed)
    return unavailable(answer, `fal answered ${code} for the result of a completed request.`);
  const types = [...(error?.types ?? []), ...(told.errorType === undefined ? [] : [told.errorType])];
  const words = error?.words ?? told.error ?? `The job failed (${told.errorType}).`;
  return failureOf({ types, words }, answer);
}
