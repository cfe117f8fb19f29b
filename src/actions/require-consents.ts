import { type ConsentUse, refuseConsent } from '../domain/consent.ts';
import { AppError, type Fault } from '../domain/errors.ts';
import type { Note } from '../domain/plan.ts';
import type { ReferenceRole } from '../domain/request.ts';
import { type ConsentRow, findConsents } from '../store/consents.ts';
import type { Db } from '../store/db.ts';
import type { Owner } from '../store/read-generations.ts';
import { findRefusedBytes } from '../store/tombstones.ts';

/** A reference as far as the person in it is concerned. */
export interface PersonReference {
  role: ReferenceRole | undefined;
  /** Named with the reference. */
  consentId: string | undefined;
  /** That its file came with. */
  fileConsentId: string | undefined;
  pointer: string;
}

export interface Agreed {
  /** By the place of the reference; undefined where nobody in particular is seen. */
  consentIds: (string | undefined)[];
  /** Those that are named, each once. */
  consents: ConsentRow[];
  notes: Note[];
}

/**
 * What the people in the references have agreed to. Throws one AppError that names every reference without a consent, or
 * with one that does not cover the use. A test key, whose videos never leave this machine, may use stand-ins and is told so.
 */
export async function requireConsents(
  db: Db,
  owner: Owner,
  use: ConsentUse,
  references: readonly PersonReference[],
): Promise<Agreed> {
  const ids = references.flatMap(({ consentId, fileConsentId }) =>
    [consentId, fileConsentId].filter((id) => id !== undefined),
  );
  const found = ids.length === 0 ? [] : await findConsents(db, owner, [...new Set(ids)]);
  const known = new Map(found.map((consent) => [consent.id, consent]));
  const agreed: Agreed = { consentIds: [], consents: [], notes: [] };
  const faults: Fault[] = [];
  for (const reference of references) {
    const id = reference.consentId ?? reference.fileConsentId;
    agreed.consentIds.push(id);
    const fault =
      id === undefined ? withoutConsent(owner, reference, agreed.notes) : judge(known, reference, id, use);
    if (fault !== undefined) faults.push({ pointer: reference.pointer, ...fault });
  }
  if (faults.length > 0) throw refusal(faults);
  const used = new Set(agreed.consentIds);
  agreed.consents = found.filter(({ id }) => used.has(id));
  return agreed;
}

type Judged = Pick<Fault, 'code' | 'message'> | undefined;

function withoutConsent({ purse }: Owner, { role, pointer }: PersonReference, notes: Note[]): Judged {
  if (role !== 'person') return undefined;
  if (purse === 'live')
    return { code: 'consent_required', message: 'It shows a person (role "person") and names no consent.' };
  notes.push({
    code: 'person_stand_in',
    message:
      'No consent is named for this person. A test key may use a stand-in, since its videos stay here; a live key is refused.',
    pointer,
  });
  return undefined;
}

function judge(
  known: ReadonlyMap<string, ConsentRow>,
  { fileConsentId }: PersonReference,
  id: string,
  use: ConsentUse,
): Judged {
  const consent = known.get(id);
  if (consent === undefined)
    return { code: 'consent_invalid', message: `There is no consent ${id} in this account and mode.` };
  const why = refuseConsent(consent, use);
  if (why !== undefined) return { code: 'consent_invalid', message: `The consent ${id} ${why}.` };
  if (fileConsentId === undefined || fileConsentId === id) return undefined;
  // A person may agree again, for the same photos.
  if (known.get(fileConsentId)?.person === consent.person) return undefined;
  const message = `The file stands for the person of ${fileConsentId}, and ${id} is another person's consent.`;
  return { code: 'consent_invalid', message };
}

/** Pictures that a person has taken back are taken with a new consent alone, whatever they are said to show. */
export async function refuseBytes(
  db: Db,
  owner: Owner,
  references: readonly {
    sha256: string;
    /** Where it is a file of the account already. */
    fileId: string | undefined;
    consentId: string | undefined;
    pointer: string;
  }[],
): Promise<void> {
  const open = references.filter(({ consentId }) => consentId === undefined);
  if (open.length === 0) return;
  const refused = new Set(await findRefusedBytes(db, owner, open));
  const faults = open
    .filter((_, place) => refused.has(place))
    .map(
      ({ pointer }): Fault => ({
        pointer,
        code: 'consent_required',
        message: 'The person in these very bytes has revoked the consent; it takes a new one to use them.',
      }),
    );
  if (faults.length > 0) throw refusal(faults);
}

const hints = {
  consent_required:
    'Ask the person on a page of ours (POST /v1/consent-links) or record a consent that you hold (POST /v1/consents), and name it with the reference as consent_id.',
  consent_invalid: 'Ask the person again: POST /v1/consent-links. What was agreed: GET /v1/consents/{id}.',
} as const;

function refusal(faults: readonly Fault[]): AppError {
  const code = faults.some((fault) => fault.code === 'consent_invalid')
    ? 'consent_invalid'
    : 'consent_required';
  const message = faults.map((fault) => `${fault.pointer.slice(1)}: ${fault.message}`).join(' ');
  return new AppError(code, message, { hint: hints[code], faults });
}
