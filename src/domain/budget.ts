/** What a budget is about: the whole account, or each or one of these labels of a generation. */
export const budgetScopes = ['account', 'key', 'workflow', 'batch', 'tag', 'end_user'] as const;

export type BudgetScope = (typeof budgetScopes)[number];

/** How long it counts before it begins again, by the calendar of its account. */
export const budgetPeriods = ['total', 'daily', 'monthly'] as const;

export type BudgetPeriod = (typeof budgetPeriods)[number];

/** Refuse what would go over it, or only tell. */
export const budgetActions = ['block', 'alert'] as const;

export type BudgetAction = (typeof budgetActions)[number];

/** As the value of a scope: each of them by itself. */
export const eachByItself = '*';

/** How many budgets of a purse may be active at once: every hold looks at all of them. */
export const maxActiveBudgets = 200;

/** Whole percent, rounded down, so that 100 means reached. A limit of nothing is reached by the first credit. */
export function percentUsed(used: number, limit: number): number {
  if (limit === 0) return used > 0 ? 100 : 0;
  return Math.floor((used / limit) * 100);
}
