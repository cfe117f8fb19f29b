import type { WaitFacts } from '../domain/waiting.ts';
import type { Db } from './db.ts';

/** What keeps each of them from moving; one query for any number. */
export async function readWaitFacts(db: Db, ids: readonly string[]): Promise<Map<string, WaitFacts>> {
  const rows = await db.query<WaitFacts & { id: string }>(
    `select g.id, g.status, a.paused_at is not null as "accountPaused", a.running as "accountRunning",
      a.concurrency_limit as "accountLimit", b.paused_at is not null as "batchPaused",
      e.paused_at is not null as "enginePaused",
      case when e.not_before > now() then e.not_before end as "coolingUntil",
      e.not_before_reason as "coolingReason", e.slots as "engineSlots", coalesce(e.running, 0) as "engineRunning",
      case when g.not_before > now() then g.not_before end as "retryUntil",
      case when g.status = 'processing' then t.step end as step, coalesce(t.tries, 0) as tries
    from generations g
    join accounts a on a.id = g.account_id
    left join batches b on b.account_id = g.account_id and b.purse = g.purse and b.id = g.batch_id
    left join engines e on e.name = g.engine
    left join attempts t on t.id = g.attempt_id
    where g.id = any($1)`,
    [ids],
  );
  return new Map(rows.map(({ id, ...facts }) => [id, facts]));
}
