import { createHash } from 'node:crypto';
import { mostPhotos } from '../domain/consent.ts';
import { AppError } from '../domain/errors.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import { requestLimits } from '../domain/request.ts';
import type { Received } from '../files/scratch.ts';
import { readClock } from '../store/clock.ts';
import { beginForm, type ConsentLinkRow, takeUnusedLink, useLink } from '../store/consent-links.ts';
import { type ConsentRow, insertConsent, tellConsent } from '../store/consents.ts';
import type { Db } from '../store/db.ts';
import { insertFileIn } from '../store/files.ts';
import type { Deps } from './deps.ts';
import { measure } from './keep-upload.ts';

/** What a person has sent from the page of a link. */
export interface ConsentForm {
  agreed: boolean;
  adult: boolean;
  photos: { received: Received; name: string | undefined }[];
}

/** Why a form is not taken; the person can mend it and send it again. */
export type FormFault = 'not_agreed' | 'not_adult' | 'too_few' | 'too_many' | 'unreadable' | 'too_large';

export type GivenConsent =
  | { status: 'given'; consent: ConsentRow }
  | { status: 'faulty'; faults: FormFault[] }
  /** Given before, or the page takes no forms any more. */
  | { status: 'closed' };

/** How much one form may carry. */
export const formLimits = { photoBytes: requestLimits.maxBytes.image, photos: mostPhotos } as const;

/**
 * Writes down what a person has agreed to on the page of a link, with the photos, in one transaction: either all of it is
 * there, and its owner told, or nothing is. A form is counted before a byte of it is received. Works once for each link.
 */
export async function giveConsent(
  deps: Pick<Deps, 'store' | 'files' | 'media'>,
  link: ConsentLinkRow,
  receive: () => Promise<ConsentForm>,
): Promise<GivenConsent> {
  if (!(await beginForm(deps.store, link.id))) return { status: 'closed' };
  const form = await receive();
  const read = await readForm(deps, link, form);
  if ('faults' in read) return { status: 'faulty', faults: read.faults };
  const consent = await deps.store.transaction(async (db) => {
    if (!(await takeUnusedLink(db, link.id))) return undefined;
    return write(deps, db, link, read.photos);
  });
  return consent === undefined ? { status: 'closed' } : { status: 'given', consent };
}

interface Photo {
  received: Received;
  name: string | undefined;
  facts: MediaFacts;
}

async function readForm(
  deps: Pick<Deps, 'store' | 'media'>,
  { minPhotos, maxPhotos }: ConsentLinkRow,
  form: ConsentForm,
): Promise<{ photos: Photo[] } | { faults: FormFault[] }> {
  const faults: FormFault[] = [];
  if (form.photos.length < minPhotos) faults.push('too_few');
  if (form.photos.length > maxPhotos) faults.push('too_many');
  if (!form.agreed) faults.push('not_agreed');
  if (!form.adult) faults.push('not_adult');
  // Nothing is opened that is not agreed to.
  if (faults.length > 0) return { faults };
  const photos: Photo[] = [];
  for (const photo of form.photos) {
    const facts = await measure(deps, photo.received).catch(faultOf);
    if (typeof facts === 'string') return { faults: [facts] };
    if (facts.kind !== 'image') return { faults: ['unreadable'] };
    photos.push({ ...photo, facts });
  }
  return { photos };
}

function faultOf(error: unknown): FormFault {
  if (error instanceof AppError && error.code === 'reference_unreadable') return 'unreadable';
  if (error instanceof AppError && error.code === 'reference_too_large') return 'too_large';
  throw error;
}

async function write(
  deps: Pick<Deps, 'files'>,
  db: Db,
  link: ConsentLinkRow,
  photos: readonly Photo[],
): Promise<ConsentRow> {
  const now = await readClock(db);
  const id = await insertConsent(db, {
    accountId: link.accountId,
    purse: link.purse,
    person: link.person,
    textVersion: link.textVersion,
    textSha256: hash(link.agreedText),
    agreedText: link.agreedText,
    scope: link.scope,
    channel: 'page',
    givenAt: undefined,
    expiresAt: link.validDays === null ? undefined : new Date(now.getTime() + link.validDays * dayMs),
    evidenceSha256: evidenceOf(link, photos),
    evidenceFileId: undefined,
    recordedBy: link.id,
  });
  await useLink(db, link.id, id);
  // In the order of their hashes: whoever stores the same photos at the same time waits, and is not waited for.
  for (const { received, name, facts } of distinct(photos))
    await insertFileIn(db, { accountId: link.accountId, ...received, facts, name, consentId: id }, () =>
      deps.files.keep(received.sha256, received.path),
    );
  return tellConsent(db, link, id);
}

function distinct(photos: readonly Photo[]): Photo[] {
  const byHash = new Map(photos.map((photo) => [photo.received.sha256, photo]));
  return [...byHash.values()].sort((a, b) => (a.received.sha256 < b.received.sha256 ? -1 : 1));
}

/** Of what the page has shown and what was sent from it: whoever has the same can make it again. */
function evidenceOf(link: ConsentLinkRow, photos: readonly Photo[]): string {
  const { id, person, textVersion, agreedText } = link;
  const hashes = photos.map(({ received }) => received.sha256).sort();
  return hash(JSON.stringify([id, person, textVersion, hash(agreedText), 'agreed', 'adult', hashes]));
}

const dayMs = 86_400_000;

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
