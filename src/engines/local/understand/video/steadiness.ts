import type { MotionSample } from './motion-samples.ts';
import { smoothPath } from './smooth-path.ts';
import { type CameraPoint, travelledPath } from './travelled-path.ts';

/** Hands shake above this rate, slides and pans stay below it. */
export const shakeHertz = 1;

/** Shake, in short sides (root mean square), at which steadiness is one half: 5 pixels of a film of 1080 lines. */
const visibleShake = 0.005;

/** `cuts` are the frames that begin a new shot. */
export function steadinessOf(motion: readonly MotionSample[], cuts: readonly number[]): number {
  const starts = [0, ...cuts];
  const shakes = starts.flatMap((start, index) => shakeOf(motion.slice(start, starts[index + 1])));
  return steadinessAt(rootMeanSquare(shakes));
}

/** 1 without any shake, one half where it is plainly seen. */
export function steadinessAt(shake: number): number {
  return 1 / (1 + (shake / visibleShake) ** 2);
}

/** How far each frame of one shot is off the smooth path, in short sides. */
export function shakeOf(motion: readonly MotionSample[]): number[] {
  const fps = rateOf(motion);
  if (fps === undefined) return motion.map(() => 0);
  const path = travelledPath(motion);
  const smooth = smoothPath(path, { cutoffHertz: shakeHertz, fps });
  return path.map((point, index) => distanceBetween(point, smooth[index] ?? point));
}

export function rootMeanSquare(values: readonly number[]): number {
  if (values.length === 0) return 0;
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}

function rateOf(motion: readonly MotionSample[]): number | undefined {
  const [first, second] = motion;
  return first === undefined || second === undefined ? undefined : 1 / (second.seconds - first.seconds);
}

/** How far a place halfway to the edge of the frame is apart. */
function distanceBetween(one: CameraPoint, other: CameraPoint): number {
  const shift = Math.hypot(one.x - other.x, one.y - other.y) * one.zoom;
  const growth = 0.5 * Math.log(one.zoom / other.zoom);
  const turn = (0.5 * (one.rollDegrees - other.rollDegrees) * Math.PI) / 180;
  return Math.hypot(shift, growth, turn);
}
