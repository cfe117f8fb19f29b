import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ConsentUse, refuseConsent } from '../domain/consent.ts';
import { AppError, type Fault } from '../domain/errors.ts';
import type { MediaFacts, MediaKind } from '../domain/media-facts.ts';
import type { Note } from '../domain/plan.ts';
import { type Reference, type ReferenceRole, requestLimits } from '../domain/request.ts';
import type { Received } from '../files/scratch.ts';
import { findFiles, insertFile } from '../store/files.ts';
import type { Owner } from '../store/read-generations.ts';
import type { Deps } from './deps.ts';
import { measure } from './keep-upload.ts';
import { type Agreed, refuseBytes, requireConsents } from './require-consents.ts';

/** A reference as asked for: where it comes from, and the field that named it. */
export interface WantedReference {
  kind: MediaKind;
  source: { from: 'url'; url: string } | { from: 'file'; fileId: string } | { from: 'data'; dataUrl: string };
  role: ReferenceRole | undefined;
  alias: string | undefined;
  /** Of the person that it shows, as named with the reference. */
  consentId?: string | undefined;
  /** Which bytes are meant; others are refused. */
  sha256?: string | undefined;
  /** JSON pointer into the request body. */
  pointer: string;
}

/** For all references of one request together. */
const timeLimitMs = 30_000;
const atOnce = 4;

/** References that have been fetched, checked and measured. */
export interface Snapshots {
  /** For planning. Those that were not uploaded before have no file id yet. */
  references: Reference[];
  /** What the caller should know of the people in them. */
  notes: Note[];
  /** Why the people in them have not agreed to another use; undefined if they have. */
  refuseUse(use: ConsentUse): string | undefined;
  /** Makes every one a file of the account, so that nothing later depends on a URL. */
  keep(): Promise<{ references: Reference[]; newFileIds: string[] }>;
}

/**
 * Fetches, checks and measures every reference of a request, then calls `work`; what was fetched is gone afterwards
 * unless `work` kept it. Throws one AppError that names every bad reference; before that, and before anything is fetched,
 * one that names every person who has not agreed.
 */
export async function withReferences<T>(
  deps: Pick<Deps, 'store' | 'files' | 'scratch' | 'media' | 'fetch'>,
  options: { owner: Owner; use: ConsentUse; wanted: readonly WantedReference[] },
  work: (snapshots: Snapshots) => Promise<T>,
): Promise<T> {
  const { owner, wanted } = options;
  const uploads = await findUploads(deps, owner.accountId, wanted);
  const agreed = await requireConsents(
    deps.store,
    owner,
    options.use,
    wanted.map(({ role, consentId, source, pointer }) => ({
      role,
      consentId,
      fileConsentId:
        source.from === 'file' ? (uploads.get(source.fileId)?.consentId ?? undefined) : undefined,
      pointer,
    })),
  );
  const run = async (folder: string) => {
    const snapshots = await takeAll(deps, { wanted, uploads, agreed, folder });
    await refuseBytes(
      deps.store,
      owner,
      snapshots.map(({ reference: { sha256, fileId, consentId } }, index) => ({
        sha256,
        fileId,
        consentId,
        pointer: wanted[index]?.pointer ?? '',
      })),
    );
    return work({
      references: snapshots.map(({ reference }) => reference),
      notes: agreed.notes,
      refuseUse: (use) =>
        agreed.consents.map((consent) => refuseConsent(consent, use)).find((why) => why !== undefined),
      keep: () => keepAll(deps, owner.accountId, snapshots),
    });
  };
  // Uploaded files need no room to be fetched into.
  return wanted.every(({ source }) => source.from === 'file') ? run('') : deps.scratch.withFolder(run);
}

/** `received` is absent for a file that was uploaded before. */
interface Snapshot {
  reference: Reference;
  received: Received | undefined;
}

async function takeAll(
  deps: Pick<Deps, 'store' | 'media' | 'fetch'>,
  options: { wanted: readonly WantedReference[]; uploads: Uploads; agreed: Agreed; folder: string },
): Promise<Snapshot[]> {
  const { wanted, uploads, agreed, folder } = options;
  const signal = AbortSignal.timeout(timeLimitMs);
  const faults: FaultWithRemedy[] = [];
  const found = await inParallel(wanted, atOnce, async (reference, index) => {
    try {
      const one = await obtain(deps, { reference, uploads, path: join(folder, String(index)), signal });
      refuseOtherKind(reference, one.facts);
      refuseOtherBytes(reference, one.sha256);
      return one;
    } catch (error) {
      faults.push(faultOf(error, reference, signal));
      return undefined;
    }
  });
  if (faults.length > 0) throw refusal(faults, wanted);
  return wanted.flatMap(({ kind, role, alias }, index) => {
    const one = found[index];
    if (one === undefined) return [];
    const { sha256, facts, fileId, received } = one;
    const consentId = agreed.consentIds[index];
    const reference: Reference = {
      kind,
      position: wanted.slice(0, index + 1).filter((earlier) => earlier.kind === kind).length,
      sha256,
      facts,
      ...(fileId === undefined ? {} : { fileId }),
      ...(role === undefined ? {} : { role }),
      ...(alias === undefined ? {} : { alias }),
      ...(consentId === undefined ? {} : { consentId }),
    };
    return [{ reference, received }];
  });
}

