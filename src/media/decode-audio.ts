import { allOf } from './child-answers.ts';
import { soundFilter } from './filters.ts';
import { longestSeconds, readingLimits } from './limits.ts';
import { type Sound, soundRate } from './media.ts';
import type { MediaTools } from './media-tools.ts';
import { openMedia } from './open-media.ts';
import { withChild } from './start-child.ts';
import { undecodable, unreadable } from './unreadable.ts';

const bytesPerSample = 8;

export async function decodeAudio(
  tools: MediaTools,
  path: string,
  { maxSeconds, signal }: { maxSeconds: number; signal?: AbortSignal },
): Promise<Sound> {
  signal?.throwIfAborted();
  if (!(maxSeconds > 0 && maxSeconds <= longestSeconds))
    throw new RangeError(
      `${maxSeconds} seconds of sound cannot be decoded; choose more than 0 and at most ${longestSeconds}.`,
    );
  const opening = await openMedia(path);
  if (opening.status === 'unreadable') throw unreadable(path, opening.reason);
  const { source, container } = opening.media;
  const samples = Math.round(maxSeconds * soundRate);
  const command = tools.backend.command({ task: 'sound', source, filter: soundFilter, samples });
  const { answer, ending } = await withChild(tools, { command, limits: readingLimits, signal }, (child) =>
    allOf(child.stdout, samples * bytesPerSample),
  );
  if (ending.status === 'failed' || answer.length === 0) throw undecodable(path, ending, container);
  return splitChannels(answer);
}

// Lossy codecs overshoot, and a damaged file may hold anything, so samples are brought into range here.
function splitChannels(interleaved: Buffer): Sound {
  const count = Math.floor(interleaved.length / bytesPerSample);
  const left = new Float32Array(count);
  const right = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    left[index] = inRange(interleaved.readFloatLE(index * bytesPerSample));
    right[index] = inRange(interleaved.readFloatLE(index * bytesPerSample + 4));
  }
  return { left, right };
}

const inRange = (sample: number) => (sample > -1 ? Math.min(sample, 1) : sample <= -1 ? -1 : 0);
