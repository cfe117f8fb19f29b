import type { StartResult } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { isCertainRefusal, lost, refusedStart, unreached } from '../provider-results.ts';
import { failureOf } from './read-error.ts';
import { createdSchema, refusalSchema } from './wire.ts';

/** What an answer to a new task means. Where it is not said clearly whether there is a task now, it is lost. */
export function readStart(answer: Answer): StartResult {
  if (answer.status === 'lost') return answer;
  if (answer.status === 'unreached') return unreached(answer.message);
  const { code, body, retryAfterSeconds } = answer;
  if (code >= 200 && code < 300) {
    const created = createdSchema.safeParse(body);
    return created.success
      ? { status: 'accepted', handle: { task_id: created.data.id }, checkAfterSeconds: 15, notes: [] }
      : lost(`ModelArk answered ${code} and named no task.`);
  }
  const refused = refusalSchema.safeParse(body);
  if (refused.success && isCertainRefusal(code)) {
    const failed = failureOf(refused.data.error);
    return retryAfterSeconds === undefined ? failed : { ...failed, retryAfterSeconds };
  }
  const words = refused.data?.error.message;
  return refusedStart(answer, { provider: 'ModelArk', keySetting: 'ARK_API_KEY', words });
}
