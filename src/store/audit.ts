import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';

export interface AuditEntry {
  accountId: string | undefined;
  /** `operator`, `system`, or the id of a key. */
  actor: string;
  /** What was done, as in `budget.created`. */
  action: string;
  /** The id of what it was done to. */
  target: string;
  details?: JsonObject;
}

/** Writes who did what; in the transaction of what was done. */
export async function writeAudit(db: Db, entry: AuditEntry): Promise<void> {
  await db.query(
    'insert into audit_entries (account_id, actor, action, target, details) values ($1, $2, $3, $4, $5)',
    [entry.accountId ?? null, entry.actor, entry.action, entry.target, JSON.stringify(entry.details ?? {})],
  );
}
