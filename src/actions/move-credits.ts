import { createHash } from 'node:crypto';
import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { writeAudit } from '../store/audit.ts';
import type { Db, Store } from '../store/db.ts';
import { completeIdempotencyKey } from '../store/idempotency.ts';
import { findLedgerRow, type LedgerRow } from '../store/ledger.ts';
import { onceOnly } from './once-only.ts';

/**
 * Moves credits by the operator's word, once per idempotency key, and writes down who did it, all in one transaction.
 * `move` throws for a refusal.
 */
export async function moveCredits(
  store: Store,
  options: {
    /** What is done, as the audit log calls it; keys of one action know nothing of those of another. */
    action: 'grants' | 'adjustments' | 'refunds';
    order: JsonObject;
    idempotencyKey: string | undefined;
    move(db: Db): Promise<LedgerRow>;
  },
): Promise<{ entry: LedgerRow; replayed: boolean }> {
  const { action, order, idempotencyKey, move } = options;
  const { result, replayed } = await onceOnly(store, {
    scope: `operator:${action}`,
    key: idempotencyKey,
    requestHash: () => createHash('sha256').update(JSON.stringify(order)).digest('hex'),
    run: (ticket) =>
      store.transaction(async (db) => {
        const entry = await move(db);
        await writeAudit(db, {
          accountId: entry.accountId,
          actor: 'operator',
          action: auditNames[action],
          target: entry.generationId ?? entry.accountId,
          details: { ...order, entry_id: entry.id },
        });
        if (ticket !== undefined && !(await completeIdempotencyKey(db, ticket, String(entry.id))))
          throw new AppError('idempotency_in_progress', 'Another call with this key has taken over.', {
            retryable: true,
          });
        return entry;
      }),
    replay: (id) => findLedgerRow(store, Number(id)),
  });
  return { entry: result, replayed };
}

const auditNames = {
  grants: 'credits.granted',
  adjustments: 'credits.adjusted',
  refunds: 'generation.refunded',
} as const;
