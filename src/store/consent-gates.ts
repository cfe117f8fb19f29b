import type { ConsentState } from '../domain/consent.ts';
import type { Db } from './db.ts';

/** Why a generation may not go on for the people in it; undefined if it may. */
export async function consentTrouble(
  db: Db,
  generationId: string,
): Promise<Exclude<ConsentState, 'valid'> | undefined> {
  const [row] = await db.query<{ trouble: Exclude<ConsentState, 'valid'> | null }>(
    'select consent_trouble($1) as trouble',
    [generationId],
  );
  return row?.trouble ?? undefined;
}

/**
 * Until the transaction ends, no revocation takes anything of the account away: it finds what this one keeps, or this one
 * finds it. To be called before any generation is locked.
 */
export async function holdOffErasures(db: Db, accountId: string): Promise<void> {
  await db.query('select hold_off_erasures($1)', [accountId]);
}

/** The same, by a generation of the account. */
export async function holdOffErasuresOf(db: Db, generationId: string): Promise<void> {
  await db.query('select hold_off_erasures(account_id) from generations where id = $1', [generationId]);
}

/** Whether a consent of a generation was revoked. Must run in the transaction that keeps what was made. */
export async function isConsentRevoked(db: Db, generationId: string): Promise<boolean> {
  const [row] = await db.query<{ revoked: boolean }>('select consent_revoked($1) as revoked', [generationId]);
  return row?.revoked === true;
}
