import type { Db } from './db.ts';

/** What of a budget is used in its current period. */
export interface CurrentUsage {
  budgetId: string;
  /** Of the value that has used most, where each counts by itself. */
  value: string | null;
  used: number;
  /** How many values have used anything. */
  values: number;
  /** First day, in the time zone of the account; null without a period. */
  periodStart: string | null;
  resetsAt: Date | null;
  timeZone: string;
}

/** Of each of these budgets, in any order. */
export async function readCurrentUsage(db: Db, budgetIds: readonly string[]): Promise<CurrentUsage[]> {
  return db.query<CurrentUsage>(
    `select b.id as "budgetId", top.value, coalesce(top.used, 0) as used, coalesce(top.values, 0)::int as values,
      ${dayOf('p.starts')} as "periodStart", period_end(b.period, a.time_zone, p.starts) as "resetsAt",
      a.time_zone as "timeZone"
    from budgets b
    join accounts a on a.id = b.account_id
    cross join lateral (select period_start(b.period, a.time_zone, kinora_now()) as starts) p
    left join lateral (
      select u.value, u.used, count(*) over () as values from budget_usage u
      where u.budget_id = b.id and u.period_start = p.starts and u.used > 0
      order by u.used desc, u.value limit 1
    ) top on true
    where b.id = any($1)`,
    [budgetIds],
  );
}

export interface ValueUsage {
  value: string;
  used: number;
}

/** The values of one period, the most used first. `periodStart` null: the budget has no period. */
export async function listValueUsage(
  db: Db,
  options: {
    budgetId: string;
    periodStart: string | null;
    after: ValueUsage | undefined;
    limit: number;
  },
): Promise<{ values: ValueUsage[]; next: ValueUsage | undefined }> {
  const { budgetId, periodStart, after, limit } = options;
  const rows = await db.query<ValueUsage>(
    `select value, used from budget_usage
    where budget_id = $1 and period_start = coalesce($2::date, '-infinity') and used > 0
      and ($3::bigint is null or used < $3 or (used = $3 and value > $4))
    order by used desc, value limit $5`,
    [budgetId, periodStart, after?.used ?? null, after?.value ?? null, limit + 1],
  );
  const values = rows.slice(0, limit);
  return { values, next: rows.length > limit ? values.at(-1) : undefined };
}

export interface PeriodUsage {
  periodStart: string;
  /** Of all values together. */
  used: number;
  values: number;
}

/** Periods before the current one in which anything was used, newest first. */
export async function listPastPeriods(
  db: Db,
  options: { budgetId: string; before: string; limit: number },
): Promise<PeriodUsage[]> {
  return db.query<PeriodUsage>(
    `select period_start::text as "periodStart", sum(used)::bigint as used, count(*)::int as values from budget_usage
    where budget_id = $1 and period_start < $2::date and period_start > '-infinity' and used > 0
    group by period_start order by period_start desc limit $3`,
    [options.budgetId, options.before, options.limit],
  );
}

/** As YYYY-MM-DD: a day has no time and no zone, which a Date would give it. */
const dayOf = (column: string) => `nullif(${column}, '-infinity')::text`;
