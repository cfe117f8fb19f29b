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
}

/**
 * Adds rows in their order, numbered after those that are there; the numbers of the first and the last. Undefined if
 * there is no such batch that takes rows. Must run in a transaction.
 */
export async function appendRows(
  db: Db,
  owner: Owner,
  batchId: string,
  requests: readonly JsonObject[],
): Promise<{ first: number; last: number } | undefined> {
  const [batch] = await db.query<{ last: number }>(
    `update batches set row_count = row_count + $4, next_look_at = least(next_look_at, now())
    where account_id = $1 and purse = $2 and id = $3 and key_id is not null and canceled_at is null
    returning row_count as last`,
    [owner.accountId, owner.purse, batchId, requests.length],
  );
  if (batch === undefined) return undefined;
  const before = batch.last - requests.length;
  await db.query(
    `insert into batch_rows (account_id, purse, batch_id, number, request)
    select $1, $2, $3, $4 + r.number, r.request
    from jsonb_array_elements($5::jsonb) with ordinality r (request, number)`,
    [owner.accountId, owner.purse, batchId, before, JSON.stringify(requests)],
  );
  return { first: before + 1, last: batch.last };
}

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
    `select r.number, r.state, r.request, r.generation_id as "generationId", g.status as "generationStatus", r.reason
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

/** Lets a refused row wait again; its references are fetched anew. False if it is not refused, or its batch canceled. */
export async function retryRow(db: Db, owner: Owner, batchId: string, number: number): Promise<boolean> {
  const rows = await db.query(
    `with b as (
      update batches set next_look_at = least(next_look_at, now()), looked_to = least(looked_to, $4 - 1)
      where account_id = $1 and purse = $2 and id = $3 and key_id is not null and canceled_at is null
        and exists (select from batch_rows r where r.account_id = $1 and r.purse = $2 and r.batch_id = $3
          and r.number = $4 and r.state = 'refused')
      returning id
    )
    update batch_rows r set state = 'waiting', reason = null, snapshots = null from b
    where r.account_id = $1 and r.purse = $2 and r.batch_id = $3 and r.number = $4 and r.state = 'refused'
    returning r.number`,
    [owner.accountId, owner.purse, batchId, number],
  );
  return rows.length === 1;
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
