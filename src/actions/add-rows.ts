import { createHash } from 'node:crypto';
import { batchLimits } from '../domain/batch.ts';
import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { appendRows } from '../store/batch-rows.ts';
import { findBatch } from '../store/batches.ts';
import type { Store } from '../store/db.ts';
import { completeIdempotencyKey } from '../store/idempotency.ts';
import type { Owner } from '../store/read-generations.ts';
import { onceOnly } from './once-only.ts';

/** The numbers of the rows that a call has added. */
export interface AddedRows {
  first: number;
  last: number;
}

/** Adds rows to a batch, once per idempotency key, however often the upload is repeated. */
export async function addRows(
  store: Store,
  options: { owner: Owner; batchId: string; rows: readonly JsonObject[]; idempotencyKey: string | undefined },
): Promise<{ added: AddedRows; replayed: boolean }> {
  const { owner, batchId, rows, idempotencyKey } = options;
  const batch = await findBatch(store, owner, batchId);
  if (batch === undefined) throw noBatch(batchId);
  const { result, replayed } = await onceOnly<AddedRows>(store, {
    scope: `${owner.accountId}:${owner.purse}`,
    key: idempotencyKey,
    requestHash: () =>
      createHash('sha256')
        .update(JSON.stringify([batchId, rows]))
        .digest('hex'),
    run: (ticket) =>
      store.transaction(async (db) => {
        const added = await appendRows(db, owner, batchId, rows);
        if (added === undefined)
          throw new AppError('invalid_state', `The batch ${batchId} is canceled and takes no more rows.`, {
            hint: 'Make a new one with POST /v1/batches.',
          });
        if (added.last > batchLimits.rows)
          throw new AppError(
            'invalid_state',
            `The batch ${batchId} would have ${added.last} rows; it holds at most ${batchLimits.rows}.`,
            { hint: 'Put the rest into another batch.' },
          );
        if (
          ticket !== undefined &&
          !(await completeIdempotencyKey(db, ticket, `${added.first}-${added.last}`))
        )
          throw new AppError('idempotency_in_progress', 'Another call with this key has taken over.', {
            retryable: true,
          });
        return added;
      }),
    async replay(resultId) {
      const [first, last] = resultId.split('-').map(Number);
      return first === undefined || last === undefined ? undefined : { first, last };
    },
  });
  return { added: result, replayed };
}

export function noBatch(id: string): AppError {
  return new AppError('not_found', `There is no batch ${id} in this account.`);
}
