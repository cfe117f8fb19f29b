import type { AttemptFailureCode } from '../domain/failure-advice.ts';
import type { FailureCandidate } from '../domain/systematic-failure.ts';
import type { Db } from './db.ts';
import { filterCondition, filterValues, type UsageFilter } from './usage-filter.ts';

/** Failed attempts that have engine, code and kind of message in common. */
export interface FailureGroup {
  engine: string;
  code: AttemptFailureCode;
  /** The message without what differs from one to the next. */
  pattern: string | null;
  /** The latest message as it was. */
  example: string | null;
  count: number;
  generations: number;
  /** How many of `count` belong to generations that succeeded in the end. */
  retriedSuccessfully: number;
  attemptsOfEngine: number;
  firstSeen: Date;
  lastSeen: Date;
  /** Generation ids, the latest first; one may be there several times. */
  recent: string[];
  candidates: FailureCandidate[];
}

/**
 * The 100 most frequent kinds of failure among the attempts at some generations, and what each may be due to. One
 * statement: attempts are read once; what failures have in common is then counted among all of them.
 */
export async function readFailures(db: Db, filter: UsageFilter): Promise<FailureGroup[]> {
  return db.query<FailureGroup>(failuresSql, filterValues(filter));
}

const failuresSql = `with chosen as materialized (
    select g.id, g.engine, g.workflow, g.tags, g.duration_seconds, g.aspect_ratio, g.outcome, g.failure_code,
      g.failure_message, g.finished_at
    from generations g where ${filterCondition}
  ), tries as materialized (
    select c.id, a.engine, a.ended_at as at, a.message, coalesce(c.outcome = 'succeeded', false) as saved,
      case a.result
        when 'failed' then coalesce(a.code, 'engine_failed')
        when 'lost' then coalesce(a.code, 'worker_lost')
      end as code,
      c.workflow, c.tags, c.duration_seconds, c.aspect_ratio
    from chosen c join attempts a on a.generation_id = c.id
    where a.result in ('succeeded', 'failed', 'lost') and a.code is distinct from 'canceled'
    union all
    -- Failed without an attempt that did, as when it was never begun.
    select c.id, c.engine, c.finished_at, c.failure_message, false, c.failure_code,
      c.workflow, c.tags, c.duration_seconds, c.aspect_ratio
    from chosen c
    where c.outcome in ('rejected', 'expired', 'error')
      and not exists (select from attempts a where a.generation_id = c.id and a.result in ('failed', 'lost'))
  ), failed as materialized (
    select t.*, failure_pattern(t.message) as pattern from tries t where t.code is not null
  ), groups as materialized (
    select engine, code, pattern, row_number() over (order by count(*) desc, engine, code, pattern) as number,
      count(*) as many, count(distinct id) as generations, count(*) filter (where saved) as saved,
      min(at) as first_seen, max(at) as last_seen, (array_agg(id order by at desc))[1:30] as recent,
      (array_agg(message order by at desc))[1] as example
    from failed group by 1, 2, 3 order by number limit 100
  ), hits as materialized (
    select g.number, g.engine, d.dimension, d.value, count(*) as failures
    from groups g
    join failed t on t.engine = g.engine and t.code = g.code and t.pattern is not distinct from g.pattern
    cross join lateral (
      select 'engine' as dimension, t.engine as value
      union all select 'workflow', t.workflow where t.workflow is not null
      union all select distinct 'tag', tag from unnest(t.tags) tag
      union all select 'duration', t.duration_seconds::text
      union all select 'ratio', t.aspect_ratio
      union all select distinct 'reference', r.sha256 from generation_references r where r.generation_id = t.id
    ) d
    where g.many >= 5
    group by 1, 2, 3, 4 having count(*) >= 5
  ), suspects as materialized (
    select distinct engine, dimension, value from hits where dimension in ('tag', 'reference')
  ), among as (
    -- By grouping sets and hashes: unfolding every attempt into its traits would cost more than all the rest.
    select engine,
      case when grouping(workflow) = 0 then 'workflow' when grouping(duration_seconds) = 0 then 'duration'
        when grouping(aspect_ratio) = 0 then 'ratio' else 'engine' end as dimension,
      case when grouping(workflow) = 0 then workflow when grouping(duration_seconds) = 0 then duration_seconds::text
        when grouping(aspect_ratio) = 0 then aspect_ratio else engine end as value,
      count(*) as attempts
    from tries
    group by grouping sets ((engine), (engine, workflow), (engine, duration_seconds), (engine, aspect_ratio))
    union all
    select t.engine, 'tag', tag, count(*)
    from tries t cross join lateral (select distinct unnest(t.tags)) u (tag)
    where t.tags && (select array_agg(value) from suspects where dimension = 'tag')
    group by t.engine, tag
    union all
    select t.engine, 'reference', s.value, count(*)
    from suspects s
    join lateral (select distinct r.generation_id from generation_references r where r.sha256 = s.value) r on true
    join tries t on t.id = r.generation_id and t.engine = s.engine
    where s.dimension = 'reference'
    group by t.engine, s.value
  ), engines as (
    select engine, count(*) as attempts from tries group by 1
  )
  select g.engine, g.code, g.pattern, g.example, g.many as count, g.generations, g.saved as "retriedSuccessfully",
    e.attempts as "attemptsOfEngine", g.first_seen as "firstSeen", g.last_seen as "lastSeen", g.recent,
    coalesce((
      select jsonb_agg(jsonb_build_object('dimension', h.dimension, 'value', h.value, 'failures', h.failures,
        'attempts', a.attempts))
      from hits h join among a using (engine, dimension, value) where h.number = g.number), '[]') as candidates
  from groups g join engines e using (engine)
  order by g.number`;
