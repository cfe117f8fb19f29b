import type { Budget, BudgetDetail } from '../contract/budget.ts';
import { percentUsed } from '../domain/budget.ts';
import type { CurrentUsage, ValueUsage } from '../store/budget-usage.ts';
import type * as store from '../store/budgets.ts';
import type { BudgetRefusal } from '../store/refusal.ts';

export function presentBudget(budget: store.Budget, usage: CurrentUsage): Budget {
  return {
    id: budget.id,
    object: 'budget',
    account_id: budget.accountId,
    purse: budget.purse,
    name: budget.name,
    scope: budget.scope,
    scope_value: budget.scopeValue,
    period: budget.period,
    limit_credits: budget.limitCredits,
    action: budget.action,
    thresholds: budget.thresholds,
    usage: {
      value: usage.value,
      ...amountOf(usage.used, budget.limitCredits),
      limit: budget.limitCredits,
      values: usage.values,
      period_start: usage.periodStart,
      resets_at: usage.resetsAt?.toISOString() ?? null,
      time_zone: usage.timeZone,
    },
    made_by: budget.madeBy,
    created_at: budget.createdAt.toISOString(),
    ended_at: budget.endedAt?.toISOString() ?? null,
  };
}

export function presentValue(
  { value, used }: ValueUsage,
  limit: number,
): BudgetDetail['values']['data'][number] {
  return { value, ...amountOf(used, limit) };
}

/** Which budget would refuse something; null where none would. */
export function presentBlock(refusal: BudgetRefusal | undefined) {
  if (refusal === undefined) return null;
  const { budget_id, name, scope, value, limit, used, resets_at } = refusal;
  return {
    budget_id,
    name,
    scope,
    value,
    limit,
    used,
    left: Math.max(0, limit - used),
    resets_at: resets_at === null ? null : new Date(resets_at).toISOString(),
  };
}

function amountOf(used: number, limit: number) {
  return { used, left: Math.max(0, limit - used), percent: percentUsed(used, limit) };
}
