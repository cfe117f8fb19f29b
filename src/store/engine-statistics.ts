import type { Db } from './db.ts';

/** What the attempts of an engine have come to lately. */
export interface EngineStatistics {
  engine: string;
  /** That have ended, within the window. */
  attempts: number;
  succeeded: number;
  /** By a content filter. */
  rejected: number;
  /** Otherwise: what its owner canceled does not count. */
  failed: number;
  /** From the start of an attempt to its kept video, seconds. Null where none has succeeded. */
  latencyP50: number | null;
  latencyP95: number | null;
}

export const statisticsHours = 24;

/** So that a busy engine costs no more to look at than a quiet one. */
export const mostAttempts = 1_000;

/** Of every engine that has ended an attempt within the last day: of its newest thousand. */
export async function readEngineStatistics(db: Db): Promise<Map<string, EngineStatistics>> {
  const rows = await db.query<EngineStatistics>(
    `select e.name as engine, s.*
    from engines e cross join lateral (
      select count(*)::int as attempts,
        count(*) filter (where result = 'succeeded')::int as succeeded,
        count(*) filter (where code = 'content_rejected')::int as rejected,
        count(*) filter (where result <> 'succeeded' and code is distinct from 'content_rejected')::int as failed,
        percentile_cont(0.5) within group (order by seconds) filter (where result = 'succeeded') as "latencyP50",
        percentile_cont(0.95) within group (order by seconds) filter (where result = 'succeeded') as "latencyP95"
      from (
        select result, code, extract(epoch from ended_at - started_at)::float8 as seconds
        from attempts
        where engine = e.name and ended_at > now() - $1 * interval '1 hour' and result not in ('canceled', 'stopped')
        order by ended_at desc limit $2
      ) newest
    ) s
    where s.attempts > 0`,
    [statisticsHours, mostAttempts],
  );
  return new Map(rows.map((row) => [row.engine, row]));
}
