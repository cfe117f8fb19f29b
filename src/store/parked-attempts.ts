import type { Purse } from '../domain/credits.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Db, Store } from './db.ts';
import { insertEvent } from './events.ts';
import { newId } from './new-id.ts';
import type { Held } from './remote-attempts.ts';

/**
 * Nobody can tell whether the provider has the job: it waits for a callback or an operator, its hold open. A start whose
 * callback has come before its answer is known by now, and runs.
 */
export async function parkAttempt(store: Store, job: Held, message: string): Promise<boolean> {
  return store.transaction(async (db) => {
    const [row] = await db.query<{ accountId: string; generationId: string; step: string }>(
      `update attempts t set lease = null, tries = 0, unknown_times = 0,
        step = case when t.step = 'starting' and t.handle is not null then 'running' else 'unknown' end,
        next_step_at = case when t.step = 'starting' and t.handle is not null then now() end,
        message = case when t.step = 'starting' and t.handle is not null then t.message else $3 end
      from generations g where t.id = $1 and t.lease = $2 and g.id = t.generation_id
      returning g.account_id as "accountId", g.id as "generationId", t.step`,
      [job.attemptId, job.lease, message],
    );
    if (row === undefined) return false;
    const { accountId, generationId, step } = row;
    if (step === 'unknown') await insertEvent(db, { accountId, generationId, type: 'generation.parked' });
    return true;
  });
}

/** An attempt of which nobody can tell whether its provider has it. */
export interface ParkedAttempt {
  attemptId: string;
  generationId: string;
  accountId: string;
  purse: Purse;
  engine: string;
  heldCredits: number;
  message: string | null;
  handle: JsonObject | null;
  startedAt: Date;
}

/** Longest parked first. */
export async function listParked(db: Db, limit: number): Promise<ParkedAttempt[]> {
  return db.query<ParkedAttempt>(
    `select t.id as "attemptId", g.id as "generationId", g.account_id as "accountId", g.purse, t.engine,
      g.price_credits as "heldCredits", t.message, t.handle, t.started_at as "startedAt"
    from attempts t join generations g on g.id = t.generation_id
    where t.step = 'unknown' order by t.started_at limit $1`,
    [limit],
  );
}

/** The engine of a parked attempt. */
export async function findParkedEngine(db: Db, attemptId: string): Promise<string | undefined> {
  const [row] = await db.query<{ engine: string }>(
    `select engine from attempts where id = $1 and step = 'unknown'`,
    [attemptId],
  );
  return row?.engine;
}

/** Takes a parked attempt for a decision. Undefined if there is none, or it is parked no longer. */
export async function takeParked(
  db: Db,
  attemptId: string,
): Promise<{ id: string; attemptId: string; lease: string; accountId: string } | undefined> {
  const lease = newId('lease');
  const [row] = await db.query<{ id: string; accountId: string }>(
    `update attempts t set lease = $2 from generations g
    where t.id = $1 and t.step = 'unknown' and g.id = t.generation_id and g.status = 'processing'
    returning g.id, g.account_id as "accountId"`,
    [attemptId, lease],
  );
  return row === undefined ? undefined : { ...row, attemptId, lease };
}

/** The operator knows the job by the provider's id: it is followed from here on. */
export async function followParked(
  db: Db,
  taken: { attemptId: string; lease: string },
  handle: JsonObject,
): Promise<boolean> {
  const rows = await db.query(
    `update attempts set step = 'running', lease = null, tries = 0, unknown_times = 0, next_step_at = now(), handle = $3,
      accepted_at = coalesce(accepted_at, now())
    where id = $1 and lease = $2 and step = 'unknown' returning id`,
    [taken.attemptId, taken.lease, JSON.stringify(handle)],
  );
  return rows.length === 1;
}
