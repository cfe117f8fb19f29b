import type { RowState } from '../domain/batch.ts';
import type { Status } from '../domain/generation.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

export interface BatchRowRow {
  number: number;
  state: RowState;
  request: JsonObject;
  generationId: string | null;
  generationStatus: Status | null;
  reason: Json;
  /** The version of a record that it makes. */
  record: { id: string; key: string; version: number } | null;
}

const columns = `r.number, r.state, r.request, r.generation_id as "generationId", g.status as "generationStatus", r.reason,
  (select jsonb_build_object('id', c.id, 'key', v.key, 'version', v.number)
    from record_versions v join records c using (account_id, purse, workflow, key)
    where v.account_id = r.account_id and v.purse = r.purse and v.batch_id = r.batch_id
      and v.row_number = r.number) as record`;

/** In the order of their numbers, those after `after`. */
export async function listRows(
  db: Db,
  options: {
    owner: Owner;
    batchId: string;
    state: RowState | undefined;
    after: number;
    limit: number;
  },
): Promise<BatchRowRow[]> {
  const { owner, batchId, state, after, limit } = options;
  return db.query<BatchRowRow>(
    `select ${columns}
    from batch_rows r left join generations g on g.id = r.generation_id
    where r.account_id = $1 and r.purse = $2 and r.batch_id = $3 and r.number > $4
      and ($5::text is null or r.state = $5)
    order by r.number limit $6`,
    [owner.accountId, owner.purse, batchId, after, state ?? null, limit],
  );
}

export async function findRow(
  db: Db,
  owner: Owner,
  batchId: string,
  number: number,
): Promise<BatchRowRow | undefined> {
  const [row] = await listRows(db, { owner, batchId, state: undefined, after: number - 1, limit: 1 });
  return row?.number === number ? row : undefined;
}

/** Ends every row that waits; how many did. */
export async function cancelRows(db: Db, owner: Owner, batchId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `with r as (
      update batch_rows set state = 'canceled', reason = null, snapshots = null
      where account_id = $1 and purse = $2 and batch_id = $3 and state in ('waiting', 'waiting_budget')
      returning number
    )
    select count(*)::int as count from r`,
    [owner.accountId, owner.purse, batchId],
  );
  return row?.count ?? 0;
}
