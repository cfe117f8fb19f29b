import { createHash, randomBytes } from 'node:crypto';
import type { Purse } from '../domain/credits.ts';
import type { Db } from './db.ts';
import { newId } from './new-id.ts';

export interface Key {
  id: string;
  accountId: string;
  /** Test keys run on engines that cost nothing and spend test credits only. */
  mode: Purse;
  name: string;
  /** The first characters of the secret, so that a person can tell keys apart. */
  hint: string;
  createdAt: Date;
  revokedAt: Date | null;
}

const columns =
  'id, account_id as "accountId", mode, name, hint, created_at as "createdAt", revoked_at as "revokedAt"';

/** The secret is returned this once; only its hash is kept. */
export async function createKey(
  db: Db,
  key: { accountId: string; mode: Purse; name: string },
): Promise<{ key: Key; secret: string }> {
  const secret = `kin_${key.mode}_${randomBytes(32).toString('base64url')}`;
  const [created] = await db.query<Key>(
    `insert into keys (id, account_id, mode, name, hint, secret_hash) values ($1, $2, $3, $4, $5, $6)
    returning ${columns}`,
    [newId('key'), key.accountId, key.mode, key.name, secret.slice(0, 13), hash(secret)],
  );
  if (created === undefined) throw new Error('the key was not created');
  return { key: created, secret };
}

/** The unrevoked key with this secret. A 256-bit secret needs no slow hash. */
export async function findKeyBySecret(db: Db, secret: string): Promise<Key | undefined> {
  const [key] = await db.query<Key>(
    `select ${columns} from keys where secret_hash = $1 and revoked_at is null`,
    [hash(secret)],
  );
  return key;
}

/** The unrevoked key of this id. */
export async function findActiveKey(db: Db, id: string): Promise<Key | undefined> {
  const [key] = await db.query<Key>(`select ${columns} from keys where id = $1 and revoked_at is null`, [id]);
  return key;
}

/** Whether a key found earlier may still be used. */
export async function isKeyActive(db: Db, id: string): Promise<boolean> {
  const rows = await db.query('select id from keys where id = $1 and revoked_at is null', [id]);
  return rows.length === 1;
}

/** A key of this account, revoked or not. */
export async function findKey(db: Db, accountId: string, id: string): Promise<Key | undefined> {
  const [key] = await db.query<Key>(`select ${columns} from keys where account_id = $1 and id = $2`, [
    accountId,
    id,
  ]);
  return key;
}

export async function listKeys(db: Db, accountId: string): Promise<Key[]> {
  return db.query<Key>(`select ${columns} from keys where account_id = $1 order by created_at, id`, [
    accountId,
  ]);
}

/**
 * Undefined if the account has no such key. Revoking twice keeps the first time; `revokedNow` says whether this was the
 * first.
 */
export async function revokeKey(
  db: Db,
  accountId: string,
  id: string,
): Promise<(Key & { revokedNow: boolean }) | undefined> {
  const [key] = await db.query<Key & { revokedNow: boolean }>(
    `update keys set revoked_at = coalesce(revoked_at, now())
    from (select id as was_id, revoked_at is null as active from keys where id = $2 and account_id = $1 for update) was
    where id = was_id returning ${columns}, active as "revokedNow"`,
    [accountId, id],
  );
  return key;
}

const hash = (secret: string) => createHash('sha256').update(secret).digest();