async function keepAll(
  deps: Pick<Deps, 'store' | 'files'>,
  accountId: string,
  snapshots: readonly Snapshot[],
): Promise<{ references: Reference[]; newFileIds: string[] }> {
  const references: Reference[] = [];
  const newFileIds: string[] = [];
  for (const { reference, received } of snapshots) {
    if (received === undefined) {
      references.push(reference);
      continue;
    }
    const { facts, consentId } = reference;
    const file = { accountId, ...received, facts, name: undefined, consentId };
    const { id } = await insertFile(deps.store, file, () => deps.files.keep(received.sha256, received.path));
    newFileIds.push(id);
    references.push({ ...reference, fileId: id });
  }
  return { references, newFileIds };
}

interface Found {
  sha256: string;
  facts: MediaFacts;
  fileId?: string;
  received?: Received;
}

type Uploads = ReadonlyMap<
  string,
  { id: string; sha256: string; facts: MediaFacts; consentId: string | null }
>;

async function findUploads(
  deps: Pick<Deps, 'store'>,
  accountId: string,
  wanted: readonly WantedReference[],
): Promise<Uploads> {
  const ids = wanted.flatMap(({ source }) => (source.from === 'file' ? [source.fileId] : []));
  const rows = ids.length === 0 ? [] : await findFiles(deps.store, accountId, ids);
  return new Map(rows.map((row) => [row.id, row]));
}

async function obtain(
  deps: Pick<Deps, 'store' | 'media' | 'fetch'>,
  options: { reference: WantedReference; uploads: Uploads; path: string; signal: AbortSignal },
): Promise<Found> {
  const { reference, uploads, path, signal } = options;
  const { source, kind } = reference;
  switch (source.from) {
    case 'file': {
      const upload = uploads.get(source.fileId);
      if (upload === undefined)
        throw new AppError('reference_not_found', `There is no file ${source.fileId} in this account.`, {
          hint: 'Upload it with POST /v1/files and use the id that answers.',
        });
      return { sha256: upload.sha256, facts: upload.facts, fileId: upload.id };
    }
    case 'url': {
      const maxBytes = requestLimits.maxBytes[kind];
      const downloaded = await deps.fetch.download(source.url, {
        maxBytes,
        timeoutMs: timeLimitMs,
        signal,
        to: path,
      });
      const received = { path, sizeBytes: downloaded.sizeBytes, sha256: downloaded.sha256 };
      return { sha256: received.sha256, facts: await measure(deps, received, signal), received };
    }
    case 'data': {
      const received = await decodeDataUrl(source.dataUrl, path);
      return { sha256: received.sha256, facts: await measure(deps, received, signal), received };
    }
  }
}

async function decodeDataUrl(dataUrl: string, path: string): Promise<Received> {
  const comma = dataUrl.indexOf(',');
  const base64 = dataUrl.slice(comma + 1).replace(/\s+/g, '');
  if (comma < 0 || !/;base64$/i.test(dataUrl.slice(0, comma)) || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    throw new AppError('reference_unreadable', 'The data URL is not base64.', {
      hint: 'Write it as data:image/png;base64,… or upload the file with POST /v1/files.',
    });
  const bytes = Buffer.from(base64, 'base64');
  await writeFile(path, bytes, { mode: 0o600 });
  return { path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function refuseOtherKind({ kind }: WantedReference, facts: MediaFacts): void {
  if (facts.kind !== kind)
    throw new AppError('reference_wrong_type', `It is ${facts.contentType}, not ${article(kind)}.`, {
      hint: `Put it into the field for ${facts.kind}s, or send ${article(kind)} here.`,
    });
}

function refuseOtherBytes({ sha256 }: WantedReference, found: string): void {
  if (sha256 !== undefined && sha256 !== found)
    throw new AppError(
      'reference_changed',
      `It holds other bytes than those meant: sha256 is ${found} now.`,
      {
        hint: 'Look at what is there now; to use that, send its sha256 or none.',
      },
    );
}

type FaultWithRemedy = Fault & { hint?: string | undefined; retryable: boolean };

function faultOf(error: unknown, { pointer }: WantedReference, signal: AbortSignal): FaultWithRemedy {
  if (signal.aborted && !(error instanceof AppError))
    return {
      pointer,
      code: 'reference_timeout',
      message: `It was not fetched and checked within ${timeLimitMs / 1000} s.`,
      hint: 'Upload large or slow files first with POST /v1/files.',
      retryable: true,
    };
  if (!(error instanceof AppError)) throw error;
  return {
    pointer,
    code: error.code,
    message: error.message,
    hint: error.hint,
    retryable: error.retryable,
  };
}

/** The error of all bad references at once; the first one's words, all of them in `faults`. */
function refusal(faults: FaultWithRemedy[], wanted: readonly WantedReference[]): AppError {
  const order = wanted.map(({ pointer }) => pointer);
  faults.sort((a, b) => order.indexOf(a.pointer) - order.indexOf(b.pointer));
  const [first] = faults;
  if (first === undefined) throw new Error('a refusal needs a fault');
  return new AppError(first.code, `${first.pointer.slice(1)}: ${first.message}`, {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    retryable: faults.every(({ retryable }) => retryable),
    faults: faults.map(({ pointer, code, message }) => ({ pointer, code, message })),
  });
}

async function inParallel<In, Out>(
  items: readonly In[],
  limit: number,
  work: (item: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = new Array(items.length);
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return results;
}

const article = (kind: MediaKind) => (kind === 'video' ? 'a video' : `an ${kind}`);
