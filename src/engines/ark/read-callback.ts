import type { Callback, CallbackReading } from '../../domain/engine.ts';
import type { Answer } from '../json-api.ts';
import { parsedJson } from '../parsed-json.ts';
import { markOf } from './attempt-mark.ts';
import { readTask } from './read-check.ts';
import { handleSchema, taskSchema } from './wire.ts';

/**
 * ModelArk signs nothing, so whatever a callback says, the task that it names is read again, and is the attempt's only if
 * it carries the attempt's mark.
 */
export async function readCallback(
  { attemptId, body }: Callback,
  readAgain: (handle: { task_id: string }) => Promise<Answer>,
): Promise<CallbackReading> {
  const named = taskSchema.pick({ id: true }).safeParse(parsedJson(body));
  if (!named.success) return { status: 'forged', message: 'It names no task.' };
  const handle = handleSchema.parse({ task_id: named.data.id });
  const told = readTask(await readAgain(handle));
  if (told.status === 'unknown') return { status: 'forged', message: 'ModelArk knows no such task.' };
  if (told.status !== 'told')
    return { status: 'unverifiable', message: 'ModelArk cannot be asked just now.' };
  const { execution_expires_after: mark } = told.task;
  // Without its mark it may be anybody's: then the job is read that is known already, if one is.
  if (mark === undefined || mark === null) return { status: 'genuine', handle: undefined };
  return mark === markOf(attemptId)
    ? { status: 'genuine', handle }
    : { status: 'forged', message: 'The task that it names is not of this attempt.' };
}
