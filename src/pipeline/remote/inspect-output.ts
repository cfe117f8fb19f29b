import { join } from 'node:path';
import type { Check } from '../../domain/check.ts';
import { AppError } from '../../domain/errors.ts';
import type { MediaFacts } from '../../domain/media-facts.ts';
import type { Received } from '../../files/scratch.ts';
import { findInspection, keepInspection } from '../../store/inspections.ts';
import { lookOver } from '../check-output.ts';
import type { PipelineDeps } from '../deps.ts';
import { receivedAt } from '../judge-output.ts';

export interface Inspected {
  poster: Received;
  posterFacts: MediaFacts;
  checks: Check[];
  /** The poster lies in the store already: it must not be taken over once more. */
  isKept: boolean;
  /** Says that the video with these bytes has been kept, so that nobody need look at it again. */
  remember(): Promise<void>;
}

const posterAt = 0.3;
const posterQuality = 88;

/** A poster for a video that an engine elsewhere made, and what a look at it finds; once for each of its contents. */
export async function inspectOutput(
  deps: Pick<PipelineDeps, 'store' | 'files' | 'media'>,
  options: { video: Received; facts: MediaFacts; folder: string },
): Promise<Inspected> {
  const { video, facts, folder } = options;
  const known = await findInspection(deps.store, video.sha256);
  if (known !== undefined) {
    const path = await deps.files.localPath(known.posterSha256).catch(ifGone);
    if (path !== undefined)
      return {
        poster: { path, sizeBytes: known.posterSizeBytes, sha256: known.posterSha256 },
        posterFacts: known.posterFacts,
        checks: known.checks,
        isKept: true,
        remember: async () => {},
      };
  }
  const poster = await makePoster(deps, { video, facts, path: join(folder, 'poster.jpg') });
  const { width = 0, height = 0 } = facts;
  const posterFacts: MediaFacts = { kind: 'image', contentType: 'image/jpeg', width, height };
  const checks = await lookOver(deps.media, video.path, facts);
  const { sizeBytes: posterSizeBytes, sha256: posterSha256 } = poster;
  const remember = () =>
    keepInspection(deps.store, video.sha256, { posterSha256, posterSizeBytes, posterFacts, checks });
  return { poster, posterFacts, checks, isKept: false, remember };
}

async function makePoster(
  { media }: Pick<PipelineDeps, 'media'>,
  { video, facts, path }: { video: Received; facts: MediaFacts; path: string },
): Promise<Received> {
  const { width = 0, height = 0, fps = 24, durationSeconds = 0 } = facts;
  const decoding = { width, height, fps, startSeconds: durationSeconds * posterAt, seconds: 2 / fps };
  for await (const data of media.decodeVideo(video.path, decoding)) {
    await media.encodeStill({ width, height, data }, { path, quality: posterQuality });
    return receivedAt(path);
  }
  throw new Error('the video has no frame where its poster should be');
}

function ifGone(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'not_found') return undefined;
  throw error;
}
