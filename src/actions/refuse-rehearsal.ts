import { AppError } from '../domain/errors.ts';
import { isRehearsal } from '../store/batches.ts';
import type { Caller } from './caller.ts';
import type { Deps } from './deps.ts';
import type { SubmitCommand } from './submit-command.ts';

/** Rows of a rehearsal come through its batch alone. */
export async function refuseRehearsal(
  { store: db }: Pick<Deps, 'store'>,
  caller: Caller,
  { batchId }: SubmitCommand,
): Promise<void> {
  if (batchId === undefined || !(await isRehearsal(db, caller, batchId))) return;
  const message = `The batch ${batchId} is a rehearsal, which a single video cannot join.`;
  throw new AppError('invalid_request', message, {
    hint: 'Add it as a row, with POST /v1/batches/{id}/rows; or name another batch_id.',
    faults: [{ pointer: '/batch_id', code: 'invalid_request', message }],
  });
}
