import type { BudgetPeriod, BudgetScope } from '../domain/budget.ts';
import type { Supply } from '../domain/forecast.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** How fast a purse is being spent: credits held and charged, less what was given back. */
export interface Spending {
  now: Date;
  timeZone: string;
  lastDay: number;
  lastWeek: number;
  /** For how long anything has been booked at all; null if nothing ever was. */
  ageDays: number | null;
}

export async function readSpending(db: Db, owner: Owner): Promise<Spending> {
  const [spending] = await db.query<Spending>(
    `select kinora_now() as now, a.time_zone as "timeZone",
      coalesce(sum(b.credits) filter (where b.created_at > kinora_now() - interval '24 hours'), 0)::bigint as "lastDay",
      coalesce(sum(b.credits), 0)::bigint as "lastWeek",
      (select extract(epoch from kinora_now() - created_at)::float8 / 86400 from ledger_entries
        where account_id = a.id and purse = $2 and kind = 'hold' and available < 0 order by id limit 1) as "ageDays"
    from accounts a
    left join bookings b on b.account_id = a.id and b.purse = $2 and b.created_at > kinora_now() - interval '7 days'
    where a.id = $1
    group by a.id`,
    [owner.accountId, owner.purse],
  );
  if (spending === undefined) throw new Error(`the account ${owner.accountId} is missing`);
  return spending;
}

/** The grants with credits left, in the order in which they are taken. */
export async function listSupplies(db: Db, owner: Owner): Promise<Supply[]> {
  return db.query<Supply>(
    `select remaining as credits, expires_at as "expiresAt" from grants
    where account_id = $1 and purse = $2 and remaining > 0 and (expires_at is null or expires_at > kinora_now())
    order by priority, expires_at nulls last, source = 'pack', created_at, id`,
    [owner.accountId, owner.purse],
  );
}

/** A value of a blocking budget, with what was booked for it in the last seven days. */
export interface BudgetSpending {
  budgetId: string;
  name: string;
  scope: BudgetScope;
  value: string;
  period: BudgetPeriod;
  limit: number;
  used: number;
  lastWeek: number;
  resetsAt: Date | null;
}

/** Of every active budget that blocks; only values that were spent for in the last seven days. */
export async function listBudgetSpending(db: Db, owner: Owner): Promise<BudgetSpending[]> {
  return db.query<BudgetSpending>(
    `with labels as (
      select g.account_id, g.key_id, g.workflow, g.batch_id, g.end_user_id, g.tags, sum(b.credits) as credits
      from bookings b join generations g on g.id = b.generation_id
      where b.account_id = $1 and b.purse = $2 and b.created_at > kinora_now() - interval '7 days'
      group by 1, 2, 3, 4, 5, 6
    ), spent as (
      select b.id, v.value, sum(l.credits)::bigint as credits
      from budgets b
      cross join labels l
      cross join lateral budget_values(jsonb_populate_record(null::generations, to_jsonb(l)), b.scope, b.scope_value) v
      where b.account_id = $1 and b.purse = $2 and b.ended_at is null and b.action = 'block'
      group by 1, 2
    )
    select b.id as "budgetId", b.name, b.scope, s.value, b.period, b.limit_credits as limit,
      coalesce(u.used, 0) as used, s.credits as "lastWeek", period_end(b.period, a.time_zone, p.starts) as "resetsAt"
    from spent s
    join budgets b on b.id = s.id
    join accounts a on a.id = b.account_id
    cross join lateral (select period_start(b.period, a.time_zone, kinora_now()) as starts) p
    left join budget_usage u on u.budget_id = b.id and u.value = s.value and u.period_start = p.starts
    where s.credits > 0`,
    [owner.accountId, owner.purse],
  );
}
