import type { EngineFailure, StartResult } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { jobAnswerSchema, refusalSchema } from './wire.ts';

/** What an answer to a start means. Where it is not said clearly whether there is a job now, it is lost. */
export function readStart(answer: Answer): StartResult {
  if (answer.status === 'lost') return answer;
  if (answer.status === 'unreached') return unavailable(answer.message, undefined);
  const { code, body, retryAfterSeconds } = answer;
  if (code >= 200 && code < 300) {
    const job = jobAnswerSchema.safeParse(body);
    if (!job.success) return lost(`The provider answered ${code} and named no job.`);
    const { job_id, check_after_seconds: checkAfterSeconds } = job.data;
    return {
      status: 'accepted',
      handle: { job_id },
      ...(checkAfterSeconds === undefined ? {} : { checkAfterSeconds }),
      notes: [
        { code: 'simulated', message: 'The simulated engine answers with a test card; no model made it.' },
      ],
    };
  }
  const refused = refusalSchema.safeParse(body);
  const said = refused.success ? refused.data.error.message : `The provider answered ${code}.`;
  // The key was used before, so there may well be a job of it.
  if (code === 409) return lost(said);
  if (code === 429) return { ...failed('rate_limited', said, true), ...retryAfter(retryAfterSeconds) };
  if (code === 422 && refused.data?.error.code === 'content_rejected')
    return failed('content_rejected', said, false);
  if (code >= 400 && code < 500) return failed('engine_failed', said, false);
  if (code === 503 && refused.data?.accepted === false) return unavailable(said, retryAfterSeconds);
  return lost(said);
}

const lost = (message: string): StartResult => ({ status: 'lost', message });

const failed = (code: EngineFailure['code'], message: string, retryable: boolean): EngineFailure => ({
  status: 'failed',
  code,
  message,
  retryable,
});

const unavailable = (message: string, seconds: number | undefined): EngineFailure => ({
  ...failed('engine_unavailable', message, true),
  ...retryAfter(seconds),
});

const retryAfter = (retryAfterSeconds: number | undefined) =>
  retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
