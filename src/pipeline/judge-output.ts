import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Check } from '../domain/check.ts';
import { AppError } from '../domain/errors.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import type { Price } from '../domain/price-book.ts';
import { findPriceBook } from '../domain/price-book.ts';
import { settle } from '../domain/settlement.ts';
import type { Received } from '../files/scratch.ts';
import { findBlobFacts } from '../store/files.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import { factChecks } from './check-output.ts';
import type { PipelineDeps } from './deps.ts';

export type Judged =
  | { status: 'deliverable'; video: Received; facts: MediaFacts; checks: Check[]; price: Price }
  /** A file that is no such video; `unreadable` where the bytes themselves may have been spoilt on the way. */
  | { status: 'invalid'; what: string; unreadable: boolean };

/** Measures a finished video and says whether it is what was asked for, and what it costs by its measured length. */
export async function judgeOutput(
  deps: Pick<PipelineDeps, 'store' | 'media'>,
  generation: GenerationRow,
  path: string,
): Promise<Judged> {
  const video = await receivedAt(path);
  const facts = await factsOf(deps, video);
  if (typeof facts === 'string') return invalid(`It cannot be read: ${facts}.`, true);
  const checks = factChecks(generation.plan, facts);
  const failed = checks.find(({ status }) => status === 'failed');
  if (failed !== undefined) return invalid(failed.message);
  const priceBook = findPriceBook(generation.priceBook);
  if (priceBook === undefined) throw new Error(`the price book ${generation.priceBook} is gone`);
  const { durationSeconds: requestedSeconds } = generation;
  const settlement = settle({ priceBook, requestedSeconds, measuredSeconds: facts.durationSeconds ?? 0 });
  if (settlement.status === 'too_short')
    return invalid(`It lasts ${facts.durationSeconds} s of ${requestedSeconds} s.`);
  return { status: 'deliverable', video, facts, checks, price: settlement.price };
}

/** Bytes that were seen before are not opened again. */
async function factsOf(
  { store, media }: Pick<PipelineDeps, 'store' | 'media'>,
  { sha256, path }: Received,
): Promise<MediaFacts | string> {
  const known = await findBlobFacts(store, sha256);
  if (known !== undefined) return known;
  const probed = await media.probe(path);
  return probed.status === 'readable' ? probed.facts : probed.reason;
}

const invalid = (what: string, unreadable = false): Judged => ({ status: 'invalid', what, unreadable });

export async function receivedAt(path: string): Promise<Received> {
  const hash = createHash('sha256');
  const { size } = await stat(path).catch((cause) => {
    throw new AppError('internal_error', `The engine left no file at ${path}.`, { cause });
  });
  await pipeline(createReadStream(path), hash);
  return { path, sizeBytes: size, sha256: hash.digest('hex') };
}
