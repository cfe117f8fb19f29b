import { allOf } from './child-answers.ts';
import { fitFilter } from './filters.ts';
import { longestSide, mostPixels, readingLimits } from './limits.ts';
import type { Bitmap } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { openMedia } from './open-media.ts';
import { withChild } from './start-child.ts';
import { undecodable, unreadable } from './unreadable.ts';

const mostHeaderBytes = 256;

export async function decodeImage(
  tools: MediaTools,
  path: string,
  { maxSide, signal }: { maxSide: number; signal?: AbortSignal },
): Promise<Bitmap> {
  signal?.throwIfAborted();
  if (!(Number.isInteger(maxSide) && maxSide >= 1 && maxSide <= longestSide))
    throw new RangeError(
      `An image cannot be fitted into ${maxSide} pixels; choose from 1 to ${longestSide}.`,
    );
  const opening = await openMedia(path);
  if (opening.status === 'unreadable') throw unreadable(path, opening.reason);
  const { source, upright, container, name } = opening.media;
  const isFilm = container.kind === 'film';
  const filter = fitFilter({ upright, maxSide, alpha: !isFilm && name !== 'jpeg', oblong: isFilm });
  const command = tools.backend.command({ task: 'picture', source, filter });
  const mostBytes = Math.min(maxSide * maxSide, mostPixels) * 4 + mostHeaderBytes;
  const { answer, ending } = await withChild(tools, { command, limits: readingLimits, signal }, (child) =>
    allOf(child.stdout, mostBytes),
  );
  const bitmap = ending.status === 'done' ? readPam(answer) : undefined;
  if (bitmap === undefined) throw undecodable(path, ending, container);
  return bitmap;
}

// Both backends answer with a PAM file: a few lines of text, then the pixels.
function readPam(answer: Buffer): Bitmap | undefined {
  const head = /^P7\nWIDTH (\d+)\nHEIGHT (\d+)\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n/.exec(
    answer.toString('latin1', 0, mostHeaderBytes),
  );
  if (head === null) return undefined;
  const [width, height] = [Number(head[1]), Number(head[2])];
  const data = answer.subarray(head[0].length);
  return width > 0 && height > 0 && data.length === width * height * 4 ? { width, height, data } : undefined;
}
