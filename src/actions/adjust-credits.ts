import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import type { Db, Store } from '../store/db.ts';
import { grantCredits, type LedgerRow, withdrawCredits } from '../store/ledger.ts';
import { moveCredits } from './move-credits.ts';

interface Adjustment {
  accountId: string;
  purse: Purse;
  /** Given where positive, taken where negative; never 0. */
  credits: number;
  reason: string;
}

/** Corrects a balance by the operator's word, once per idempotency key. Never takes more than is available. */
export async function adjustCredits(
  store: Store,
  { idempotencyKey, ...order }: Adjustment & { idempotencyKey: string | undefined },
): Promise<{ entry: LedgerRow; replayed: boolean }> {
  return moveCredits(store, {
    action: 'adjustments',
    order: { ...order },
    idempotencyKey,
    async move(db) {
      const entry = order.credits > 0 ? await give(db, order) : await take(db, order);
      if (entry === undefined) throw new AppError('not_found', `There is no account ${order.accountId}.`);
      return entry;
    },
  });
}

const give = (db: Db, order: Adjustment) => grantCredits(db, { ...order, source: 'adjustment' });

async function take(db: Db, order: Adjustment): Promise<LedgerRow | undefined> {
  const wanted = -order.credits;
  const entry = await withdrawCredits(db, { ...order, credits: wanted });
  if (entry === undefined || 'id' in entry) return entry;
  const available = entry.reason === 'credits' ? entry.available : 0;
  throw new AppError(
    'insufficient_credits',
    `${wanted} credits cannot be taken: ${available} ${order.purse} credits of ${order.accountId} are available.`,
    {
      hint: 'What is held for videos in the making cannot be taken; take less, or wait until they have ended.',
    },
  );
}
