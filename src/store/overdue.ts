import type { Db } from './db.ts';

export interface Overdue {
  id: string;
  /** Which of its two deadlines has passed. */
  deadline: 'start_by' | 'expires_at';
}

/** Generations that have not begun and should not begin any more. */
export async function findOverduePending(db: Db, limit: number): Promise<Overdue[]> {
  return db.query<Overdue>(
    `select id, case when start_by <= kinora_now() then 'start_by' else 'expires_at' end as deadline
    from generations
    where status = 'pending' and (start_by is not null or expires_at is not null)
      and least(start_by, expires_at) <= kinora_now()
    order by least(start_by, expires_at) limit $1`,
    [limit],
  );
}
