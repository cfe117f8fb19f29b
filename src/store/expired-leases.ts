import type { Db } from './db.ts';

export interface ExpiredLease {
  id: string;
  lease: string;
  /** How many attempts of this generation have ended without a word from their worker. */
  lostAttempts: number;
  cancelRequested: boolean;
}

/**
 * Generations whose worker has gone silent. With `all`, every leased one: right only where no other worker can be
 * alive, as on an embedded database that this process has just taken over.
 */
export async function findExpiredLeases(
  db: Db,
  options: { all: boolean; limit: number },
): Promise<ExpiredLease[]> {
  return db.query<ExpiredLease>(
    `select g.id, g.lease, g.cancel_requested_at is not null as "cancelRequested",
      (select count(*)::int from attempts a where a.generation_id = g.id and a.result = 'lost') as "lostAttempts"
    from generations g
    where g.status = 'processing' and g.lease is not null and ($1 or g.lease_expires_at < now())
    order by g.lease_expires_at limit $2`,
    [options.all, options.limit],
  );
}
