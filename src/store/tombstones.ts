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

/** Which of these bytes this account was told by a person to show no more, in the mode that it was told in. */
export async function findRefusedBytes(
  db: Db,
  { accountId, purse }: Owner,
  sha256s: readonly string[],
): Promise<string[]> {
  const rows = await db.query<{ sha256: string }>(
    `select distinct t.sha256 from tombstones t join consents c on c.id = t.consent_id
    where t.account_id = $1 and c.purse = $3 and t.sha256 = any($2)`,
    [accountId, sha256s, purse],
  );
  return rows.map(({ sha256 }) => sha256);
}
