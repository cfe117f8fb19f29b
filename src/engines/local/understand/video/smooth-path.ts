import { localQuadratic } from './local-quadratic.ts';
import { swayOf } from './sway.ts';
import type { CameraPoint } from './travelled-path.ts';

/** Faster than a hand: vibration and measuring noise, dropped from every path. */
export const handHertz = 4;

/**
 * The path without what is faster than `cutoffHertz` and goes to and fro. Steady moves and even accelerations stay
 * as they are, also at both ends; so does a whip pan, which is fast but does not come back.
 */
export function smoothPath(
  path: readonly CameraPoint[],
  { cutoffHertz, fps }: { cutoffHertz: number; fps: number },
): CameraPoint[] {
  const smooth = (values: number[]) => withoutSway(values, { cutoffHertz, fps });
  const x = smooth(path.map((point) => point.x));
  const y = smooth(path.map((point) => point.y));
  // Equal steps of a zoom are equal ratios.
  const zoom = smooth(path.map((point) => Math.log(point.zoom)));
  const roll = smooth(path.map((point) => point.rollDegrees));
  return path.map((_, index) => ({
    x: x[index] ?? 0,
    y: y[index] ?? 0,
    zoom: Math.exp(zoom[index] ?? 0),
    rollDegrees: roll[index] ?? 0,
  }));
}

function withoutSway(values: number[], { cutoffHertz, fps }: { cutoffHertz: number; fps: number }): number[] {
  const smooth = localQuadratic(values, { cutoffHertz, fps });
  if (cutoffHertz >= handHertz) return smooth;
  const sway = swayOf(values, fps);
  const calm = values.map((value, index) => {
    const off = value - (smooth[index] ?? value);
    const most = sway[index] ?? 0;
    return value - Math.min(most, Math.max(-most, off));
  });
  return localQuadratic(calm, { cutoffHertz: handHertz, fps });
}
