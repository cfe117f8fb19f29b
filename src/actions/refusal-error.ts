import type { BudgetScope } from '../domain/budget.ts';
import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import type { BudgetRefusal, ConsentRefusal, Refusal } from '../store/refusal.ts';

/** Why a hold was refused, for the caller: which balance or which cap, and what would help. */
export function refusalError(refusal: Refusal, needed: number, purse: Purse): AppError {
  switch (refusal.reason) {
    case 'credits':
      return new AppError(
        'insufficient_credits',
        `This video costs ${needed} credits; ${refusal.available} ${purse} credits are available.`,
        { hint: 'Ask the operator for a grant, buy a pack, or choose a shorter video.' },
      );
    case 'budget': {
      const { name, budget_id: id, limit, used } = refusal;
      const left = Math.max(0, limit - used);
      const message = `This video costs ${needed} credits; of the budget "${name}" (${id}${about(refusal)}) ${left} of ${limit} are left${inPeriod(refusal)}.`;
      return new AppError('budget_exceeded', message, {
        hint: hintOf(refusal),
        faults: [{ pointer: pointers[refusal.scope], code: 'budget_exceeded', message }],
      });
    }
    case 'consent':
      return consentEnded(refusal);
    case 'refund':
    case 'refunded':
    case 'refund_of_which':
    case 'adopted':
      throw new Error(`a hold is not refused for "${refusal.reason}"`);
  }
}

/** The consent of a person ended between the check of the request and its hold. */
export function consentEnded({ consent_id: id, state }: ConsentRefusal): AppError {
  return new AppError(
    'consent_invalid',
    `The consent ${id} ${state === 'revoked' ? 'was revoked' : 'has run out'}.`,
    {
      hint: 'Ask the person again: POST /v1/consent-links.',
    },
  );
}

/** What of the request the budget is about; an account and a key are not in it. */
const pointers = {
  account: '',
  key: '',
  workflow: '/workflow',
  batch: '/batch_id',
  tag: '/tags',
  end_user: '/end_user_id',
} as const satisfies Record<BudgetScope, string>;

function about({ scope, value }: BudgetRefusal): string {
  return scope === 'account' ? '' : `, for the ${scope.replace('_', ' ')} ${value}`;
}

function inPeriod({ period, period_start: start }: BudgetRefusal): string {
  if (start === null) return '';
  return period === 'daily' ? ` on ${start}` : ` in ${start.slice(0, 7)}`;
}

function hintOf({ budget_id: id, resets_at: resetsAt, time_zone: timeZone }: BudgetRefusal): string {
  const raise = `Raise it with PATCH /v1/budgets/${id} or kinora budgets set ${id} --limit N`;
  return resetsAt === null
    ? `${raise}.`
    : `It begins again at ${new Date(resetsAt).toISOString()} (midnight in ${timeZone}). ${raise}.`;
}
