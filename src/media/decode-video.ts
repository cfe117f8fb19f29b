import { blocksOf } from './child-answers.ts';
import { coverFilter } from './filters.ts';
import { rateOf } from './job.ts';
import { streamingLimits } from './limits.ts';
import type { DecodeVideoOptions } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { openMedia } from './open-media.ts';
import { spawnChild } from './spawn-child.ts';
import { undecodable, unreadable } from './unreadable.ts';

export async function* decodeVideo(
  tools: MediaTools,
  path: string,
  options: DecodeVideoOptions,
): AsyncGenerator<Buffer> {
  const { width, height, startSeconds, seconds, signal } = options;
  signal?.throwIfAborted();
  const rate = rateOf(options.fps);
  const frames = Math.round((seconds * rate.numerator) / rate.denominator);
  if (frames < 1) return;
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
  const child = await spawnChild({ command, limits: streamingLimits, scratch: tools.scratch, signal });
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
    if (ending.status === 'failed' || sent === 0) throw undecodable(path, ending, container);
  } finally {
    child.kill();
    await child.ended;
    signal?.throwIfAborted();
  }
}
