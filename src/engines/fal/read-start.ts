import type { StartResult } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { lost, refusedStart, unreached } from '../provider-results.ts';
import { failureOf, readError } from './read-error.ts';
import { submittedSchema } from './wire.ts';

/** What an answer to a submit means. Where it is not said clearly whether there is a job now, it is lost. */
export function readStart(answer: Answer): StartResult {
  if (answer.status === 'lost') return answer;
  if (answer.status === 'unreached') return unreached(answer.message);
  const { code, body } = answer;
  if (code >= 200 && code < 300) {
    const submitted = submittedSchema.safeParse(body);
    return submitted.success
      ? {
          status: 'accepted',
          handle: { request_id: submitted.data.request_id },
          checkAfterSeconds: 10,
          notes: [],
        }
      : lost(`fal answered ${code} and named no request.`);
  }
  const error = readError(body);
  if (error !== undefined && (code === 400 || code === 422))
    return { ...failureOf(error, undefined), retryable: false };
  return refusedStart(answer, { provider: 'fal', keySetting: 'FAL_KEY', words: error?.words });
}
