import { blocksOf } from './child-answers.ts';
import { coverFilter } from './filters.ts';
import { type Rate, rateOf } from './job.ts';
import { longestSeconds, streamingLimits } from './limits.ts';
import type { DecodeVideoOptions } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { openMedia } from './open-media.ts';
import { startChild } from './start-child.ts';
import { undecodable, unreadable } from './unreadable.ts';

const longestDecodedSide = 4_096;

export async function* decodeVideo(
  tools: MediaTools,
  path: string,
  options: DecodeVideoOptions,
): AsyncGenerator<Buffer> {
  const { width, height, startSeconds, signal } = options;
  signal?.throwIfAborted();
  const rate = rateOf(options.fps);
  const frames = framesWanted(options, rate);
  if (frames === 0) return;
  const opening = await openMedia(path);
  if (opening.status === 'unreadable') throw unreadable(path, opening.reason);
  const { source, upright, container } = opening.media;
  const filter = coverFilter({ upright, width, height });
  const command = tools.backend.command({
    task: 'pictures',
    source,
    filter,
    width,
    height,
    rate,
    startSeconds,
    frames,
  });
  const child = await startChild(tools, { command, limits: streamingLimits, signal });
  let sent = 0;
  try {
    for await (const frame of blocksOf(child.stdout, width * height * 4)) {
      // The clock is for the child: whoever takes the frames may take all day.
      child.rest();
      yield frame;
      child.expectAnswer();
      sent += 1;
      if (sent === frames) return;
    }
    const ending = await child.ended;
    signal?.throwIfAborted();
    // Behind the end of a film there is nothing; at its beginning there is a picture.
    if (ending.status === 'failed' || (sent === 0 && startSeconds === 0))
      throw undecodable(path, ending, container);
  } finally {
    child.kill();
    await child.ended;
    signal?.throwIfAborted();
  }
}

function framesWanted({ width, height, startSeconds, seconds }: DecodeVideoOptions, rate: Rate): number {
  for (const side of [width, height])
    if (!(Number.isInteger(side) && side >= 1 && side <= longestDecodedSide))
      throw new RangeError(
        `A video cannot be decoded at ${width} x ${height}; choose sides from 1 to ${longestDecodedSide}.`,
      );
  for (const value of [startSeconds, seconds])
    if (!(value >= 0 && value <= longestSeconds))
      throw new RangeError(
        `${seconds} seconds from ${startSeconds} cannot be decoded; choose from 0 to ${longestSeconds}.`,
      );
  return Math.round((seconds * rate.numerator) / rate.denominator);
}
