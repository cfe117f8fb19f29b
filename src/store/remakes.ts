import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** A version that is to be made once more. */
export interface RemakeSource {
  workflow: string;
  key: string;
  /** Null where the record has no such version. */
  number: number | null;
  fingerprint: string;
  parts: JsonObject;
  request: JsonObject | null;
  /** Of the batch that it was a row of. */
  tags: string[];
}

/** The version of this number, or the newest. Undefined unless the record is this owner's. */
export async function readRemakeSource(
  db: Db,
  owner: Owner,
  id: string,
  number: number | undefined,
): Promise<RemakeSource | undefined> {
  const [row] = await db.query<RemakeSource>(
    `select r.workflow, r.key, v.number, v.fingerprint, v.parts, b.request,
      coalesce(o.tags, '{}') as tags
    from records r
    left join record_versions v on v.account_id = r.account_id and v.purse = r.purse and v.workflow = r.workflow
      and v.key = r.key and v.number = coalesce($4, r.last_version)
    left join batch_rows b on b.account_id = v.account_id and b.purse = v.purse and b.batch_id = v.batch_id
      and b.number = v.row_number
    left join batches o on o.account_id = v.account_id and o.purse = v.purse and o.id = v.batch_id
    where r.account_id = $1 and r.purse = $2 and r.id = $3`,
    [owner.accountId, owner.purse, id, number ?? null],
  );
  return row;
}

/** The batch in which a workflow has videos made once more; locked, so that two callers make one. */
export async function findRemakeBatch(db: Db, owner: Owner, workflow: string): Promise<string | null> {
  const [row] = await db.query<{ id: string | null }>(
    `select remake_batch_id as id from workflows where account_id = $1 and purse = $2 and name = $3 for no key update`,
    [owner.accountId, owner.purse, workflow],
  );
  return row?.id ?? null;
}

export async function setRemakeBatch(db: Db, owner: Owner, workflow: string, batchId: string): Promise<void> {
  await db.query(
    'update workflows set remake_batch_id = $4 where account_id = $1 and purse = $2 and name = $3',
    [owner.accountId, owner.purse, workflow, batchId],
  );
}
