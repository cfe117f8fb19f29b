import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** What stands in the way of a change; `changed` if nothing does. */
export type RowChange = 'changed' | 'begun' | 'batch_canceled' | 'superseded' | 'no_row';

/** The workflow of a row's record, and the one that the row has where it names none itself. */
export interface FixedWorkflow {
  ofRecord: string;
  ofBatch: string | null;
}

/**
 * Puts another request in the place of one that has not begun; a refused row waits again. `change` makes the new request
 * of the old one and may throw; `fixed` is what it must belong to, of a row for a record. What was being made ready of the old one is not held. Must run in a transaction, which
 * is to be undone unless `changed` is answered.
 */
export async function changeRow(
  db: Db,
  owner: Owner,
  row: { batchId: string; number: number },
  change: (request: JsonObject, fixed: FixedWorkflow | undefined) => JsonObject,
): Promise<RowChange> {
  const at = [owner.accountId, owner.purse, row.batchId, row.number];
  const [version] = await db.query<FixedWorkflow & { superseded: boolean }>(
    `select v.number < r.last_version as superseded, v.workflow as "ofRecord", b.workflow as "ofBatch"
    from record_versions v join records r using (account_id, purse, workflow, key)
    join batches b on b.account_id = v.account_id and b.purse = v.purse and b.id = v.batch_id
    where v.account_id = $1 and v.purse = $2 and v.batch_id = $3 and v.row_number = $4 for no key update of r`,
    at,
  );
  const [found] = await db.query<{ state: string; request: JsonObject }>(
    `select state, request from batch_rows
    where account_id = $1 and purse = $2 and batch_id = $3 and number = $4 for update`,
    at,
  );
  if (found === undefined) return 'no_row';
  if (found.state === 'submitted' || found.state === 'canceled') return 'begun';
  if (version?.superseded === true) return 'superseded';
  await db.query(
    `update batch_rows set request = $5, state = 'waiting', reason = null, snapshots = null, revision = revision + 1
    where account_id = $1 and purse = $2 and batch_id = $3 and number = $4`,
    [...at, JSON.stringify(change(found.request, version))],
  );
  const open = await db.query(
    `update batches set next_look_at = least(next_look_at, now()), looked_to = least(looked_to, $4 - 1)
    where account_id = $1 and purse = $2 and id = $3 and key_id is not null and canceled_at is null returning id`,
    at,
  );
  return open.length === 0 ? 'batch_canceled' : 'changed';
}
