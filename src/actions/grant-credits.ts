import { createHash } from 'node:crypto';
import type { Purse } from '../domain/credits.ts';
import { AppError } from '../domain/errors.ts';
import { writeAudit } from '../store/audit.ts';
import type { Store } from '../store/db.ts';
import { completeIdempotencyKey } from '../store/idempotency.ts';
import { findLedgerRow, grantCredits as grant, type LedgerRow } from '../store/ledger.ts';
import { onceOnly } from './once-only.ts';

/** Gives an account credits, once per idempotency key. */
export async function grantCredits(
  store: Store,
  options: {
    accountId: string;
    purse: Purse;
    credits: number;
    reason: string;
    idempotencyKey: string | undefined;
  },
): Promise<{ entry: LedgerRow; replayed: boolean }> {
  const { idempotencyKey, ...given } = options;
  const order = { ...given, source: 'operator' as const };
  const { result, replayed } = await onceOnly(store, {
    scope: 'operator:grants',
    key: idempotencyKey,
    requestHash: () => createHash('sha256').update(JSON.stringify(order)).digest('hex'),
    run: (ticket) =>
      store.transaction(async (db) => {
        const entry = await grant(db, order);
        if (entry === undefined) throw new AppError('not_found', `There is no account ${order.accountId}.`);
        if (ticket !== undefined && !(await completeIdempotencyKey(db, ticket, String(entry.id))))
          throw new AppError('idempotency_in_progress', 'Another call with this key has taken over.', {
            retryable: true,
          });
        const { accountId, purse, credits, reason } = order;
        await writeAudit(db, {
          accountId,
          actor: 'operator',
          action: 'credits.granted',
          target: accountId,
          details: { purse, credits, reason, entry_id: entry.id },
        });
        return entry;
      }),
    replay: (id) => findLedgerRow(store, Number(id)),
  });
  return { entry: result, replayed };
}
