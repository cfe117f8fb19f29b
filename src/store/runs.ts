import type { Purse } from '../domain/credits.ts';
import type { EndedRunState, RunCause, RunReason, RunRows, RunSink, RunState } from '../domain/run.ts';
import type { Db, Store } from './db.ts';
import { insertAccountEvent } from './events.ts';
import { newId } from './new-id.ts';
import type { Owner } from './read-generations.ts';

/** One run of a stored workflow, by the server itself. */
export interface RunRow {
  id: string;
  accountId: string;
  purse: Purse;
  workflow: string;
  version: number;
  cause: RunCause;
  dueAt: Date | null;
  missed: number;
  keyId: string;
  maxCredits: number | null;
  acceptDrift: boolean;
  /** It makes drafts, free and of no record. */
  rehearse: boolean;
  state: RunState;
  reason: RunReason | null;
  /** What a person should know of it, beside that. */
  notes: string[];
  rows: RunRows | null;
  credits: number;
  batchIds: string[];
  sinks: RunSink[];
  cancelRequestedAt: Date | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

const columns = `r.id, r.account_id as "accountId", r.purse, r.workflow, r.version, r.cause, r.due_at as "dueAt", r.missed,
  r.key_id as "keyId", r.max_credits as "maxCredits", r.accept_drift as "acceptDrift", r.rehearse, r.state, r.reason, r.notes, r.rows,
  r.credits, r.batch_ids as "batchIds", r.sinks, r.cancel_requested_at as "cancelRequestedAt",
  r.created_at as "createdAt", r.started_at as "startedAt", r.finished_at as "finishedAt"`;

export async function findRun(db: Db, owner: Owner, id: string): Promise<RunRow | undefined> {
  const [row] = await db.query<RunRow>(
    `select ${columns} from runs r where id = $1 and account_id = $2 and purse = $3`,
    [id, owner.accountId, owner.purse],
  );
  return row;
}

/** Newest first, those made before the run `before`. */
export async function listRuns(
  db: Db,
  options: { owner: Owner; workflow: string; before: string | undefined; limit: number },
): Promise<RunRow[]> {
  const { owner, workflow, before, limit } = options;
  return db.query<RunRow>(
    `select ${columns} from runs r
    where account_id = $1 and purse = $2 and workflow = $3
      and ($4::text is null or (r.created_at, r.id) < (select b.created_at, b.id from runs b where b.id = $4
        and b.account_id = $1 and b.purse = $2))
    order by r.created_at desc, r.id desc limit $5`,
    [owner.accountId, owner.purse, workflow, before ?? null, limit],
  );
}

/** The run of a workflow that is planned or made just now, else the one that waits; undefined where there is none. */
export async function findOpenRun(
  db: Db,
  owner: Owner,
  workflow: string,
): Promise<{ id: string; state: RunState } | undefined> {
  const [row] = await db.query<{ id: string; state: RunState }>(
    `select id, state from runs
    where account_id = $1 and purse = $2 and workflow = $3 and state in ('queued', 'planning', 'running')
    order by state = 'queued', created_at limit 1`,
    [owner.accountId, owner.purse, workflow],
  );
  return row;
}

export type NewRun = Pick<RunRow, 'workflow' | 'version' | 'keyId'> &
  Partial<Pick<RunRow, 'dueAt' | 'missed' | 'maxCredits' | 'acceptDrift' | 'rehearse'>>;

/**
 * A run that waits for its turn, or with a reason one that is left out. Undefined if there is one of that time already, or
 * one of that cause waits that does the same, and a second would find nothing.
 */
export async function insertRun(
  db: Db,
  owner: Owner,
  run: NewRun,
  skipped?: RunReason,
): Promise<RunRow | undefined> {
  const { workflow, version, keyId, dueAt = null, missed = 0, maxCredits = null } = run;
  const { acceptDrift = false, rehearse = false } = run;
  const [row] = await db.query<RunRow>(
    `insert into runs as r (id, account_id, purse, workflow, version, cause, due_at, missed, key_id, max_credits,
      accept_drift, rehearse, state, reason, finished_at)
    values ($1, $2, $3, $4, $5, case when $6::timestamptz is null then 'manual' else 'schedule' end, $6, $7, $8, $9, $10,
      $11, case when $12::jsonb is null then 'queued' else 'skipped' end, $12,
      case when $12::jsonb is not null then kinora_now() end)
    on conflict do nothing returning ${columns}`,
    [
      newId('run'),
      owner.accountId,
      owner.purse,
      workflow,
      version,
      dueAt,
      missed,
      keyId,
      maxCredits,
      acceptDrift,
      rehearse,
      skipped === undefined ? null : JSON.stringify(skipped),
    ],
  );
  if (row !== undefined && skipped !== undefined) await tell(db, row, 'workflow.run.skipped');
  return row;
}

async function tell(
  db: Db,
  run: RunRow,
  type: 'workflow.run.succeeded' | 'workflow.run.failed' | 'workflow.run.skipped',
): Promise<void> {
  await insertAccountEvent(db, {
    accountId: run.accountId,
    type,
    data: {
      purse: run.purse,
      run_id: run.id,
      workflow: run.workflow,
      cause: run.cause,
      rehearse: run.rehearse,
      due_at: run.dueAt?.toISOString() ?? null,
      missed: run.missed,
      reason: run.reason === null ? null : { ...run.reason },
      rows: run.rows === null ? null : { ...run.rows },
      credits: run.credits,
      batch_ids: run.batchIds,
    },
  });
}

/** A run that this process, and nobody else, may work on while its lease lasts. */
export interface TakenRun extends RunRow {
  lease: string;
  /** How often it was taken up since it last came a step further, this time included. */
  takes: number;
  keyRevoked: boolean;
}

/**
 * How many runs of one account are under way at once, about: each takes a place in a process and room on its disk, for as
 * long as its videos take, and so nobody has all of them.
 */
const mostOfAccount = 20;

/**
 * Takes the run that waits longest. One is passed over while another of its workflow is under way, or another of its account
 * is planned, or enough of them are under way: a slow source keeps nobody else waiting. So is one that was put aside, while
 * a batch that it waits for is paused. What a dead process held is taken
 * once its lease has run out.
 */
export async function takeRun(db: Db, leaseSeconds: number): Promise<TakenRun | undefined> {
  const [run] = await db
    .query<TakenRun>(
      `with next as (
        select r.id from runs r
        where r.state in ('queued', 'planning', 'running') and r.next_try_at <= now()
          and (r.lease is null or r.lease_expires_at <= now())
          and (r.cancel_requested_at is not null or not exists (select from batches b
            where b.account_id = r.account_id and b.purse = r.purse and b.id = any(r.waits_for)
              and b.paused_at is not null and b.canceled_at is null))
          and (r.state <> 'queued' or (not exists (select from runs o where o.account_id = r.account_id
            and (o.state = 'planning' and o.lease is not null
              or o.purse = r.purse and o.workflow = r.workflow and o.state in ('planning', 'running')))
            and (select count(*) from runs o where o.account_id = r.account_id
              and o.state in ('planning', 'running')) < $3))
        order by r.created_at, r.id limit 1 for update skip locked
      )
      update runs r set lease = $1, lease_expires_at = now() + $2 * interval '1 second', takes = r.takes + 1,
        waits_for = '{}', state = case r.state when 'queued' then 'planning' else r.state end,
        started_at = coalesce(r.started_at, kinora_now())
      from next, keys k where r.id = next.id and k.id = r.key_id
      returning ${columns}, r.lease, r.takes, k.revoked_at is not null as "keyRevoked"`,
      [newId('lease'), leaseSeconds, mostOfAccount],
    )
    .catch((error: unknown) => {
      // Another process began another run of the same workflow in the same moment.
      if (error instanceof Error && 'code' in error && error.code === '23505') return [];
      throw error;
    });
  return run;
}

type Held = Pick<TakenRun, 'id' | 'lease'>;

/** `lost`: it is somebody else's by now. */
export async function renewRun(
  db: Db,
  { id, lease }: Held,
  leaseSeconds: number,
): Promise<'held' | 'canceled' | 'lost'> {
  const [row] = await db.query<{ canceled: boolean }>(
    `update runs set lease_expires_at = now() + $3 * interval '1 second' where id = $1 and lease = $2
    returning cancel_requested_at is not null as canceled`,
    [id, lease, leaseSeconds],
  );
  if (row === undefined) return 'lost';
  return row.canceled ? 'canceled' : 'held';
}

/** The lease ran out and another process works on it: nothing was written. */
export class RunLost extends Error {
  override readonly name = 'RunLost';
}

async function write(db: Db, { id, lease }: Held, set: string, values: readonly unknown[]): Promise<RunRow> {
  const [row] = await db.query<RunRow>(
    `update runs r set ${set} where id = $1 and lease = $2 returning ${columns}`,
    [id, lease, ...values],
  );
  if (row === undefined) throw new RunLost(`the lease on ${id} is lost`);
  return row;
}

/** The definition that it is made by, and what it found in the source. Throws RunLost. */
export const notePlan = (db: Db, run: Held, plan: { version: number; rows: RunRows }) =>
  write(db, run, 'version = $3, rows = $4', [plan.version, JSON.stringify(plan.rows)]);

/** What a person should know of it. Throws RunLost. */
export const noteNotes = (db: Db, run: Held, notes: readonly string[]) =>
  write(db, run, 'notes = $3', [JSON.stringify(notes)]);

/** Before any row is added to it. Throws RunLost. */
export const noteBatch = (db: Db, run: Held, batchId: string) =>
  write(db, run, 'batch_ids = array(select distinct b from unnest(batch_ids || $3::text) b order by b)', [
    batchId,
  ]);

/** All its rows are asked for: from now on it only has to be waited for. Throws RunLost. */
export const noteSent = (db: Db, run: Held, rows: RunRows) =>
  write(db, run, `state = 'running', takes = 0, rows = $3`, [JSON.stringify(rows)]);

/** Gives it back, to be taken up again in so many seconds. */
export async function putBackRun(db: Db, { id, lease }: Held, seconds: number): Promise<void> {
  await db.query(
    `update runs set lease = null, lease_expires_at = null, next_try_at = now() + $3 * interval '1 second'
    where id = $1 and lease = $2`,
    [id, lease, seconds],
  );
}

/** Gives it back as if it had not been taken. */
export async function releaseRun(db: Db, { id, lease }: Held): Promise<void> {
  await db.query(
    `update runs set lease = null, lease_expires_at = null, takes = greatest(0, takes - 1)
    where id = $1 and lease = $2`,
    [id, lease],
  );
}

/** Puts it aside until none of these batches is paused any more, or somebody cancels it. */
export async function putAsideRun(db: Db, { id, lease }: Held, batchIds: readonly string[]): Promise<void> {
  await db.query(
    `update runs set lease = null, lease_expires_at = null, takes = greatest(0, takes - 1), waits_for = $3
    where id = $1 and lease = $2`,
    [id, lease, batchIds],
  );
}

export interface RunEnd {
  state: EndedRunState;
  reason?: RunReason | undefined;
  rows?: RunRows | undefined;
  sinks?: readonly RunSink[] | undefined;
}

/** Ends it and tells so, once. Throws RunLost. */
export async function endRun(store: Store, run: Held, end: RunEnd): Promise<void> {
  await store.transaction(async (db) => {
    const ended = await write(
      db,
      run,
      `state = $3, reason = $4, rows = coalesce($5::jsonb, r.rows), sinks = coalesce($6::jsonb, r.sinks),
        credits = (select coalesce(sum(g.charged_credits), 0) from generations g where g.account_id = r.account_id
          and g.purse = r.purse and g.batch_id = any(r.batch_ids)),
        lease = null, lease_expires_at = null, finished_at = kinora_now()`,
      [
        end.state,
        end.reason === undefined ? null : JSON.stringify(end.reason),
        end.rows === undefined ? null : JSON.stringify(end.rows),
        end.sinks === undefined ? null : JSON.stringify(end.sinks),
      ],
    );
    if (end.state === 'done') await tell(db, ended, 'workflow.run.succeeded');
    if (end.state === 'failed') await tell(db, ended, 'workflow.run.failed');
  });
}

/**
 * Ends a run that waits; one under way is ended soon by whoever works on it. Undefined if there is no such run, or it has
 * ended already.
 */
export async function cancelRun(db: Db, owner: Owner, id: string): Promise<RunRow | undefined> {
  const [row] = await db.query<RunRow>(
    `update runs r set cancel_requested_at = coalesce(cancel_requested_at, kinora_now()),
      next_try_at = least(next_try_at, now()),
      state = case state when 'queued' then 'canceled' else state end,
      finished_at = case state when 'queued' then kinora_now() end
    where id = $1 and account_id = $2 and purse = $3 and state in ('queued', 'planning', 'running')
    returning ${columns}`,
    [id, owner.accountId, owner.purse],
  );
  return row;
}

/** Ends the runs of a workflow that wait; how many those were. One that is taken up in this moment is none of them. */
export async function cancelWaitingRuns(db: Db, owner: Owner, workflow: string): Promise<number> {
  const rows = await db.query(
    `update runs set state = 'canceled', cancel_requested_at = kinora_now(), finished_at = kinora_now(), reason = $4
    where account_id = $1 and purse = $2 and workflow = $3 and state = 'queued' returning id`,
    [
      owner.accountId,
      owner.purse,
      workflow,
      JSON.stringify({ code: 'deleted', message: 'Its workflow was deleted before it began.' }),
    ],
  );
  return rows.length;
}

/** Where the database has one owner: whoever held these leases is dead. */
export async function freeRunLeases(db: Db): Promise<void> {
  await db.query('update runs set lease_expires_at = now() where lease is not null and finished_at is null');
}
