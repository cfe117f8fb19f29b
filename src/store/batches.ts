import type { RowState } from '../domain/batch.ts';
import type { Status } from '../domain/generation.ts';
import type { Json } from '../domain/json.ts';
import type { Db } from './db.ts';
import { newId } from './new-id.ts';
import type { Owner } from './read-generations.ts';

export interface BatchRow {
  id: string;
  /** Whose budgets its rows count on. */
  keyId: string;
  name: string;
  priority: number;
  ahead: number;
  workflow: string | null;
  tags: string[];
  /** Whether its videos stand in for those of another engine: they cost nothing and belong to no record. */
  rehearsal: boolean;
  rowCount: number;
  pausedAt: Date | null;
  canceledAt: Date | null;
  /** What its next row could not be held for, at the last look. */
  stoppedBy: Json;
  createdAt: Date;
}

const columns = `b.id, b.key_id as "keyId", b.name, b.priority, b.ahead, b.workflow, b.tags, b.rehearsal, b.row_count as "rowCount",
  b.paused_at as "pausedAt", b.canceled_at as "canceledAt", b.stopped_by as "stoppedBy", b.created_at as "createdAt"`;

export interface NewBatch {
  owner: Owner;
  keyId: string;
  name: string;
  priority: number;
  ahead: number;
  workflow: string | undefined;
  tags: readonly string[];
  rehearsal?: boolean;
}

export async function insertBatch(db: Db, batch: NewBatch): Promise<BatchRow> {
  const [row] = await db.query<BatchRow>(
    `insert into batches as b (account_id, purse, id, key_id, name, priority, ahead, workflow, tags, rehearsal, next_look_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'infinity') returning ${columns}`,
    [
      batch.owner.accountId,
      batch.owner.purse,
      newId('batch'),
      batch.keyId,
      batch.name,
      batch.priority,
      batch.ahead,
      batch.workflow ?? null,
      batch.tags,
      batch.rehearsal ?? false,
    ],
  );
  if (row === undefined) throw new Error('the batch was not made');
  return row;
}

/** Undefined unless it is this owner's, and a batch of rows. */
export async function findBatch(db: Db, owner: Owner, id: string): Promise<BatchRow | undefined> {
  const [row] = await db.query<BatchRow>(
    `select ${columns} from batches b where account_id = $1 and purse = $2 and id = $3 and key_id is not null`,
    [owner.accountId, owner.purse, id],
  );
  return row;
}

/** Whether this owner has such a batch, and it is a rehearsal. */
export async function isRehearsal(db: Db, owner: Owner, id: string): Promise<boolean> {
  const rows = await db.query(
    'select from batches where account_id = $1 and purse = $2 and id = $3 and rehearsal',
    [owner.accountId, owner.purse, id],
  );
  return rows.length > 0;
}

/** Newest first, at most `limit`, those made before the batch named by `after`. */
export async function listBatches(
  db: Db,
  options: { owner: Owner; after: string | undefined; limit: number },
): Promise<BatchRow[]> {
  const { owner, after, limit } = options;
  return db.query<BatchRow>(
    `select ${columns} from batches b
    where account_id = $1 and purse = $2 and key_id is not null
      and ($3::text is null or (created_at, id) < (select o.created_at, o.id from batches o
        where o.account_id = $1 and o.purse = $2 and o.id = $3))
    order by created_at desc, id desc limit $4`,
    [owner.accountId, owner.purse, after ?? null, limit],
  );
}

export interface BatchCounts {
  rows: Record<RowState, number>;
  generations: Record<Status, number>;
  /** Of those that are processing: jobs that wait for a verdict of their provider or the operator; the first 20 of them. */
  parked: { videos: number; first: { generation_id: string; key: string | null }[] };
  creditsHeld: number;
  creditsCharged: number;
  /** Refused rows and failed generations by their code, the most frequent first. */
  failures: { code: string; rows: number; message: string }[];
  /** The length of the first row that waits, if one does. */
  nextDurationSeconds: number | null;
}

