import type { MediaFacts } from '../../../../domain/media-facts.ts';
import type { Media } from '../../../../media/media.ts';
import { findCuts, type SeenFrame } from './find-cuts.ts';
import { followMotion } from './follow-motion.ts';
import { frameLook, lightDistance } from './frame-look.ts';
import { lumaPyramid } from './luma-pyramid.ts';
import { type MotionSample, motionSamples } from './motion-samples.ts';
import { steadinessOf } from './steadiness.ts';

/** What is known of a reference video. Plain JSON; the same file gives the same reading. */
export interface ClipReading {
  /** How much of the clip was read: all of it, up to a minute. */
  seconds: number;
  /** Frames per second of `motion` and `frames`: those of the film, so that a frame read is a frame shown. */
  fps: number;
  /** Width over height. */
  ratio: number;
  /** Where a new shot begins: the time of its first frame. Never 0. */
  cutsSeconds: number[];
  /** One per frame. */
  motion: MotionSample[];
  /** One per frame. */
  frames: FrameQuality[];
  /** 1: as from a tripod or a slider; below 0.5: shaken so that everyone sees it. */
  steadiness: number;
}

export interface FrameQuality {
  /** Mean brightness, 0 to 1. */
  light: number;
  /** Spread of the brightness, 0 to 1. */
  contrast: number;
  /** Mean strength of the strongest edges, 0 to 255; comparable within one clip. */
  sharpness: number;
  /** Mean difference from the frame before, 0 to 1; exactly or nearly 0 in a frozen picture. */
  change: number;
}

/** The rate of our films. */
const fps = 24;
const longSide = 192;
const shortestSide = 48;
const mostSeconds = 60;

/** Decodes the clip once, small. Throws where it cannot be decoded, and when aborted. */
export async function readClip(options: {
  media: Media;
  path: string;
  facts: MediaFacts;
  signal: AbortSignal;
}): Promise<ClipReading> {
  const { media, path, facts, signal } = options;
  const size = sizeFor(path, facts);
  const seen: SeenFrame[] = [];
  const follow = followMotion();
  // The shortest clip holds a picture too.
  const seconds = Math.max(1 / fps, Math.min(mostSeconds, facts.durationSeconds ?? mostSeconds));
  for await (const rgba of media.decodeVideo(path, { ...size, fps, startSeconds: 0, seconds, signal })) {
    const pyramid = lumaPyramid(rgba, size.width, size.height);
    seen.push({ look: frameLook(rgba, pyramid), since: follow(pyramid) });
  }
  const cuts = findCuts(seen);
  const motion = motionSamples(
    seen.map(({ since }) => since),
    { cuts, fps },
  );
  return {
    seconds: seen.length / fps,
    fps,
    ratio: size.width / size.height,
    cutsSeconds: cuts.map((frame) => frame / fps),
    motion,
    frames: seen.map((frame, index) => qualityOf(frame, seen[index - 1])),
    steadiness: steadinessOf(motion, cuts),
  };
}

function sizeFor(path: string, { width, height }: MediaFacts): { width: number; height: number } {
  if (width === undefined || height === undefined)
    throw new Error(`The size of ${path} is not known; probe it before it is read.`);
  const scale = longSide / Math.max(width, height);
  const side = (length: number) => Math.max(shortestSide, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

function qualityOf({ look }: SeenFrame, before: SeenFrame | undefined): FrameQuality {
  const { light, contrast, sharpness } = look;
  return { light, contrast, sharpness, change: before === undefined ? 0 : lightDistance(before.look, look) };
}
