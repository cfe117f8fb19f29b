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

/** Whether a consent of a generation was revoked. Must run in the transaction that keeps what was made. */
export async function isConsentRevoked(db: Db, generationId: string): Promise<boolean> {
  const [row] = await db.query<{ revoked: boolean }>('select consent_revoked($1) as revoked', [generationId]);
  return row?.revoked === true;
}
