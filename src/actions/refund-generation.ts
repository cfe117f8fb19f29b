import { AppError } from '../domain/errors.ts';
import type { Store } from '../store/db.ts';
import { type LedgerRow, refundGeneration as refund } from '../store/ledger.ts';
import type { Refusal } from '../store/refusal.ts';
import { moveCredits } from './move-credits.ts';

/** What a generation was charged for. */
export const refundable = { delivery: 'settle', late_output: 'adopt' } as const;

/**
 * Gives back a part or all of what a generation was charged, by the operator's word: once for its delivery and once for
 * an adopted late output. The video stays the owner's.
 */
export async function refundGeneration(
  store: Store,
  options: {
    generationId: string;
    credits: number;
    reason: string;
    of: keyof typeof refundable | undefined;
    idempotencyKey: string | undefined;
  },
): Promise<{ entry: LedgerRow; replayed: boolean }> {
  const { idempotencyKey, of, ...order } = options;
  return moveCredits(store, {
    action: 'refunds',
    order: { ...order, ...(of === undefined ? {} : { of }) },
    idempotencyKey,
    async move(db) {
      const entry = await refund(db, { ...order, charge: of === undefined ? undefined : refundable[of] });
      if (entry === undefined)
        throw new AppError('not_found', `There is no generation ${order.generationId}.`);
      if ('id' in entry) return entry;
      throw refusalOf(entry, order);
    },
  });
}

function refusalOf(refusal: Refusal, order: { generationId: string; credits: number }): AppError {
  const { generationId: id, credits } = order;
  switch (refusal.reason) {
    case 'refund':
      return new AppError(
        'invalid_state',
        `${credits} credits cannot be given back: the generation ${id} was charged ${refusal.charged}.`,
        { hint: 'Credits of a failed generation were given back when it failed.' },
      );
    case 'refunded':
      return new AppError('invalid_state', `${refusal.credits} credits were given back for ${id} already.`, {
        hint: 'A charge is refunded once. Give more with POST /v1/accounts/{id}/adjustments.',
      });
    case 'refund_of_which': {
      const message = `The generation ${id} was charged for its delivery and for its late output.`;
      return new AppError('invalid_request', message, {
        hint: 'Say which is meant: "of": "delivery" or "of": "late_output".',
        faults: [{ pointer: '/of', code: 'invalid_request', message }],
      });
    }
    default:
      throw new Error(`a refund is not refused for "${refusal.reason}"`);
  }
}
