import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import type { Refusal } from '../store/refusal.ts';

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
      const { name, budget_id: id, limit, used, value, period_start: since } = refusal;
      return new AppError(
        'budget_exceeded',
        `This video costs ${needed} credits; of the budget "${name}" (${id}, for ${value}) ${limit - used} of ${limit} are left${since === null ? '' : ` in the period from ${since}`}.`,
        { hint: 'Raise the budget, or wait for its next period.' },
      );
    }
    case 'refund':
    case 'refunded':
    case 'refund_of_which':
    case 'adopted':
      throw new Error(`a hold is not refused for "${refusal.reason}"`);
  }
}
