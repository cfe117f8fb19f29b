import { findShift, likenessAt, type Shift } from './find-shift.ts';
import { type FrameMotion, frameMotion } from './frame-motion.ts';
import { type Plane, type Pyramid, smallestOf } from './luma-pyramid.ts';
import { compose, identity, inverse, type Similarity } from './similarity.ts';

export interface FollowedMotion extends FrameMotion {
  /** How alike the two frames are where they overlap, light apart, -1 to 1. */
  likeness: number;
}

interface Key {
  pyramid: Pyramid;
  /** From the key to the frame before. */
  travelled: Similarity;
  age: number;
}

/** A key is followed for half a second. */
const oldestKey = 12;
/** Below this the two frames have nothing in common that could be followed. */
const leastConfidence = 0.15;

/**
 * Measures the motion from each frame to the next, against a frame up to half a second older as well: every
 * measurement is short of the truth by a few hundredths of a pixel, and against a far frame that adds up once and
 * not at every frame.
 */
export function followMotion(): (next: Pyramid) => FollowedMotion {
  let before: Pyramid | undefined;
  let expected = identity;
  let key: Key | undefined;
  return (next) => {
    const last = before;
    before = next;
    if (last === undefined) {
      key = { pyramid: next, travelled: identity, age: 0 };
      return { motion: identity, confidence: 0, likeness: 1 };
    }
    const { guess, likeness } = shiftBetween({ from: last, to: next, expected });
    const step = frameMotion({ from: last, to: next, guess });
    const overKey = key === undefined ? undefined : measureOverKey({ key, step, next });
    const motion = overKey?.motion ?? step.motion;
    expected = step.confidence > leastConfidence ? motion : identity;
    key = overKey?.key ?? { pyramid: next, travelled: identity, age: 0 };
    return { motion, confidence: step.confidence, likeness };
  };
}

/** Undefined where the key has left the picture, or hardly anything could be followed. */
function measureOverKey(options: {
  key: Key;
  step: FrameMotion;
  next: Pyramid;
}): { motion: Similarity; key: Key } | undefined {
  const { key, step, next } = options;
  if (step.confidence < leastConfidence) return undefined;
  const age = key.age + 1;
  // The key is the frame before: that step has been measured.
  if (age === 1) return { motion: step.motion, key: { ...key, travelled: step.motion, age } };
  const guess = compose(step.motion, key.travelled);
  const far = frameMotion({ from: key.pyramid, to: next, guess });
  if (far.confidence < 0.7 * step.confidence) return undefined;
  const motion = compose(far.motion, inverse(key.travelled));
  const renewed = { pyramid: next, travelled: identity, age: 0 };
  return { motion, key: age >= oldestKey ? renewed : { ...key, travelled: far.motion, age } };
}

/** From the smallest level, so that a whip of the camera is not beyond reach. `expected` is what it did before. */
function shiftBetween(options: { from: Pyramid; to: Pyramid; expected: Similarity }): {
  guess: Similarity;
  likeness: number;
} {
  const from = smallestOf(options.from);
  const to = smallestOf(options.to);
  const short = Math.min(from.width, from.height);
  const { x, y, likeness } = goingOn({ from, to, expected: options.expected });
  return { guess: { a: 1, b: 0, x: x / short, y: y / short }, likeness };
}

/** The shift that is expected, unless another one is plainly better: somebody crossing the picture is not. */
function goingOn(options: { from: Plane; to: Plane; expected: Similarity }): Shift {
  const { from, to, expected } = options;
  const short = Math.min(from.width, from.height);
  const within = (shift: number, length: number) =>
    Math.round(Math.min(length * 0.4, Math.max(-length * 0.4, shift * short)));
  const x = within(expected.x, from.width);
  const y = within(expected.y, from.height);
  const likeness = likenessAt({ from, to, x, y });
  // So alike that a search could not find more.
  if (likeness > 0.985) return { x, y, likeness };
  const found = findShift(from, to);
  return found.likeness > likeness + 0.02 ? found : { x, y, likeness };
}
