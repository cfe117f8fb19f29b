import { type MotionSample, similarityOf } from './motion-samples.ts';
import { compose, identity, inverse, type Similarity } from './similarity.ts';

/**
 * Where a camera stands against its first frame: moved by `x` and `y` short sides of that frame (right and down),
 * magnifying `zoom` times (above 1: closer), and rolled clockwise.
 */
export interface CameraPoint {
  x: number;
  y: number;
  zoom: number;
  rollDegrees: number;
}

/** The path behind the motion of one shot: its content went the other way. One point per sample. */
export function travelledPath(motion: readonly MotionSample[]): CameraPoint[] {
  let view = identity;
  let rollDegrees = 0;
  return motion.map((sample, index) => {
    if (index > 0) {
      view = compose(similarityOf(sample), view);
      rollDegrees -= sample.rollDegrees;
    }
    const { x, y } = inverse(view);
    return { x, y, zoom: Math.hypot(view.a, view.b), rollDegrees };
  });
}

/** Moves places of the first frame to where a camera at this point shows them. */
export function viewFrom({ x, y, zoom, rollDegrees }: CameraPoint): Similarity {
  const radians = (-rollDegrees * Math.PI) / 180;
  const a = zoom * Math.cos(radians);
  const b = zoom * Math.sin(radians);
  return { a, b, x: b * y - a * x, y: -b * x - a * y };
}
