import type { Db } from './db.ts';

/** Beyond so many in one lane nobody is told a position, so that telling it costs no more the longer the lane is. */
export const mostPlaces = 10_000;

/** From 1, the place of each of an account's waiting generations in its lane; those far behind have none. */
export async function readPlaces(
  db: Db,
  accountId: string,
  ids: readonly string[],
): Promise<Map<string, { place: number; lane: string }>> {
  const rows = await db.query<{ id: string; place: number; lane: string }>(
    `with lanes as (
      select distinct engine, lane from generations where id = any($2) and account_id = $1 and status = 'pending'
    ), ranked as (
      select o.id, l.lane, row_number() over (partition by l.engine, l.lane
        order by o.priority desc, o.created_at, o.id)::int as place
      from lanes l
      cross join lateral (
        select id, priority, created_at from generations
        where status = 'pending' and engine = l.engine and account_id = $1 and lane = l.lane
        order by priority desc, created_at, id limit $3
      ) o
    )
    select id, lane, place from ranked where id = any($2)`,
    [accountId, ids, mostPlaces],
  );
  return new Map(rows.map(({ id, place, lane }) => [id, { place, lane }]));
}

/** Who waits for an engine, and how fast it goes. */
export interface EngineCensus {
  /** How many wait, for each lane of each account. */
  waiting: { accountId: string; lane: string; count: number }[];
  /** Attempts that hold a slot, over all processes. */
  running: number;
  /** Seconds that one video took, by its length: medians of the last 50 successes, and of those of any length. */
  medians: { durationSeconds: number | null; seconds: number }[];
}

/** Reads one index entry for each generation that waits for the engine, and the last few hundred that ended. */
export async function readCensus(db: Db, engine: string): Promise<EngineCensus> {
  const [row] = await db.query<EngineCensus>(
    `with waiting as (
      select account_id, lane, count(*)::int as count from generations
      where status = 'pending' and engine = $1 group by account_id, lane
    ), finished as (
      select duration_seconds, outcome, extract(epoch from finished_at - started_at) as seconds, finished_at
      from generations where engine = $1 and finished_at is not null order by finished_at desc limit 500
    ), ranked as (
      select duration_seconds, seconds,
        row_number() over (partition by duration_seconds order by finished_at desc) as number,
        row_number() over (order by finished_at desc) as number_of_all
      from finished where outcome = 'succeeded' and seconds is not null
    ), medians as (
      select duration_seconds, percentile_cont(0.5) within group (order by seconds) as seconds
      from ranked where number <= 50 group by duration_seconds
      union all
      select null, percentile_cont(0.5) within group (order by seconds)
      from ranked where number_of_all <= 50 having count(*) > 0
    )
    select
      coalesce((select jsonb_agg(jsonb_build_object('accountId', account_id, 'lane', lane, 'count', count))
        from waiting), '[]') as waiting,
      (select count(*)::int from attempts where engine = $1 and holds_slot) as running,
      coalesce((select jsonb_agg(jsonb_build_object('durationSeconds', duration_seconds, 'seconds', seconds))
        from medians), '[]') as medians`,
    [engine],
  );
  if (row === undefined) throw new Error('a census answered nothing');
  return row;
}
