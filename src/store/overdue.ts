import type { Db } from './db.ts';

export interface Overdue {
  id: string;
  /** Which of its two deadlines has passed. */
  deadline: 'start_by' | 'expires_at';
}

/** Waiting generations that should not begin any more. One that has begun before has kept its time to start. */
export async function findOverduePending(db: Db, limit: number): Promise<Overdue[]> {
  return db.query<Overdue>(
    `select id, case when expires_at <= kinora_now() then 'expires_at' else 'start_by' end as deadline
    from generations
    where status = 'pending' and (start_by is not null or expires_at is not null)
      and least(start_by, expires_at) <= kinora_now()
      and (expires_at <= kinora_now() or started_at is null)
    order by least(start_by, expires_at) limit $1`,
    [limit],
  );
}

/**
 * Has the jobs looked at now that a provider runs and whose deadline has just passed: that look asks the provider to
 * stop. Their holds stay open until it has said how they ended.
 */
export async function wakeOverdueJobs(db: Db): Promise<void> {
  await db.query(
    `update attempts t set next_step_at = now() from generations g
    where g.status = 'processing' and g.expires_at <= kinora_now() and g.expires_at > kinora_now() - interval '30 seconds'
      and t.id = g.attempt_id and t.step = 'running' and t.next_step_at > now()`,
  );
}
