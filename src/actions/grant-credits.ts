import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import { readClock } from '../store/clock.ts';
import type { Store } from '../store/db.ts';
import { grantCredits as grant, type LedgerRow } from '../store/ledger.ts';
import { moveCredits } from './move-credits.ts';

/** Gives an account credits, once per idempotency key. */
export async function grantCredits(
  store: Store,
  options: {
    accountId: string;
    purse: Purse;
    credits: number;
    reason: string;
    /** Lower is taken earlier; 0 if absent. */
    priority: number | undefined;
    expiresAt: Date | undefined;
    idempotencyKey: string | undefined;
  },
): Promise<{ entry: LedgerRow; replayed: boolean }> {
  const { idempotencyKey, priority, expiresAt, ...given } = options;
  const order = { ...given, source: 'operator' as const };
  return moveCredits(store, {
    action: 'grants',
    order: {
      ...order,
      ...(priority === undefined ? {} : { priority }),
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }),
    },
    idempotencyKey,
    async move(db) {
      if (expiresAt !== undefined && expiresAt <= (await readClock(db))) throw pastExpiry(expiresAt);
      const entry = await grant(db, { ...order, priority, expiresAt });
      if (entry === undefined) throw new AppError('not_found', `There is no account ${order.accountId}.`);
      return entry;
    },
  });
}

function pastExpiry(expiresAt: Date): AppError {
  const message = `expires_at must be in the future, not ${expiresAt.toISOString()}.`;
  return new AppError('invalid_request', message, {
    faults: [{ pointer: '/expires_at', code: 'invalid_request', message }],
  });
}
