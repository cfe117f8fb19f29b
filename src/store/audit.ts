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

export interface AuditRow {
  id: number;
  accountId: string | null;
  actor: string;
  action: string;
  target: string;
  details: JsonObject;
  createdAt: Date;
}

export interface AuditFilter {
  /** Undefined: of every account, and what belongs to none. */
  accountId: string | undefined;
  actor: string | undefined;
  /** A whole action, or the part before its dot. */
  action: string | undefined;
  target: string | undefined;
  /** From then on. */
  from: Date | undefined;
  /** Before then. */
  to: Date | undefined;
}

/** Newest first, those older than the entry `before`. */
export async function listAudit(
  db: Db,
  options: { filter: AuditFilter; before: number | undefined; limit: number },
): Promise<AuditRow[]> {
  const { filter, before, limit } = options;
  return db.query<AuditRow>(
    `select id, account_id as "accountId", actor, action, target, details, created_at as "createdAt"
    from audit_entries
    where ($1::text is null or account_id = $1)
      and ($2::text is null or actor = $2)
      and ($3::text is null or action = $3 or split_part(action, '.', 1) = $3)
      and ($4::text is null or target = $4)
      and ($5::timestamptz is null or created_at >= $5)
      and ($6::timestamptz is null or created_at < $6)
      and ($7::bigint is null or id < $7)
    order by id desc limit $8`,
    [
      filter.accountId ?? null,
      filter.actor ?? null,
      filter.action ?? null,
      filter.target ?? null,
      filter.from ?? null,
      filter.to ?? null,
      before ?? null,
      limit,
    ],
  );
}
