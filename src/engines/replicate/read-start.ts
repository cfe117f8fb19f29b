import type { StartResult } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { failure, lost, refusedStart, unreached } from '../provider-results.ts';
import { isRejection } from './rejection.ts';
import { predictionSchema, problemSchema } from './wire.ts';

/** What an answer to a new prediction means. Where it is not said clearly whether there is one now, it is lost. */
export function readStart(answer: Answer): StartResult {
  if (answer.status === 'lost') return answer;
  if (answer.status === 'unreached') return unreached(answer.message);
  const { code, body } = answer;
  if (code >= 200 && code < 300) {
    const prediction = predictionSchema.safeParse(body);
    return prediction.success
      ? {
          status: 'accepted',
          handle: { prediction_id: prediction.data.id },
          checkAfterSeconds: 10,
          notes: [],
        }
      : lost(`Replicate answered ${code} and named no prediction.`);
  }
  const problem = problemSchema.safeParse(body);
  const words = problem.success ? problem.data.detail : undefined;
  if ((code === 400 || code === 422) && words !== undefined && isRejection(words))
    return failure('content_rejected', words, { retryable: false });
  return refusedStart(answer, { provider: 'Replicate', keySetting: 'REPLICATE_API_TOKEN', words });
}
