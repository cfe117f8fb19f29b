import { type Budget, createBudget, type NewBudget } from '../src/store/budgets.ts';
import type { Store } from '../src/store/db.ts';
import type { Owner } from '../src/store/read-generations.ts';

/** A daily budget of the whole account that blocks, unless said otherwise. */
export async function openBudget(
  store: Store,
  owner: Owner,
  changes: Partial<NewBudget> = {},
): Promise<Budget> {
  const budget = await store.transaction((db) =>
    createBudget(db, owner, {
      name: 'Cap',
      scope: 'account',
      scopeValue: null,
      period: 'daily',
      limitCredits: 100,
      action: 'block',
      thresholds: [50, 80, 100],
      ...changes,
    }),
  );
  if (budget === 'full') throw new Error('no more budgets');
  return budget;
}
