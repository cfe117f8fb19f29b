import type { Adaptation } from '../../domain/adaptation.ts';
import type { MediaFacts } from '../../domain/media-facts.ts';
import type { Bitmap, Media, Sound } from '../../media/media.ts';
import { soundRate } from '../../media/media.ts';
import { rgbaToI420 } from '../../media/rgba-to-i420.ts';
import { UnreadableMedia } from '../../media/unreadable.ts';
import { writeWav } from '../../media/write-wav.ts';

export type Coders = Pick<Media, 'decodeImage' | 'decodeVideo' | 'decodeAudio' | 'encode' | 'encodeStill'>;

export interface Source {
  path: string;
  facts: MediaFacts;
  signal: AbortSignal;
}

const stillQuality = 92;
const highestFps = 60;

/** Writes the reference at `source` as `adaptation` wants it. Foreign bytes are opened by the media children alone. */
export function adaptMedia(media: Coders, source: Source, adaptation: Adaptation, to: string): Promise<void> {
  switch (adaptation.kind) {
    case 'image':
      return adaptImage(media, source, adaptation, to);
    case 'video':
      return adaptVideo(media, source, adaptation, to);
    case 'audio':
      return adaptAudio(media, source, adaptation, to);
  }
}

async function adaptImage(
  media: Coders,
  { path, facts, signal }: Source,
  { width = 0, height = 0 }: Adaptation,
  to: string,
): Promise<void> {
  const { width: ownWidth = 0, height: ownHeight = 0 } = facts;
  // What only gets smaller keeps clean edges where it is transparent; cut or enlarged it is taken like a film's frame.
  const getsSmaller = width <= ownWidth && Math.abs((width * ownHeight) / (height * ownWidth) - 1) < 0.01;
  const bitmap = getsSmaller
    ? await media.decodeImage(path, { maxSide: Math.max(width, height), signal })
    : await firstFrame(media, { path, signal, width, height });
  await media.encodeStill(bitmap, { path: to, quality: stillQuality });
}

async function firstFrame(
  media: Coders,
  { path, signal, width, height }: { path: string; signal: AbortSignal; width: number; height: number },
): Promise<Bitmap> {
  const fps = 25;
  const decoding = { width, height, fps, startSeconds: 0, seconds: 1 / fps, signal };
  for await (const data of media.decodeVideo(path, decoding)) return { width, height, data };
  throw new UnreadableMedia('the picture has no frame');
}

async function adaptVideo(
  media: Coders,
  { path, facts, signal }: Source,
  { width = 0, height = 0, seconds = facts.durationSeconds ?? 0 }: Adaptation,
  to: string,
): Promise<void> {
  const fps = Math.min(highestFps, Math.max(1, facts.fps ?? 24));
  const sound =
    facts.audioCodec === undefined
      ? undefined
      : await media.decodeAudio(path, { maxSeconds: seconds, signal });
  const encoder = await media.encode({
    path: to,
    width,
    height,
    fps,
    signal,
    ...(sound === undefined ? {} : { sound }),
  });
  try {
    for await (const frame of media.decodeVideo(path, {
      width,
      height,
      fps,
      startSeconds: 0,
      seconds,
      signal,
    }))
      await encoder.write(rgbaToI420(frame, width, height));
    await encoder.finish();
  } finally {
    encoder.abort();
  }
}

async function adaptAudio(
  media: Coders,
  { path, facts, signal }: Source,
  { seconds = facts.durationSeconds ?? 0 }: Adaptation,
  to: string,
): Promise<void> {
  const sound = await media.decodeAudio(path, { maxSeconds: seconds, signal });
  await writeWav(to, shortened(sound, seconds));
}

function shortened({ left, right }: Sound, seconds: number): Sound {
  const samples = Math.round(seconds * soundRate);
  return { left: left.subarray(0, samples), right: right.subarray(0, samples) };
}