/** Reads every row and generation of the batch: for one batch at a time. */
export async function countBatch(db: Db, owner: Owner, id: string): Promise<BatchCounts> {
  const [counts] = await db.query<BatchCounts>(
    `with r as (
      select state, count(*) as n from batch_rows where account_id = $1 and purse = $2 and batch_id = $3 group by state
    ), own as (
      -- Without those that failed before their row was tried again.
      select * from generations where account_id = $1 and purse = $2 and batch_id = $3 and id <> all (array(
        select unnest(earlier) from batch_rows where account_id = $1 and purse = $2 and batch_id = $3 and earlier <> '{}'))
    ), g as (
      select status, count(*) as n, sum(price_credits) as price, sum(charged_credits) as charged from own group by status
    ), p as (
      select own.id, own.metadata->>'record_key' as key, own.created_at from own join attempts a on a.id = own.attempt_id
      where own.status = 'processing' and a.step = 'unknown'
    ), f as (
      select code, count(*)::int as rows, min(message) as message from (
        select failure_code as code, failure_message as message from own where status = 'failed'
        union all
        select reason->>'code', reason->>'detail' from batch_rows
        where account_id = $1 and purse = $2 and batch_id = $3 and state = 'refused'
      ) u group by code order by 2 desc, 1 limit 20
    )
    select
      jsonb_build_object('waiting', 0, 'waiting_budget', 0, 'submitted', 0, 'refused', 0, 'canceled', 0)
        || coalesce((select jsonb_object_agg(state, n) from r), '{}') as rows,
      jsonb_build_object('pending', 0, 'processing', 0, 'complete', 0, 'failed', 0)
        || coalesce((select jsonb_object_agg(status, n) from g), '{}') as generations,
      jsonb_build_object('videos', (select count(*) from p), 'first', coalesce((
        select jsonb_agg(jsonb_build_object('generation_id', id, 'key', key) order by created_at, id)
        from (select * from p order by created_at, id limit 20) l), '[]')) as parked,
      coalesce((select sum(price) from g where status in ('pending', 'processing')), 0)::bigint as "creditsHeld",
      coalesce((select sum(charged) from g), 0)::bigint as "creditsCharged",
      coalesce((select jsonb_agg(jsonb_build_object('code', code, 'rows', rows, 'message', coalesce(message, ''))
        order by rows desc, code) from f), '[]') as failures,
      (select (request->>'duration')::int from batch_rows where account_id = $1 and purse = $2 and batch_id = $3
        and state in ('waiting', 'waiting_budget') order by number limit 1) as "nextDurationSeconds"`,
    [owner.accountId, owner.purse, id],
  );
  if (counts === undefined) throw new Error('a count answered nothing');
  return counts;
}

/** What is changed of a batch; absent members stay. Undefined if there is none that could be changed. */
export async function changeBatch(
  db: Db,
  owner: Owner,
  id: string,
  change: { priority?: number | undefined; ahead?: number | undefined; name?: string | undefined },
): Promise<BatchRow | undefined> {
  const [row] = await db.query<BatchRow>(
    `update batches b set priority = coalesce($4, priority), ahead = coalesce($5, ahead), name = coalesce($6, name),
      next_look_at = case when $5 > ahead and row_count > 0 then least(next_look_at, now()) else next_look_at end
    where account_id = $1 and purse = $2 and id = $3 and key_id is not null and canceled_at is null
    returning ${columns}`,
    [owner.accountId, owner.purse, id, change.priority ?? null, change.ahead ?? null, change.name ?? null],
  );
  return row;
}

export async function pauseBatch(db: Db, owner: Owner, id: string): Promise<BatchRow | undefined> {
  const [row] = await db.query<BatchRow>(
    `update batches b set paused_at = coalesce(paused_at, now())
    where account_id = $1 and purse = $2 and id = $3 and key_id is not null and canceled_at is null
    returning ${columns}`,
    [owner.accountId, owner.purse, id],
  );
  return row;
}

/** Lets a batch go on, and looks at its rows now. From here on it spends as the key that resumed it. */
export async function resumeBatch(
  db: Db,
  owner: Owner,
  id: string,
  keyId: string,
): Promise<BatchRow | undefined> {
  const [row] = await db.query<BatchRow>(
    `update batches b set paused_at = null, key_id = $4, looked_to = 0, next_look_at = now()
    where account_id = $1 and purse = $2 and id = $3 and key_id is not null and canceled_at is null
    returning ${columns}`,
    [owner.accountId, owner.purse, id, keyId],
  );
  return row;
}

/** From now on nothing of it is held or begun. Its rows and generations are ended by `cancelRows` and by their own ends. */
export async function markCanceled(db: Db, owner: Owner, id: string): Promise<BatchRow | undefined> {
  const [row] = await db.query<BatchRow>(
    `update batches b set canceled_at = coalesce(canceled_at, now()), stopped_by = null
    where account_id = $1 and purse = $2 and id = $3 and key_id is not null
    returning ${columns}`,
    [owner.accountId, owner.purse, id],
  );
  return row;
}

/**
 * Batches that were canceled and have something left: their canceler died on the way, or a single submit has named one
 * since.
 */
export async function findHalfCanceled(db: Db, limit: number): Promise<(Owner & { id: string })[]> {
  return db.query(
    `select b.account_id as "accountId", b.purse, b.id from batches b
    where b.canceled_at is not null and (
      exists (select from generations g where g.account_id = b.account_id and g.purse = b.purse and g.batch_id = b.id
        and g.status in ('pending', 'processing') and g.cancel_requested_at is null)
      or exists (select from batch_rows r where r.account_id = b.account_id and r.purse = b.purse and r.batch_id = b.id
        and r.state in ('waiting', 'waiting_budget')))
    limit $1`,
    [limit],
  );
}
