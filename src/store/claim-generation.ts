import type { Db } from './db.ts';
import { generationChannel } from './events.ts';
import { type GenerationRow, generationColumns } from './generation-row.ts';
import { newId } from './new-id.ts';

/** A generation that this worker, and nobody else, may work on until the lease runs out. */
export interface ClaimedGeneration extends GenerationRow {
  lease: string;
}

/**
 * Takes the next generation for an engine, or nothing. Accounts are served least recently served first, so a large
 * account cannot starve a small one; within an account by priority, then age. The account's row is locked while its
 * counter is compared with its limit, so the limit is strict over any number of processes.
 */
export async function claimGeneration(
  db: Db,
  options: { engine: string; leaseSeconds: number },
): Promise<ClaimedGeneration | undefined> {
  const lease = newId('lease');
  const [row] = await db.query<GenerationRow>(claimSql, [
    options.engine,
    lease,
    options.leaseSeconds,
    generationChannel,
  ]);
  return row === undefined ? undefined : { ...row, lease };
}

// `waiting` walks the partial index from account to account, so its cost follows the accounts that wait, not the rows.
const claimSql = `
with recursive waiting as (
  (select account_id from generations
    where status = 'pending' and engine = $1 order by account_id limit 1)
  union all
  (select (select g.account_id from generations g
    where g.status = 'pending' and g.engine = $1 and g.account_id > waiting.account_id
    order by g.account_id limit 1)
  from waiting where waiting.account_id is not null)
), account as (
  select a.id from accounts a
  where a.id in (select account_id from waiting) and a.running < a.concurrency_limit
    and exists (select from generations g where g.account_id = a.id and g.status = 'pending' and g.engine = $1
      and (g.not_before is null or g.not_before <= now()))
  order by a.last_served_at nulls first, a.id
  limit 1
  for no key update skip locked
), picked as (
  select g.id from account join lateral (
    select id from generations
    where status = 'pending' and engine = $1 and account_id = account.id
      and (not_before is null or not_before <= now())
    order by priority desc, created_at, id
    limit 1
    for update skip locked
  ) g on true
), g as (
  update generations set status = 'processing', lease = $2, lease_expires_at = now() + $3 * interval '1 second',
    attempt = attempt + 1, started_at = coalesce(started_at, now()), phase = null, progress = 0
  from picked where generations.id = picked.id and generations.status = 'pending'
  returning generations.*
), counted as (
  update accounts set running = running + 1, last_served_at = clock_timestamp() from g where accounts.id = g.account_id
), attempt as (
  insert into attempts (generation_id, number, engine) select id, attempt, engine from g
), event as (
  insert into events (account_id, generation_id, type) select account_id, id, 'generation.processing' from g
)
select ${generationColumns}, pg_notify($4, g.id) from g`;
