import type { Db } from './db.ts';
import { newId } from './new-id.ts';

export type Claim =
  /** The caller goes on, and names the token when it completes. */
  | { status: 'claimed'; token: string }
  | { status: 'completed'; resultId: string }
  | { status: 'in_progress'; retryAfterSeconds: number }
  | { status: 'reused' };

/** A key claimed by one call, so that its first answer can be given again. */
export interface Ticket {
  scope: string;
  key: string;
  token: string;
}

/**
 * Claims `key` within `scope` for one call. A claim whose lease has run out (its process died) may be taken over by
 * a call with the same request; the first caller can then no longer complete it.
 */
export async function claimIdempotencyKey(
  db: Db,
  options: { scope: string; key: string; requestHash: string; leaseSeconds: number },
): Promise<Claim> {
  const token = newId('lease');
  const [row] = await db.query<{ hash: string; token: string; result_id: string | null; wait: number }>(
    `insert into idempotency_keys as k (scope, key, request_hash, token, lease_expires_at)
    values ($1, $2, $3, $4, now() + $5 * interval '1 second')
    on conflict (scope, key) do update set
      token = case when k.result_id is null and k.lease_expires_at < now() and k.request_hash = $3
        then excluded.token else k.token end,
      lease_expires_at = case when k.result_id is null and k.lease_expires_at < now() and k.request_hash = $3
        then excluded.lease_expires_at else k.lease_expires_at end
    returning request_hash as hash, token, result_id,
      greatest(1, ceil(extract(epoch from lease_expires_at - now())))::int as wait`,
    [options.scope, options.key, options.requestHash, token, options.leaseSeconds],
  );
  if (row === undefined) throw new Error('the idempotency key was not stored');
  if (row.hash !== options.requestHash) return { status: 'reused' };
  if (row.result_id !== null) return { status: 'completed', resultId: row.result_id };
  if (row.token === token) return { status: 'claimed', token };
  return { status: 'in_progress', retryAfterSeconds: Math.min(row.wait, 5) };
}

/** Whether a call with this key has been made, ended or not. */
export async function isKeyKnown(db: Db, { scope, key }: Pick<Ticket, 'scope' | 'key'>): Promise<boolean> {
  const rows = await db.query('select from idempotency_keys where scope = $1 and key = $2', [scope, key]);
  return rows.length > 0;
}

/** Keeps what a call made, within the transaction that made it. False if somebody else has taken the key over. */
export async function completeIdempotencyKey(db: Db, ticket: Ticket, resultId: string): Promise<boolean> {
  const rows = await db.query(
    `update idempotency_keys set result_id = $4
    where scope = $1 and key = $2 and token = $3 and result_id is null returning key`,
    [ticket.scope, ticket.key, ticket.token, resultId],
  );
  return rows.length === 1;
}

/** Gives a key back after a refusal, so that the mended request may use it. */
export async function freeIdempotencyKey(db: Db, ticket: Ticket): Promise<void> {
  await db.query(
    'delete from idempotency_keys where scope = $1 and key = $2 and token = $3 and result_id is null',
    [ticket.scope, ticket.key, ticket.token],
  );
}

/**
 * Gives back every key whose call has not ended: right only where no other process can be serving one, as on an
 * embedded database that this process has just taken over.
 */
export async function freeAbandonedKeys(db: Db): Promise<void> {
  await db.query('delete from idempotency_keys where result_id is null');
}

/** Forgets keys older than 30 days (I15). */
export async function sweepIdempotencyKeys(db: Db): Promise<void> {
  await db.query("delete from idempotency_keys where created_at < now() - interval '30 days'");
}
