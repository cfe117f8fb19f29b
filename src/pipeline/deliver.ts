import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { RenderResult } from '../domain/engine.ts';
import { AppError } from '../domain/errors.ts';
import type { MediaFacts } from '../domain/media-facts.ts';
import { findPriceBook } from '../domain/price-book.ts';
import { settle } from '../domain/settlement.ts';
import type { Received } from '../files/scratch.ts';
import type { ClaimedGeneration } from '../store/claim-generation.ts';
import { completeGeneration, failGeneration } from '../store/end-generation.ts';
import { deleteUnusedOutput, insertFile } from '../store/files.ts';
import { factChecks, lookOver } from './check-output.ts';
import type { PipelineDeps } from './deps.ts';
import { writeDown } from './write-down.ts';

type Rendered = Extract<RenderResult, { status: 'done' }>;

/**
 * Ends a generation whose video has been made: measured, kept, and only then charged by its measured length. A video
 * that is not what was asked for is a failure, and costs nothing.
 */
export async function deliver(
  deps: PipelineDeps,
  claimed: ClaimedGeneration,
  rendered: Rendered,
): Promise<void> {
  const video = await receivedAt(rendered.videoPath);
  const probed = await deps.media.probe(video.path);
  if (probed.status === 'unreadable') return invalid(deps, claimed, `It cannot be read: ${probed.reason}.`);
  const checks = factChecks(claimed.plan, probed.facts);
  const failed = checks.find(({ status }) => status === 'failed');
  if (failed !== undefined) return invalid(deps, claimed, failed.message);
  const priceBook = findPriceBook(claimed.priceBook);
  if (priceBook === undefined) throw new Error(`the price book ${claimed.priceBook} is gone`);
  const settlement = settle({
    priceBook,
    requestedSeconds: claimed.durationSeconds,
    measuredSeconds: probed.facts.durationSeconds ?? 0,
  });
  if (settlement.status === 'too_short')
    return invalid(
      deps,
      claimed,
      `It lasts ${probed.facts.durationSeconds} s of ${claimed.durationSeconds} s.`,
    );

  const poster = await receivedAt(rendered.posterPath);
  const posterProbe = await deps.media.probe(poster.path);
  if (posterProbe.status === 'unreadable')
    return invalid(deps, claimed, `Its poster cannot be read: ${posterProbe.reason}.`);
  // An engine that looked at its own video knows what it should show; ours would only say less.
  const looked = rendered.checks.length > 0 ? [] : await lookOver(deps.media, video.path, probed.facts);
  const outputFileId = await keep(deps, claimed, video, probed.facts);
  const posterFileId = await keep(deps, claimed, poster, posterProbe.facts);
  const completed = await writeDown(() =>
    completeGeneration(deps.store, claimed, {
      chargedCredits: settlement.price.credits,
      outputFileId,
      posterFileId,
      outputFacts: { ...probed.facts, sizeBytes: video.sizeBytes },
      storyboard: rendered.storyboard,
      notes: rendered.notes,
      checks: rendered.checks.length > 0 ? rendered.checks : [...checks, ...looked],
    }),
  );
  if (completed) return;
  // Somebody else has this generation now, unless our own first try went through without a word.
  await writeDown(() => deleteUnusedOutput(deps.store, claimed.id, [outputFileId, posterFileId]));
}

async function invalid(deps: PipelineDeps, claimed: ClaimedGeneration, what: string): Promise<void> {
  const message = `The engine made a video that cannot be delivered. ${what}`;
  await writeDown(() =>
    failGeneration(deps.store, claimed, { outcome: 'error', code: 'output_invalid', message }),
  );
}

async function keep(
  deps: PipelineDeps,
  { accountId, id }: ClaimedGeneration,
  received: Received,
  facts: MediaFacts,
): Promise<string> {
  const name = `${id}.${facts.kind === 'video' ? 'mp4' : 'jpg'}`;
  const file = await writeDown(() =>
    insertFile(deps.store, { accountId, ...received, facts, name }, () =>
      deps.files.keep(received.sha256, received.path),
    ),
  );
  return file.id;
}

async function receivedAt(path: string): Promise<Received> {
  const hash = createHash('sha256');
  const { size } = await stat(path).catch((cause) => {
    throw new AppError('internal_error', `The engine left no file at ${path}.`, { cause });
  });
  await pipeline(createReadStream(path), hash);
  return { path, sizeBytes: size, sha256: hash.digest('hex') };
}
