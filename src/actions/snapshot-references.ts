import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, type Fault } from '../domain/errors.ts';
import type { MediaFacts, MediaKind } from '../domain/media-facts.ts';
import { type Reference, type ReferenceRole, requestLimits } from '../domain/request.ts';
import type { Received } from '../files/scratch.ts';
import { findFiles, insertFile } from '../store/files.ts';
import type { Deps } from './deps.ts';
import { measure } from './keep-upload.ts';

/** A reference as asked for: where it comes from, and the field that named it. */
export interface WantedReference {
  kind: MediaKind;
  source: { from: 'url'; url: string } | { from: 'file'; fileId: string } | { from: 'data'; dataUrl: string };
  role: ReferenceRole | undefined;
  alias: string | undefined;
  /** JSON pointer into the request body. */
  pointer: string;
}

/** For all references of one request together. */
const timeLimitMs = 30_000;
const atOnce = 4;

/**
 * Fetches, checks and measures every reference and keeps each as a file of the account, so that nothing later depends
 * on a URL. With `keep` false (a dry run) only the checks are done and the references carry no file id. Throws one
 * AppError that names every bad reference.
 */
export async function snapshotReferences(
  deps: Pick<Deps, 'store' | 'files' | 'scratch' | 'media' | 'fetch'>,
  options: { accountId: string; wanted: readonly WantedReference[]; keep: boolean },
): Promise<Reference[]> {
  const { accountId, wanted } = options;
  if (wanted.length === 0) return [];
  const uploads = await findUploads(deps, accountId, wanted);
  const take = (folder: string) => takeAll(deps, { ...options, uploads, folder });
  // Uploaded files need no room to be fetched into.
  return wanted.every(({ source }) => source.from === 'file') ? take('') : deps.scratch.withFolder(take);
}

async function takeAll(
  deps: Pick<Deps, 'store' | 'files' | 'media' | 'fetch'>,
  options: {
    accountId: string;
    wanted: readonly WantedReference[];
    keep: boolean;
    uploads: Uploads;
    folder: string;
  },
): Promise<Reference[]> {
  const { accountId, wanted, keep, uploads, folder } = options;
  const signal = AbortSignal.timeout(timeLimitMs);
  const faults: FaultWithRemedy[] = [];
  const snapshots = await inParallel(wanted, atOnce, async (reference, index) => {
    try {
      const found = await obtain(deps, { reference, uploads, path: join(folder, String(index)), signal });
      refuseOtherKind(reference, found.facts);
      return { ...found, reference };
    } catch (error) {
      faults.push(faultOf(error, reference, signal));
      return undefined;
    }
  });
  if (faults.length > 0) throw refusal(faults, wanted);
  const references: Reference[] = [];
  for (const snapshot of snapshots) {
    if (snapshot === undefined) continue;
    const { kind, role, alias } = snapshot.reference;
    const fileId = snapshot.fileId ?? (keep ? await keepFile(deps, accountId, snapshot) : undefined);
    references.push({
      kind,
      position: references.filter((earlier) => earlier.kind === kind).length + 1,
      sha256: snapshot.sha256,
      facts: snapshot.facts,
      ...(fileId === undefined ? {} : { fileId }),
      ...(role === undefined ? {} : { role }),
      ...(alias === undefined ? {} : { alias }),
    });
  }
  return references;
}

type Snapshot = { sha256: string; facts: MediaFacts; fileId?: string; received?: Received };

type Uploads = ReadonlyMap<string, { id: string; sha256: string; facts: MediaFacts }>;

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
): Promise<Snapshot> {
  const { reference, uploads, path, signal } = options;
  const { source, kind } = reference;
  switch (source.from) {
    case 'file': {
      const upload = uploads.get(source.fileId);
      if (upload === undefined)
        throw new AppError('not_found', `There is no file ${source.fileId} in this account.`, {
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
  const match = /^data:[^,]*;base64,([A-Za-z0-9+/\s]*={0,2}\s*)$/i.exec(dataUrl);
  if (match?.[1] === undefined || match[1].trim() === '')
    throw new AppError('reference_unreadable', 'The data URL is not base64.', {
      hint: 'Write it as data:image/png;base64,… or upload the file with POST /v1/files.',
    });
  const bytes = Buffer.from(match[1], 'base64');
  await writeFile(path, bytes, { mode: 0o600 });
  return { path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function refuseOtherKind({ kind }: WantedReference, facts: MediaFacts): void {
  if (facts.kind !== kind)
    throw new AppError('reference_wrong_type', `It is ${facts.contentType}, not ${article(kind)}.`, {
      hint: `Put it into the field for ${facts.kind}s, or send ${article(kind)} here.`,
    });
}

async function keepFile(
  deps: Pick<Deps, 'store' | 'files'>,
  accountId: string,
  snapshot: Snapshot,
): Promise<string> {
  const { received, facts } = snapshot;
  if (received === undefined) throw new Error('only received bytes can be kept');
  const row = await insertFile(deps.store, { accountId, ...received, facts, name: undefined }, () =>
    deps.files.keep(received.sha256, received.path),
  );
  return row.id;
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
