import { fitSimilarity, type Pair } from './fit-similarity.ts';
import type { Pyramid } from './luma-pyramid.ts';
import { type Point, pickPoints } from './pick-points.ts';
import { apply, identity, type Similarity } from './similarity.ts';
import { trackPoint } from './track-point.ts';

/** What the whole picture did between two frames. */
export interface FrameMotion {
  /** Moves the places of the first frame to where they are in the second. */
  motion: Similarity;
  /** Share of the frame that tells of this motion, 0 to 1; at 0 the motion is none. */
  confidence: number;
}

/**
 * `from` and `to` are pyramids of one size. A `guess` of the motion spares the search for it, and `likeness` with it.
 * Deterministic.
 */
export function frameMotion(options: { from: Pyramid; to: Pyramid; guess: Similarity }): FrameMotion {
  const { from, to, guess } = options;
  const [{ width, height }] = from;
  const points = pickPoints(from[0]);
  const pixel = 1 / Math.min(width, height);
  const centred = ({ x, y }: Point) => ({
    x: (x - (width - 1) / 2) * pixel,
    y: (y - (height - 1) / 2) * pixel,
  });
  const pairs = points.flatMap((point): Pair[] => {
    const place = centred(point);
    const there = apply(guess, place);
    const expected = { x: (there.x - place.x) / pixel, y: (there.y - place.y) / pixel };
    const track = trackPoint({ from, to, point, expected });
    return track === undefined ? [] : [{ from: place, to: centred(track.to), known: track.known }];
  });
  const fit = fitSimilarity(pairs, pixel);
  if (fit === undefined) return { motion: identity, confidence: 0 };
  return { motion: fit.motion, confidence: (fit.agreement * pairs.length) / Math.max(12, points.length) };
}
