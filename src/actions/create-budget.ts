import { eachByItself, maxActiveBudgets } from '../domain/budget.ts';
import { AppError } from '../domain/errors.ts';
import { writeAudit } from '../store/audit.ts';
import * as store from '../store/budgets.ts';
import type { Db, Store } from '../store/db.ts';
import { findKey } from '../store/keys.ts';
import type { Owner } from '../store/read-generations.ts';

/** Makes a budget. Its usage counts from the first moment what its current period has held and charged already. */
export async function createBudget(
  db: Store,
  options: { owner: Owner; actor: string; budget: store.NewBudget },
): Promise<store.Budget> {
  const { owner, actor, budget } = options;
  await checkScope(db, owner, budget);
  return db.transaction(async (transaction) => {
    const made = await store.createBudget(transaction, owner, budget, actor);
    if (made === 'full')
      throw new AppError(
        'invalid_state',
        `The account has ${maxActiveBudgets} active ${owner.purse} budgets, which is as many as may be.`,
        { hint: 'End one with DELETE /v1/budgets/{id}; a budget for "*" counts each value by itself.' },
      );
    const { id, scope, scopeValue, period, limitCredits, action } = made;
    await writeAudit(transaction, {
      accountId: owner.accountId,
      actor,
      action: 'budget.created',
      target: id,
      details: { scope, scope_value: scopeValue, period, limit_credits: limitCredits, action },
    });
    return made;
  });
}

async function checkScope(db: Db, owner: Owner, { scope, scopeValue }: store.NewBudget): Promise<void> {
  if (scope === 'account') {
    if (scopeValue !== null)
      throw refused('A budget of the whole account takes no scope_value: leave it out.');
    return;
  }
  if (scopeValue === null)
    throw refused(`scope_value is missing: which ${scope.replace('_', ' ')}? "*" is each by itself.`);
  if (scope !== 'key' || scopeValue === eachByItself) return;
  const key = await findKey(db, owner.accountId, scopeValue);
  if (key === undefined) throw refused(`There is no key ${scopeValue} in this account.`);
  if (key.mode !== owner.purse)
    throw refused(`${scopeValue} is a ${key.mode} key and never spends ${owner.purse} credits.`);
  if (key.revokedAt !== null) throw refused(`The key ${scopeValue} is revoked.`);
}

function refused(message: string): AppError {
  return new AppError('invalid_request', message, {
    faults: [{ pointer: '/scope_value', code: 'invalid_request', message }],
  });
}
