import type { JsonObject } from '../domain/json.ts';
import type { CatchUp, Overlap } from '../domain/run.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** A workflow that the server can run by itself. */
export interface StoredDefinition {
  workflow: string;
  version: number;
  definition: JsonObject;
  /** As whom it runs when it is due. */
  keyId: string;
  storedAt: Date;
}

const columns = `name as workflow, version, definition, definition_key_id as "keyId", definition_at as "storedAt"`;

const find = `select ${columns} from workflows
  where account_id = $1 and purse = $2 and name = $3 and definition is not null`;

export async function findDefinition(
  db: Db,
  owner: Owner,
  workflow: string,
): Promise<StoredDefinition | undefined> {
  const [row] = await db.query<StoredDefinition>(find, [owner.accountId, owner.purse, workflow]);
  return row;
}

/** The same; until the transaction ends, it is neither stored again nor deleted. */
export async function holdDefinition(
  db: Db,
  owner: Owner,
  workflow: string,
): Promise<StoredDefinition | undefined> {
  const values = [owner.accountId, owner.purse, workflow];
  const [row] = await db.query<StoredDefinition>(`${find} for share`, values);
  return row;
}

/** Keeps the definition of a workflow that is there. A version is counted where it says something else than before. */
export async function putDefinition(
  db: Db,
  owner: Owner,
  { workflow, definition, keyId }: Pick<StoredDefinition, 'workflow' | 'definition' | 'keyId'>,
): Promise<StoredDefinition> {
  const [row] = await db.query<StoredDefinition>(
    `update workflows set version = version + (definition is distinct from $4::jsonb)::int, definition = $4,
      definition_key_id = $5, definition_at = now()
    where account_id = $1 and purse = $2 and name = $3 returning ${columns}`,
    [owner.accountId, owner.purse, workflow, JSON.stringify(definition), keyId],
  );
  if (row === undefined) throw new Error(`the workflow ${workflow} is gone`);
  return row;
}

/**
 * Takes away the definition of a workflow, its schedule and what was found behind its URLs; what the workflow has made
 * stays. Undefined where none is stored. Must run in a transaction, which keeps runs from being asked for until it ends.
 */
export async function deleteDefinition(
  db: Db,
  owner: Owner,
  workflow: string,
): Promise<{ version: number } | undefined> {
  const key = [owner.accountId, owner.purse, workflow];
  const [row] = await db.query<{ version: number }>(
    `update workflows set definition = null, definition_key_id = null, definition_at = null, applied = null
    where account_id = $1 and purse = $2 and name = $3 and definition is not null returning version`,
    key,
  );
  if (row === undefined) return undefined;
  for (const table of ['schedules', 'workflow_urls'])
    await db.query(`delete from ${table} where account_id = $1 and purse = $2 and workflow = $3`, key);
  return row;
}

/** What the last run has set of what the definition says of the workflow as a whole; null before the first. */
export async function readApplied(db: Db, owner: Owner, workflow: string): Promise<JsonObject | null> {
  const [row] = await db.query<{ applied: JsonObject | null }>(
    'select applied from workflows where account_id = $1 and purse = $2 and name = $3',
    [owner.accountId, owner.purse, workflow],
  );
  return row?.applied ?? null;
}

export async function keepApplied(
  db: Db,
  owner: Owner,
  workflow: string,
  applied: JsonObject,
): Promise<void> {
  await db.query(
    `update workflows set applied = $4
    where account_id = $1 and purse = $2 and name = $3 and applied is distinct from $4::jsonb`,
    [owner.accountId, owner.purse, workflow, JSON.stringify(applied)],
  );
}

/** When a workflow is run by itself. */
export interface Schedule {
  cron: string;
  timeZone: string;
  catchUp: CatchUp;
  overlap: Overlap;
  enabled: boolean;
  /** Whether its runs make drafts, free and of no record. */
  rehearse: boolean;
  pausedAt: Date | null;
  /** Null while it is paused or not enabled. */
  nextDueAt: Date | null;
}

const scheduleColumns = `cron, time_zone as "timeZone", catch_up as "catchUp", overlap, enabled, rehearse,
  paused_at as "pausedAt", next_due_at as "nextDueAt"`;

export async function findSchedule(db: Db, owner: Owner, workflow: string): Promise<Schedule | undefined> {
  const [row] = await db.query<Schedule>(
    `select ${scheduleColumns} from schedules where account_id = $1 and purse = $2 and workflow = $3`,
    [owner.accountId, owner.purse, workflow],
  );
  return row;
}

/**
 * Sets the schedule of a stored workflow, or takes it away. One that comes at the same times as before goes on where it
 * is, so that storing again misses nothing; another begins with `nextDueAt`. Whether it is paused stays.
 */
export async function putSchedule(
  db: Db,
  owner: Owner,
  workflow: string,
  schedule: (Omit<Schedule, 'pausedAt' | 'nextDueAt'> & { nextDueAt: Date }) | undefined,
): Promise<void> {
  const key = [owner.accountId, owner.purse, workflow];
  if (schedule === undefined) {
    await db.query('delete from schedules where account_id = $1 and purse = $2 and workflow = $3', key);
    return;
  }
  const { cron, timeZone, catchUp, overlap, enabled, rehearse, nextDueAt } = schedule;
  await db.query(
    `insert into schedules as s (account_id, purse, workflow, cron, time_zone, catch_up, overlap, enabled, next_due_at,
      rehearse)
    values ($1, $2, $3, $4, $5, $6, $7, $8, case when $8 then $9::timestamptz end, $10)
    on conflict (account_id, purse, workflow) do update set cron = $4, time_zone = $5, catch_up = $6, overlap = $7,
      enabled = $8, rehearse = $10,
      missed = case when (s.cron, s.time_zone) = ($4, $5) then s.missed else 0 end,
      next_due_at = case when not $8 or s.paused_at is not null then null
        when (s.cron, s.time_zone) = ($4, $5) then coalesce(s.next_due_at, $9) else $9 end`,
    [...key, cron, timeZone, catchUp, overlap, enabled, nextDueAt, rehearse],
  );
}

/** Pauses or resumes it; what would have been due meanwhile is not missed. False if there is no schedule. */
export async function pauseSchedule(
  db: Db,
  owner: Owner,
  workflow: string,
  change: { paused: true } | { paused: false; nextDueAt: Date },
): Promise<boolean> {
  const rows = await db.query(
    `update schedules set paused_at = case when $4 then coalesce(paused_at, now()) end, missed = 0,
      next_due_at = case when $4 or not enabled then null when paused_at is null then next_due_at else $5::timestamptz end
    where account_id = $1 and purse = $2 and workflow = $3 returning workflow`,
    [owner.accountId, owner.purse, workflow, change.paused, change.paused ? null : change.nextDueAt],
  );
  return rows.length === 1;
}
