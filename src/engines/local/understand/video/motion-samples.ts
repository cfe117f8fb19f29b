import type { FrameMotion } from './frame-motion.ts';
import { type Similarity, scaleOf, turnOf } from './similarity.ts';

/**
 * What the whole picture did since the frame before: its content moved by `x` and `y` short sides of the frame (right
 * and down), grew by `zoom` and turned by `rollDegrees` clockwise, both about the middle of the frame.
 */
export interface MotionSample {
  seconds: number;
  x: number;
  y: number;
  zoom: number;
  rollDegrees: number;
  /** Share of the frame this was measured on; 0 at the first frame of a shot and where it was bridged. */
  confidence: number;
}

/** Below this a measurement is bridged from its neighbours: a flash does not move the camera. */
const leastConfidence = 0.3;

/** `cuts` are the frames that begin a new shot: nothing moved into them. */
export function motionSamples(
  measured: readonly FrameMotion[],
  { cuts, fps }: { cuts: readonly number[]; fps: number },
): MotionSample[] {
  const starts = new Set([0, ...cuts]);
  const samples = measured.map(({ motion, confidence }, index): MotionSample => {
    const seconds = index / fps;
    if (starts.has(index) || confidence < leastConfidence) return { ...still, seconds };
    return {
      seconds,
      x: motion.x,
      y: motion.y,
      zoom: scaleOf(motion),
      rollDegrees: turnOf(motion),
      confidence,
    };
  });
  return samples.map((sample, index) =>
    sample.confidence > 0 || starts.has(index) ? sample : bridged(samples, { index, starts }),
  );
}

export function similarityOf({
  x,
  y,
  zoom,
  rollDegrees,
}: Omit<MotionSample, 'seconds' | 'confidence'>): Similarity {
  const radians = (rollDegrees * Math.PI) / 180;
  return { a: zoom * Math.cos(radians), b: zoom * Math.sin(radians), x, y };
}

const still: Omit<MotionSample, 'seconds'> = { x: 0, y: 0, zoom: 1, rollDegrees: 0, confidence: 0 };

/** The motion of the nearest measured frames of the same shot on both sides, by their distance. */
function bridged(
  samples: readonly MotionSample[],
  { index, starts }: { index: number; starts: ReadonlySet<number> },
): MotionSample {
  const sample = samples[index] ?? { ...still, seconds: 0 };
  const before = nearest(samples, { index, step: -1, starts });
  const after = nearest(samples, { index, step: 1, starts });
  // With one side only, the camera is not carried on further than it was seen to move.
  if (before === undefined || after === undefined) return sample;
  const span = after.seconds - before.seconds;
  const share = (sample.seconds - before.seconds) / span;
  const between = (one: number, other: number) => one + (other - one) * share;
  return {
    seconds: sample.seconds,
    x: between(before.x, after.x),
    y: between(before.y, after.y),
    zoom: between(before.zoom, after.zoom),
    rollDegrees: between(before.rollDegrees, after.rollDegrees),
    confidence: 0,
  };
}

function nearest(
  samples: readonly MotionSample[],
  { index, step, starts }: { index: number; step: 1 | -1; starts: ReadonlySet<number> },
): MotionSample | undefined {
  for (let at = index + step; at >= 0 && at < samples.length; at += step) {
    if (starts.has(at)) return undefined;
    const sample = samples[at];
    if (sample !== undefined && sample.confidence > 0) return sample;
  }
  return undefined;
}
