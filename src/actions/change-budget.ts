import { eachByItself } from '../domain/budget.ts';
import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { writeAudit } from '../store/audit.ts';
import * as store from '../store/budgets.ts';
import type { Store } from '../store/db.ts';
import type { Owner } from '../store/read-generations.ts';

/** Changes an active budget, from the next hold on; batches that it has stopped are looked at again. */
export async function changeBudget(
  db: Store,
  options: { owner: Owner; actor: string; id: string; change: store.BudgetChange },
): Promise<store.Budget> {
  const { owner, actor, id, change } = options;
  return db.transaction(async (transaction) => {
    const before = await store.findBudget(transaction, owner, id);
    if (before === undefined) throw noBudget(id);
    refuseLoosening(before, actor);
    const changed = await store.changeBudget(transaction, owner, id, change);
    if (changed === undefined)
      throw new AppError('invalid_state', `The budget ${id} has ended and counts nothing any more.`, {
        hint: 'Make a new one with POST /v1/budgets.',
      });
    await writeAudit(transaction, {
      accountId: owner.accountId,
      actor,
      action: 'budget.changed',
      target: id,
      details: { before: settingsOf(before), after: settingsOf(changed) },
    });
    return changed;
  });
}

/** Ends a budget; what is held stays booked in it. Asked twice, the first time stays. */
export async function endBudget(
  db: Store,
  options: { owner: Owner; actor: string; id: string },
): Promise<store.Budget> {
  const { owner, actor, id } = options;
  return db.transaction(async (transaction) => {
    const before = await store.findBudget(transaction, owner, id);
    if (before === undefined) throw noBudget(id);
    refuseLoosening(before, actor);
    const ended = await store.endBudget(transaction, owner, id);
    if (ended === undefined) throw noBudget(id);
    if (before.endedAt === null)
      await writeAudit(transaction, {
        accountId: owner.accountId,
        actor,
        action: 'budget.ended',
        target: id,
      });
    return ended;
  });
}

/** A cap holds whom it is meant for: the operator's are the operator's alone, and no key changes its own. */
function refuseLoosening(budget: store.Budget, actor: string): void {
  if (actor === 'operator') return;
  if (budget.madeBy === 'operator')
    throw new AppError(
      'forbidden',
      `The budget ${budget.id} was made by the operator, who alone changes it.`,
      {
        hint: 'Ask the operator of this Kinora.',
      },
    );
  const capsAllKeys = budget.scopeValue === eachByItself;
  if (budget.scope === 'key' && (capsAllKeys || budget.scopeValue === actor))
    throw new AppError(
      'forbidden',
      `The budget ${budget.id} caps the key that was used, which cannot change it.`,
      {
        hint: capsAllKeys
          ? 'It caps every key: ask the operator of this Kinora.'
          : 'Use another key of the account, or ask the operator of this Kinora.',
      },
    );
}

export function noBudget(id: string): AppError {
  return new AppError('not_found', `There is no budget ${id} in this account.`);
}

function settingsOf({ name, limitCredits, action, thresholds }: store.Budget): JsonObject {
  return { name, limit_credits: limitCredits, action, thresholds };
}
