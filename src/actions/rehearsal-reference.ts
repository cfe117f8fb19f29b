import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../domain/errors.ts';
import type { MediaFacts, MediaKind } from '../domain/media-facts.ts';
import { type ReferenceRole, requestLimits } from '../domain/request.ts';
import type { Received } from '../files/scratch.ts';
import type { Media } from '../media/media.ts';
import type { SafeFetch } from '../net/safe-fetch.ts';

/** A reference that no account keeps: a file of this machine, or an address to fetch it from. */
export interface RehearsalReference {
  kind: MediaKind;
  place: string;
  role: ReferenceRole | undefined;
}

const timeLimitMs = 30_000;

/** Reads or fetches, checks and measures one. Throws an AppError that names its place. */
export async function obtain(
  deps: { media: Pick<Media, 'probe'>; fetch: SafeFetch },
  options: { reference: RehearsalReference; to: string; signal: AbortSignal },
): Promise<{ path: string; sha256: string; facts: MediaFacts }> {
  const { reference, signal } = options;
  const { kind, place } = reference;
  const isUrl = /^https?:\/\//i.test(place);
  const received = isUrl ? await fetched(deps.fetch, options) : await found(reference);
  const result = await deps.media.probe(received.path, { signal });
  if (result.status === 'unreadable')
    throw new AppError('reference_unreadable', `${place} cannot be used: ${result.reason}.`, {
      hint: 'Images: JPEG, PNG, WebP, GIF. Video: MP4, MOV, WebM. Audio: MP3, WAV, M4A, OGG, FLAC, AAC.',
    });
  const { facts } = result;
  if (facts.kind !== kind)
    throw new AppError('reference_wrong_type', `${place} is ${facts.contentType}, given as ${kind}.`, {
      hint: 'Images are given with -i, videos with -v, audio with -a.',
    });
  return { path: received.path, sha256: received.sha256, facts };
}

async function fetched(
  fetch: SafeFetch,
  { reference, to, signal }: { reference: RehearsalReference; to: string; signal: AbortSignal },
): Promise<Received> {
  const maxBytes = requestLimits.maxBytes[reference.kind];
  const options = { maxBytes, timeoutMs: timeLimitMs, signal, to };
  const { sizeBytes, sha256 } = await fetch.download(reference.place, options);
  return { path: to, sizeBytes, sha256 };
}

async function found({ kind, place }: RehearsalReference): Promise<Received> {
  const { size } = await stat(place).catch((error: NodeJS.ErrnoException) => {
    throw new AppError(
      'reference_not_found',
      error.code === 'ENOENT' ? `There is no file ${place}.` : `${place} cannot be read (${error.code}).`,
    );
  });
  const most = requestLimits.maxBytes[kind];
  if (size > most)
    throw new AppError(
      'reference_too_large',
      `${place} has ${size.toLocaleString('en')} bytes; the most for ${kind} is ${most.toLocaleString('en')}.`,
      { hint: 'Use a smaller or more compressed file.' },
    );
  return { path: place, sizeBytes: size, sha256: await hashOf(place) };
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
