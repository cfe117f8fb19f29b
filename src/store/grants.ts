import type { GrantSource } from '../domain/credits.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** Credits that were given, and what became of them; the last five sum up to `amount`. */
export interface GrantRow {
  id: string;
  source: GrantSource;
  reason: string;
  pack: string | null;
  priority: number;
  expiresAt: Date | null;
  createdAt: Date;
  amount: number;
  remaining: number;
  held: number;
  spent: number;
  expired: number;
  withdrawn: number;
}

/** Grants of a purse, newest first, from below the one that `before` names. */
export async function listGrants(
  db: Db,
  options: Owner & { before: string | undefined; limit: number },
): Promise<GrantRow[]> {
  return db.query<GrantRow>(
    `select id, source, reason, pack, priority, expires_at as "expiresAt", created_at as "createdAt", amount, remaining,
      held, spent, expired, withdrawn
    from grants
    where account_id = $1 and purse = $2 and ($3::text is null or
      (created_at, id) < (select o.created_at, o.id from grants o where o.id = $3 and o.account_id = $1))
    order by created_at desc, id desc limit $4`,
    [options.accountId, options.purse, options.before ?? null, options.limit],
  );
}
