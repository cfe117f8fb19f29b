import { createHash, randomBytes } from 'node:crypto';
import type { MediaKind } from '../domain/media-facts.ts';
import type { Db, Store } from './db.ts';
import { newId } from './new-id.ts';

export interface UploadToken {
  id: string;
  accountId: string;
  kinds: MediaKind[];
  maxBytes: number;
  maxFiles: number;
  /** Files that came of it, and uploads on their way. */
  taken: number;
  tries: number;
  origin: string | null;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

/** An upload that comes to nothing leaves its place to another one, so many times the number of files. */
const triesPerFile = 5;

const keptAfterwards = '7 days';
const forgottenAtOnce = 100;

const columns = `t.id, t.account_id as "accountId", t.kinds, t.max_bytes::float8 as "maxBytes", t.max_files as "maxFiles",
  t.taken + (select count(*)::int from upload_places p where p.upload_token_id = t.id and p.ends_at > now()) as taken,
  t.tries, t.origin, t.created_at as "createdAt", t.expires_at as "expiresAt", t.revoked_at as "revokedAt"`;

/** The secret is returned this once; only its hash is kept. Tokens of this account that ended long ago are forgotten. */
export async function createUploadToken(
  db: Db,
  token: {
    accountId: string;
    keyId: string;
    kinds: readonly MediaKind[];
    maxBytes: number;
    maxFiles: number;
    expiresInSeconds: number;
    origin: string | undefined;
  },
): Promise<{ token: UploadToken; secret: string }> {
  await db.query(
    `delete from upload_tokens where id in (
      select id from upload_tokens where account_id = $1 and expires_at < now() - $2::interval
      order by expires_at limit $3 for update skip locked)`,
    [token.accountId, keptAfterwards, forgottenAtOnce],
  );
  const secret = `kin_upload_${randomBytes(32).toString('base64url')}`;
  const [created] = await db.query<UploadToken>(
    `insert into upload_tokens as t
      (id, account_id, key_id, secret_hash, kinds, max_bytes, max_files, origin, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))
    returning ${columns}`,
    [
      newId('upt'),
      token.accountId,
      token.keyId,
      hash(secret),
      [...new Set(token.kinds)],
      token.maxBytes,
      token.maxFiles,
      token.origin ?? null,
      token.expiresInSeconds,
    ],
  );
  if (created === undefined) throw new Error('the upload token was not created');
  return { token: created, secret };
}

/** A token of this account, and the files that came of it. */
export async function findUploadToken(
  db: Db,
  accountId: string,
  id: string,
): Promise<{ token: UploadToken; fileIds: string[] } | undefined> {
  const [token] = await db.query<UploadToken>(
    `select ${columns} from upload_tokens t where account_id = $1 and id = $2`,
    [accountId, id],
  );
  if (token === undefined) return undefined;
  const files = await db.query<{ id: string }>(
    'select id from files where upload_token_id = $1 order by created_at, id',
    [id],
  );
  return { token, fileIds: files.map((file) => file.id) };
}

/** The token with this secret, whether or not it may still be used; undefined for none, and once its key is revoked. */
export async function findUploadTokenBySecret(
  db: Db,
  secret: string,
): Promise<(UploadToken & { expired: boolean }) | undefined> {
  const [token] = await db.query<UploadToken & { expired: boolean }>(
    `select ${columns}, t.expires_at <= now() as expired from upload_tokens t join keys k on k.id = t.key_id
    where t.secret_hash = $1 and k.revoked_at is null`,
    [hash(secret)],
  );
  return token;
}

/** Longer than an upload can take: the server ends a request that is not whole in five minutes. */
const placeSeconds = 600;

/**
 * Begins an upload: counts the try and takes a place for its file; the place's id. `full`: no place is left, so that only a
 * file which is there already can be sent again. Undefined if there are no tries left either, or the token has ended
 * meanwhile.
 */
export function beginUpload(store: Store, id: string): Promise<{ place: string } | 'full' | undefined> {
  return store.transaction(async (db) => {
    const [token] = await db.query(
      `update upload_tokens set tries = tries + 1
      where id = $1 and revoked_at is null and expires_at > now() and tries < max_files * $2 returning id`,
      [id, triesPerFile],
    );
    if (token === undefined) return undefined;
    await db.query('delete from upload_places where upload_token_id = $1 and ends_at <= now()', [id]);
    // A statement of its own: with the token locked, it sees every place that others have taken.
    const [placed] = await db.query<{ place: string }>(
      `insert into upload_places (id, upload_token_id, ends_at)
      select $2, id, now() + make_interval(secs => $3) from upload_tokens
      where id = $1 and taken + (select count(*) from upload_places where upload_token_id = $1) < max_files
      returning id as place`,
      [id, newId('place'), placeSeconds],
    );
    return placed ?? 'full';
  });
}

/**
 * Makes a place the file's, in the transaction that stores the file. False if all places are used by now: its own had
 * ended, and another upload has it.
 */
export async function fillUploadPlace(
  db: Db,
  { id, place }: { id: string; place: string },
): Promise<boolean> {
  const rows = await db.query(
    'update upload_tokens set taken = taken + 1 where id = $1 and taken < max_files returning id',
    [id],
  );
  await freeUploadPlace(db, place);
  return rows.length === 1;
}

/** The file that these very bytes became with this token: an upload is repeated when its answer was lost. */
export async function findUploaded(db: Db, tokenId: string, sha256: string): Promise<string | undefined> {
  const [file] = await db.query<{ id: string }>(
    'select id from files where upload_token_id = $1 and sha256 = $2 order by created_at, id limit 1',
    [tokenId, sha256],
  );
  return file?.id;
}

/** Leaves a place that was taken to another upload. */
export async function freeUploadPlace(db: Db, place: string): Promise<void> {
  await db.query('delete from upload_places where id = $1', [place]);
}

/** Leaves all places to others: right only where no other process can be receiving an upload. */
export async function freeUploadPlaces(db: Db): Promise<void> {
  await db.query('delete from upload_places');
}

/** False if the account has no such token. Revoking twice keeps the first time. */
export async function revokeUploadToken(db: Db, accountId: string, id: string): Promise<boolean> {
  const rows = await db.query(
    `update upload_tokens set revoked_at = coalesce(revoked_at, now()) where account_id = $1 and id = $2 returning id`,
    [accountId, id],
  );
  return rows.length === 1;
}

/** How many more uploads may begin. */
export const uploadsLeft = ({ maxFiles, taken, tries }: UploadToken): number =>
  Math.max(0, Math.min(maxFiles - taken, maxFiles * triesPerFile - tries));

const hash = (secret: string) => createHash('sha256').update(secret).digest();
