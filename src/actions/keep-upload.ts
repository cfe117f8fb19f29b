import { AppError } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import { type MediaFacts, type MediaKind, mediaKinds } from '../domain/media-facts.ts';
import { requestLimits } from '../domain/request.ts';
import type { Received } from '../files/scratch.ts';
import type { Db } from '../store/db.ts';
import { deleteFile, type FileRow, findBlobFacts, findFileOfBytes, insertFileIn } from '../store/files.ts';
import type { Deps } from './deps.ts';

/** The most any kind of file may have. */
export const maxUploadBytes = Math.max(...mediaKinds.map((kind) => requestLimits.maxBytes[kind]));

interface Upload {
  accountId: string;
  received: Received;
  name: string | undefined;
  /** Where it was settled before the bytes came. */
  id?: string | undefined;
  metadata?: JsonObject | undefined;
  /** What it came with, unless a key; `fill` uses it up by one in the transaction that stores the file. */
  token?: { id: string; kinds: readonly MediaKind[]; fill(db: Db): Promise<void> } | undefined;
}

/**
 * Makes a file of received bytes: measured once, refused unless they are media of an allowed size and, with a token, of
 * a kind that it takes. Sent again under an id that was settled before, they are the file that is there; other bytes
 * under it are refused.
 */
export async function keepUpload(
  deps: Pick<Deps, 'store' | 'files' | 'media'>,
  { received, token, ...upload }: Upload,
): Promise<FileRow> {
  const facts = await measure(deps, received);
  if (token !== undefined && !token.kinds.includes(facts.kind))
    throw new AppError(
      'reference_wrong_type',
      `This is ${facts.kind}, and the upload token takes ${token.kinds.join(' and ')} only.`,
      { hint: 'Choose another file, or make the token with these kinds.' },
    );
  const file = await deps.store.transaction(async (db) => {
    const stored = await insertFileIn(db, { ...upload, ...received, facts, uploadTokenId: token?.id }, () =>
      deps.files.keep(received.sha256, received.path),
    );
    await token?.fill(db);
    return stored;
  });
  if (file.sha256 !== received.sha256)
    throw new AppError('invalid_state', `The file ${file.id} was uploaded already, with other bytes.`, {
      hint: 'Begin a new upload for another file.',
    });
  return file;
}

/** As `keepUpload`, but bytes that the account has a file of already are that file: a call that is repeated finds it. */
export async function keepUploadOnce(
  deps: Pick<Deps, 'store' | 'files' | 'media'>,
  upload: Omit<Upload, 'id'>,
): Promise<{ file: FileRow; isNew: boolean }> {
  const { accountId, received } = upload;
  const known = await findFileOfBytes(deps.store, accountId, received.sha256);
  if (known !== undefined) return { file: known, isNew: false };
  const file = await keepUpload(deps, upload);
  // Of two at once the older one stays, for both.
  const first = (await findFileOfBytes(deps.store, accountId, received.sha256)) ?? file;
  if (first.id !== file.id) await deleteFile(deps.store, accountId, file.id);
  return { file: first, isNew: first.id === file.id };
}

/** What the bytes are, from the store if they were seen before, else from a probe. Throws AppError if they are no media. */
export async function measure(
  deps: Pick<Deps, 'store' | 'media'>,
  received: Received,
  signal?: AbortSignal,
): Promise<MediaFacts> {
  const facts = (await findBlobFacts(deps.store, received.sha256)) ?? (await probe(deps, received, signal));
  refuseOversize(facts.kind, received.sizeBytes);
  return facts;
}

function refuseOversize(kind: MediaKind, sizeBytes: number): void {
  const most = requestLimits.maxBytes[kind];
  if (sizeBytes > most)
    throw new AppError(
      'reference_too_large',
      `The ${kind} has ${sizeBytes.toLocaleString('en')} bytes; the most is ${most.toLocaleString('en')}.`,
      { hint: 'Send a smaller or more compressed file.' },
    );
}

async function probe(
  deps: Pick<Deps, 'media'>,
  received: Received,
  signal: AbortSignal | undefined,
): Promise<MediaFacts> {
  const result = await deps.media.probe(received.path, signal === undefined ? {} : { signal });
  if (result.status === 'readable') return result.facts;
  throw new AppError('reference_unreadable', `The file cannot be used: ${result.reason}.`, {
    hint: 'Images: JPEG, PNG, WebP, GIF. Video: MP4, MOV, WebM. Audio: MP3, WAV, M4A, OGG, FLAC, AAC.',
  });
}
