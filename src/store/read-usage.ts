import type { FailureCode, Outcome } from '../domain/generation.ts';
import type { UsageGrouping } from '../domain/usage.ts';
import type { Db } from './db.ts';
import { filterCondition, filterValues, type UsageFilter } from './usage-filter.ts';

/** What generations came to: how many, for how much, how fast. Times in seconds. */
export interface UsageFigures {
  generations: number;
  waiting: number;
  processing: number;
  outcomes: Record<Outcome, number>;
  charged: number;
  held: number;
  refunded: number;
  secondsDelivered: number;
  queueP50: number | null;
  queueP95: number | null;
  processingP50: number | null;
  processingP95: number | null;
  failures: Partial<Record<FailureCode, number>>;
}

export interface UsageRow extends UsageFigures {
  /** Null for the generations that have no such value. */
  group: string | null;
  /** Of a key or an account. */
  name: string | null;
}

/** The most groups that are told; the total counts all. */
export const mostGroups = 1_000;

const noName = 'null::text';

const groupings = {
  day: { group: `to_char(g.created_at at time zone $12, 'YYYY-MM-DD')`, join: '', name: noName },
  workflow: { group: 'g.workflow', join: '', name: noName },
  key: { group: 'g.key_id', join: '', name: '(select k.name from keys k where k.id = f."group")' },
  tag: {
    group: 'tag.value',
    join: 'left join lateral (select distinct unnest(g.tags)) tag (value) on true',
    name: noName,
  },
  engine: { group: 'g.engine', join: '', name: noName },
  outcome: { group: 'coalesce(g.outcome, g.status)', join: '', name: noName },
  end_user: { group: 'g.end_user_id', join: '', name: noName },
  batch: { group: 'g.batch_id', join: '', name: noName },
  account: {
    group: 'g.account_id',
    join: '',
    name: '(select a.name from accounts a where a.id = f."group")',
  },
} satisfies Record<UsageGrouping, { group: string; join: string; name: string }>;

/** The figures of some rows of `chosen`, called `g`. */
const figures = `count(*) as generations,
  count(*) filter (where g.status = 'pending') as waiting,
  count(*) filter (where g.status = 'processing') as processing,
  jsonb_build_object(
    'succeeded', count(*) filter (where g.outcome = 'succeeded'),
    'canceled', count(*) filter (where g.outcome = 'canceled'),
    'rejected', count(*) filter (where g.outcome = 'rejected'),
    'expired', count(*) filter (where g.outcome = 'expired'),
    'error', count(*) filter (where g.outcome = 'error')) as outcomes,
  coalesce(sum(g.charged), 0)::bigint as charged,
  coalesce(sum(g.held), 0)::bigint as held,
  coalesce(sum(g.refunded), 0)::bigint as refunded,
  coalesce(sum(g.seconds), 0)::float8 as "secondsDelivered",
  percentile_cont(array[0.5, 0.95]) within group (order by g.queued) as queued,
  percentile_cont(array[0.5, 0.95]) within group (order by g.made) as made`;

const reasonsIn = (rows: string) =>
  `select "group", failure_code as code, count(*) as many from ${rows} where failure_code is not null group by 1, 2`;

const usageSql = (by: UsageGrouping) => {
  const { group, join, name } = groupings[by];
  const order = by === 'day' ? '"group" desc' : 'charged desc, generations desc, "group"';
  return `with chosen as materialized (
    select ${group} as "group", g.id, g.status, g.outcome, g.failure_code,
      case when g.status in ('pending', 'processing') then g.price_credits else 0 end as held,
      coalesce(g.charged_credits, 0) + coalesce(a.counterpart, 0) - coalesce(r.available, 0) as charged,
      coalesce(r.available, 0) as refunded,
      case when g.status = 'complete' then (g.output_facts->>'durationSeconds')::float8 end as seconds,
      extract(epoch from g.started_at - g.created_at)::float8 as queued,
      case when g.status = 'complete' then extract(epoch from g.finished_at - g.started_at)::float8 end as made
    from generations g
    left join ledger_entries a on a.generation_id = g.id and a.kind = 'adopt'
    left join lateral (
    select sum(e.available)::bigint as available from ledger_entries e
    where e.generation_id = g.id and e.kind = 'refund'
  ) r on true
    ${join}
    where ${filterCondition}
  ), once as (
    ${by === 'tag' ? 'select distinct on (id) * from chosen order by id' : 'select * from chosen'}
  ), grouped as (
    select g."group", ${figures} from chosen g group by 1
    order by ${order} limit ${mostGroups + 1}
  ), reasons as (
    select "group", jsonb_object_agg(code, many) as failures from (${reasonsIn('chosen')}) group by 1
  )
  select false as total, f.*, ${name} as name, coalesce(x.failures, '{}') as failures
  from grouped f
  -- Not by "is not distinct from", which no hash serves.
  left join reasons x on coalesce('=' || x."group", '') = coalesce('=' || f."group", '')
  union all
  select true, null, t.*, null, coalesce((select jsonb_object_agg(code, many) from (
    select code, sum(many)::bigint as many from (${reasonsIn('once')}) group by 1)), '{}')
  from (select ${figures} from once g) t
  order by total, ${order}`;
};

/**
 * Usage by group, days oldest first, others dearest first, at most `mostGroups` of them; and in total. One statement:
 * the rows are read once, whatever is told of them.
 */
export async function readUsage(
  db: Db,
  filter: UsageFilter,
  options: { by: UsageGrouping; timeZone: string },
): Promise<{ groups: UsageRow[]; truncated: boolean; total: UsageFigures }> {
  const values = filterValues(filter);
  const rows = await db.query<Row>(
    usageSql(options.by),
    options.by === 'day' ? [...values, options.timeZone] : values,
  );
  const total = rows.find((row) => row.total);
  if (total === undefined) throw new Error('the usage has no total');
  const groups = rows.filter((row) => !row.total);
  const told = groups
    .slice(0, mostGroups)
    .map((row) => ({ group: row.group, name: row.name, ...figuresOf(row) }));
  return {
    groups: options.by === 'day' ? told.reverse() : told,
    truncated: groups.length > mostGroups,
    total: figuresOf(total),
  };
}

type Row = Omit<UsageRow, 'queueP50' | 'queueP95' | 'processingP50' | 'processingP95'> & {
  total: boolean;
  queued: (number | null)[] | null;
  made: (number | null)[] | null;
};

function figuresOf({ total: _, group: __, name: ___, queued, made, ...rest }: Row): UsageFigures {
  return {
    ...rest,
    queueP50: queued?.[0] ?? null,
    queueP95: queued?.[1] ?? null,
    processingP50: made?.[0] ?? null,
    processingP95: made?.[1] ?? null,
  };
}
