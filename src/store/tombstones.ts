import type { TombstoneKind } from '../domain/deletion-certificate.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** What is known of something that is gone for good. */
export interface Tombstone {
  name: string;
  accountId: string;
  consentId: string;
  what: TombstoneKind;
  goneAt: Date;
}

/**
 * Of a file by its id, or of a reference by the name that its links have; undefined if it is not gone, or nobody
 * revoked anything about it. For whoever may know that it was there: its account, or who holds a signed link.
 */
export async function findTombstone(db: Db, name: string): Promise<Tombstone | undefined> {
  const [row] = await db.query<Tombstone>(
    `select name, account_id as "accountId", consent_id as "consentId", what, gone_at as "goneAt"
    from tombstones where name = $1 order by gone_at limit 1`,
    [name],
  );
  return row;
}

/**
 * Which of these bytes this account was told by a person to show no more, in the mode that it was told in, by their places.
 * Not those of a file that is somebody else's video, made alike.
 */
export async function findRefusedBytes(
  db: Db,
  { accountId, purse }: Owner,
  bytes: readonly { sha256: string; fileId: string | undefined }[],
): Promise<number[]> {
  const rows = await db.query<{ place: number }>(
    `select (b.number - 1)::int as place from unnest($3::text[], $4::text[]) with ordinality b (sha256, file_id, number)
    where revoked_bytes($1, $2, b.sha256, b.file_id) is not null`,
    [accountId, purse, bytes.map(({ sha256 }) => sha256), bytes.map(({ fileId }) => fileId ?? null)],
  );
  return rows.map(({ place }) => place);
}
