import type { TombstoneKind } from '../domain/deletion-certificate.ts';
import type { Db } from './db.ts';
import type { Subject } from './person-sql.ts';

/** The bytes that are still to be removed, and whether they show the person: then engines forget them too. */
export async function findBytes(
  db: Db,
  { consentId }: Subject,
): Promise<{ sha256: string; isGiven: boolean }[]> {
  return db.query(
    `select sha256, bool_or(what in ('photo', 'clip', 'voice', 'link')) as "isGiven" from tombstones
    where consent_id = $1 and bytes_gone_at is null group by sha256 order by sha256`,
    [consentId],
  );
}

export async function noteBytesGone(db: Db, { accountId }: Subject, sha256: string): Promise<void> {
  await db.query(
    'update tombstones set bytes_gone_at = kinora_now() where account_id = $1 and sha256 = $2 and bytes_gone_at is null',
    [accountId, sha256],
  );
}

export interface ErasedThing {
  name: string;
  what: TombstoneKind;
  sha256: string;
  generationId: string | null;
  goneAt: Date;
  bytesGoneAt: Date | null;
}

export async function listErased(db: Db, consentId: string): Promise<ErasedThing[]> {
  return db.query<ErasedThing>(
    `select name, what, sha256, generation_id as "generationId", gone_at as "goneAt", bytes_gone_at as "bytesGoneAt"
    from tombstones where consent_id = $1 order by gone_at, name`,
    [consentId],
  );
}
