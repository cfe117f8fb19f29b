import { createHash } from 'node:crypto';
import type { ConsentChannel, ConsentScope } from '../domain/consent.ts';
import { AppError, type Fault } from '../domain/errors.ts';
import { readClock } from '../store/clock.ts';
import { type ConsentRow, insertConsent, tellConsent } from '../store/consents.ts';
import type { Store } from '../store/db.ts';
import { findFile } from '../store/files.ts';
import type { Owner } from '../store/read-generations.ts';

/** A consent that an account holds, as it says it. */
export interface HeldConsent {
  person: string;
  textVersion: string;
  text: { agreed: string } | { sha256: string };
  scope: ConsentScope;
  channel: ConsentChannel;
  givenAt: Date;
  expiresAt: Date | undefined;
  evidenceSha256: string | undefined;
  evidenceFileId: string | undefined;
}

/** How far the clock of an account may be ahead of ours. */
const skewMs = 300_000;

/** Writes a consent down and tells of it. Throws an AppError for one that cannot be. */
export async function recordConsent(
  store: Store,
  owner: Owner,
  keyId: string,
  held: HeldConsent,
): Promise<ConsentRow> {
  const { text, evidenceFileId, ...rest } = held;
  const now = await readClock(store);
  if (held.givenAt.getTime() > now.getTime() + skewMs)
    throw refused('/given_at', 'given_at lies in the future: a consent is recorded once it was given.');
  if (held.expiresAt !== undefined && held.expiresAt <= now)
    throw refused('/expires_at', 'expires_at has passed: this consent allows nothing any more.');
  const evidence =
    evidenceFileId === undefined ? undefined : await findFile(store, owner.accountId, evidenceFileId);
  if (evidenceFileId !== undefined && evidence === undefined)
    throw refused('/evidence_file_id', `There is no file ${evidenceFileId} in this account.`);
  if (evidence !== undefined && held.evidenceSha256 !== undefined && held.evidenceSha256 !== evidence.sha256)
    throw refused('/evidence_sha256', `The file ${evidenceFileId} has the hash ${evidence.sha256}.`);
  const agreedText = 'agreed' in text ? text.agreed : undefined;
  return store.transaction(async (db) => {
    const id = await insertConsent(db, {
      ...owner,
      ...rest,
      textSha256: 'agreed' in text ? sha256(text.agreed) : text.sha256,
      agreedText,
      evidenceSha256: held.evidenceSha256 ?? evidence?.sha256,
      evidenceFileId,
      recordedBy: keyId,
    });
    return tellConsent(db, owner, id);
  });
}

function refused(pointer: string, message: string): AppError {
  const faults: Fault[] = [{ pointer, code: 'invalid_request', message }];
  return new AppError('invalid_request', message, { faults });
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
