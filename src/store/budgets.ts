import {
  type BudgetAction,
  type BudgetPeriod,
  type BudgetScope,
  maxActiveBudgets,
} from '../domain/budget.ts';
import type { Db } from './db.ts';
import { newId } from './new-id.ts';
import type { Owner } from './read-generations.ts';

export interface Budget {
  id: string;
  accountId: string;
  purse: Owner['purse'];
  name: string;
  scope: BudgetScope;
  /** Which one; `*`: each of them by itself. Null for the account. */
  scopeValue: string | null;
  period: BudgetPeriod;
  limitCredits: number;
  action: BudgetAction;
  /** Percentages of the limit, rising. */
  thresholds: number[];
  /** `operator`, `system` or the id of a key. */
  madeBy: string;
  createdAt: Date;
  endedAt: Date | null;
}

export type NewBudget = Pick<
  Budget,
  'name' | 'scope' | 'scopeValue' | 'period' | 'limitCredits' | 'action' | 'thresholds'
>;

export type BudgetChange = Partial<Pick<Budget, 'name' | 'limitCredits' | 'action' | 'thresholds'>>;

const columns = `id, account_id as "accountId", purse, name, scope, scope_value as "scopeValue", period,
  limit_credits as "limitCredits", action, thresholds, made_by as "madeBy", created_at as "createdAt",
  ended_at as "endedAt"`;

/**
 * Makes a budget whose usage already counts what was held and charged in its current period. Must run in a transaction.
 * `full`: the purse has as many active ones as it may.
 */
export async function createBudget(
  db: Db,
  owner: Owner,
  budget: NewBudget,
  madeBy = 'system',
): Promise<Budget | 'full'> {
  await lockBalance(db, owner);
  const [active] = await db.query<{ count: number }>(
    'select count(*) as count from budgets where account_id = $1 and purse = $2 and ended_at is null',
    [owner.accountId, owner.purse],
  );
  if ((active?.count ?? 0) >= maxActiveBudgets) return 'full';
  const id = newId('budget');
  await db.query('select from create_budget(jsonb_populate_record(null::budgets, $1::jsonb))', [
    JSON.stringify({ ...rowOf(owner, budget), id }),
  ]);
  const [made] = await db.query<Budget>(
    `update budgets set made_by = $2 where id = $1 returning ${columns}`,
    [id, madeBy],
  );
  if (made === undefined) throw new Error('the budget was not made');
  return made;
}

/** Changes an active budget, under the lock that every hold takes. Must run in a transaction. Undefined if there is none. */
export async function changeBudget(
  db: Db,
  owner: Owner,
  id: string,
  change: BudgetChange,
): Promise<Budget | undefined> {
  await lockBalance(db, owner);
  const budget = await findBudget(db, owner, id);
  if (budget === undefined) return undefined;
  const [changed] = await db.query<Budget>(
    `select ${columns} from change_budget(jsonb_populate_record(null::budgets, $1::jsonb))`,
    [JSON.stringify({ ...rowOf(owner, { ...budget, ...change }), id })],
  );
  return changed;
}

/** Ends a budget: what it has counted stays booked, nothing more is. Undefined if there is none. */
export async function endBudget(db: Db, owner: Owner, id: string): Promise<Budget | undefined> {
  const [ended] = await db.query<Budget>(`select ${columns} from end_budget($1, $2, $3)`, [
    owner.accountId,
    owner.purse,
    id,
  ]);
  return ended;
}

export async function findBudget(db: Db, owner: Owner, id: string): Promise<Budget | undefined> {
  const [budget] = await db.query<Budget>(
    `select ${columns} from budgets where id = $1 and account_id = $2 and purse = $3`,
    [id, owner.accountId, owner.purse],
  );
  return budget;
}

/** Where a page of budgets ended. */
export interface BudgetCursor {
  /** Microseconds since 1970. */
  madeAt: number;
  id: string;
}

/** Newest first. */
export async function listBudgets(
  db: Db,
  owner: Owner,
  options: { ended: boolean | undefined; after: BudgetCursor | undefined; limit: number },
): Promise<{ budgets: Budget[]; next: BudgetCursor | undefined }> {
  const { ended, after, limit } = options;
  const rows = await db.query<Budget & { madeAt: number }>(
    `select ${columns}, (extract(epoch from created_at) * 1000000)::bigint as "madeAt" from budgets
    where account_id = $1 and purse = $2 and ($3::boolean is null or (ended_at is not null) = $3)
      and ($4::bigint is null or (created_at, id) < (timestamptz 'epoch' + $4 * interval '1 microsecond', $5))
    order by created_at desc, id desc limit $6`,
    [owner.accountId, owner.purse, ended ?? null, after?.madeAt ?? null, after?.id ?? null, limit + 1],
  );
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return {
    budgets: page.map(({ madeAt, ...budget }) => budget),
    next: last && { madeAt: last.madeAt, id: last.id },
  };
}

async function lockBalance(db: Db, { accountId, purse }: Owner): Promise<void> {
  await db.query('select from balances where account_id = $1 and purse = $2 for no key update', [
    accountId,
    purse,
  ]);
}

function rowOf({ accountId, purse }: Owner, budget: NewBudget): object {
  return {
    account_id: accountId,
    purse,
    name: budget.name,
    scope: budget.scope,
    scope_value: budget.scopeValue,
    period: budget.period,
    limit_credits: budget.limitCredits,
    action: budget.action,
    thresholds: budget.thresholds,
  };
}
