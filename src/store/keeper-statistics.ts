import type { RejectReason, VersionState } from '../domain/record.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** How often what was made was kept, and what that has cost. */
export interface Keeper {
  made: number;
  approved: number;
  rejected: number;
  /** Charged for all that were made. */
  credits: number;
  /** Charged for those that were reviewed. */
  reviewedCredits: number;
}

export const keeperGroups = ['template', 'bundle', 'engine'] as const;

export type KeeperGroupBy = (typeof keeperGroups)[number];

export interface WorkflowStatistics {
  /** How many newest versions are in each state; those that none is in are absent. */
  records: Partial<Record<VersionState, number>>;
  awaitingReview: number;
  all: Keeper;
  rejections: { reason: RejectReason; versions: number }[];
  groups: (Keeper & { by: KeeperGroupBy; name: string | null })[];
}

const keeper = `count(*)::int as made, count(*) filter (where review = 'approved')::int as approved,
  count(*) filter (where review = 'rejected')::int as rejected,
  coalesce(sum(charged_credits), 0)::bigint as credits,
  coalesce(sum(charged_credits) filter (where review <> 'none'), 0)::bigint as "reviewedCredits"`;

/** How many names of a template, bundle or engine are told apart: those that were used most. */
const mostGroups = 50;

/** Reads every version of a workflow: for one workflow at a time. */
export async function readWorkflowStatistics(
  db: Db,
  owner: Owner,
  workflow: string,
): Promise<WorkflowStatistics> {
  const values = [owner.accountId, owner.purse, workflow];
  const of = (name: string) => `${name}.account_id = $1 and ${name}.purse = $2 and ${name}.workflow = $3`;
  const [counts] = await db.query<Pick<WorkflowStatistics, 'records' | 'awaitingReview' | 'rejections'>>(
    `select
      coalesce((select jsonb_object_agg(state, n) from (
        select s.state, count(*) as n from records r join version_states s on ${of('s')} and s.key = r.key
          and s.number = r.last_version
        where ${of('r')} group by s.state) c), '{}') as records,
      (select count(*) from (
        select distinct on (s.key) s.review from version_states s
        where ${of('s')} and s.state = 'made' and s.review <> 'rejected'
          and (select w.review from workflows w where w.account_id = $1 and w.purse = $2 and w.name = $3)
        order by s.key, s.number desc) t where review = 'none')::int as "awaitingReview",
      coalesce((select jsonb_agg(jsonb_build_object('reason', reason, 'versions', n) order by n desc, reason) from (
        select v.review_reason as reason, count(*) as n from record_versions v
        where ${of('v')} and v.review = 'rejected' group by v.review_reason) j), '[]') as rejections`,
    values,
  );
  if (counts === undefined) throw new Error('a count answered nothing');
  const rows = await db.query<Keeper & { by: KeeperGroupBy | 'all'; name: string | null }>(
    `select * from (
      select case when grouping(template) = 0 then 'template' when grouping(bundle) = 0 then 'bundle'
          when grouping(engine) = 0 then 'engine' else 'all' end as by,
        coalesce(template, bundle, engine) as name, ${keeper}
      from (select s.parts->>'template' as template, s.parts->>'bundle' as bundle, s.engine, s.review, s.charged_credits
        from version_states s where ${of('s')} and s.state in ('made', 'deleted')) m
      group by grouping sets ((), (template), (bundle), (engine))
    ) g order by made desc, name`,
    values,
  );
  const [all] = rows.filter(({ by }) => by === 'all');
  if (all === undefined) throw new Error('a count answered nothing');
  const groups = keeperGroups.flatMap((by) =>
    rows
      .filter((row) => row.by === by)
      .slice(0, mostGroups)
      .map((row) => ({ ...row, by })),
  );
  return { ...counts, all, groups };
}
