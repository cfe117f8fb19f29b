import type { Plane, Pyramid } from './luma-pyramid.ts';
import type { Point } from './pick-points.ts';

/** Where a place of one frame went in the next, in pixels. */
export interface Track {
  from: Point;
  to: Point;
  /**
   * How far the place is known along each axis: the gradient matrix of the patch, its larger eigenvalue scaled to at
   * most 1. A straight edge tells of the way across it only.
   */
  known: { xx: number; xy: number; yy: number };
}

const reach = 5;
const side = 2 * reach + 1;
const mostSteps = 10;
/** Smallest step worth another round, in pixels. */
const enough = 0.004;
const gradientNoise = side * side * 6;
const template = new Float32Array(side * side);
const gradientX = new Float32Array(side * side);
const gradientY = new Float32Array(side * side);

/**
 * Follows a patch from one frame to the next by the iterative method of Lucas and Kanade on a pyramid (as Bouguet
 * describes it), against the patch's own mean, so that light may change. `expected` is the shift at full size to
 * start from. Undefined where the patch leaves the frame or is not found again.
 */
export function trackPoint(options: {
  from: Pyramid;
  to: Pyramid;
  point: Point;
  expected: Point;
}): Track | undefined {
  const { from, to, point, expected } = options;
  let shift = expected;
  let known = { xx: 0, xy: 0, yy: 0 };
  for (let level = Math.min(from.length, to.length) - 1; level >= 0; level--) {
    const here = from[level];
    const there = to[level];
    if (here === undefined || there === undefined) continue;
    const scale = 2 ** level;
    const at = { x: (point.x + 0.5) / scale - 0.5, y: (point.y + 0.5) / scale - 0.5 };
    const found = refine({ here, there, at, shift: { x: shift.x / scale, y: shift.y / scale } });
    // A small level may be too small for this place; only the largest must succeed.
    if (found === undefined && level === 0) return undefined;
    if (found === undefined) continue;
    shift = { x: found.shift.x * scale, y: found.shift.y * scale };
    known = found.known;
  }
  return { from: point, to: { x: point.x + shift.x, y: point.y + shift.y }, known };
}

function refine(options: {
  here: Plane;
  there: Plane;
  at: Point;
  shift: Point;
}): { shift: Point; known: Track['known'] } | undefined {
  const { here, there, at } = options;
  if (!holdsPatch(here, at.x, at.y, reach + 1)) return undefined;
  const { xx, xy, yy, contrast } = readTemplate(here, at);
  const determinant = (xx + 1) * (yy + 1) - xy * xy;
  let { x, y } = options.shift;
  for (let step = 0; step < mostSteps; step++) {
    if (!holdsPatch(there, at.x + x, at.y + y, reach)) return undefined;
    const { towardX, towardY } = mismatch(there, at.x + x, at.y + y);
    const stepX = ((yy + 1) * towardX - xy * towardY) / determinant;
    const stepY = ((xx + 1) * towardY - xy * towardX) / determinant;
    x += stepX;
    y += stepY;
    if (Math.hypot(x - options.shift.x, y - options.shift.y) > side) return undefined;
    if (Math.hypot(stepX, stepY) < enough) break;
  }
  if (!holdsPatch(there, at.x + x, at.y + y, reach)) return undefined;
  const { error } = mismatch(there, at.x + x, at.y + y);
  if (error > 0.35 * contrast + side * side * 4) return undefined;
  const larger = (xx + yy) / 2 + Math.hypot((xx - yy) / 2, xy) + gradientNoise;
  return { shift: { x, y }, known: { xx: xx / larger, xy: xy / larger, yy: yy / larger } };
}

function holdsPatch({ width, height }: Plane, x: number, y: number, around: number): boolean {
  return x >= around && y >= around && x < width - around - 1 && y < height - around - 1;
}

/** Fills the patch and its gradients; answers with its gradient matrix and its contrast (sum of squares). */
function readTemplate(plane: Plane, at: Point): { xx: number; xy: number; yy: number; contrast: number } {
  let mean = 0;
  let meanX = 0;
  let meanY = 0;
  for (let row = 0, index = 0; row < side; row++)
    for (let column = 0; column < side; column++, index++) {
      const x = at.x + column - reach;
      const y = at.y + row - reach;
      mean += template[index] = sample(plane, x, y);
      meanX += gradientX[index] = (sample(plane, x + 1, y) - sample(plane, x - 1, y)) / 2;
      meanY += gradientY[index] = (sample(plane, x, y + 1) - sample(plane, x, y - 1)) / 2;
    }
  const count = side * side;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let contrast = 0;
  for (let index = 0; index < count; index++) {
    const value = (template[index] as number) - mean / count;
    const gx = (gradientX[index] as number) - meanX / count;
    const gy = (gradientY[index] as number) - meanY / count;
    template[index] = value;
    gradientX[index] = gx;
    gradientY[index] = gy;
    xx += gx * gx;
    xy += gx * gy;
    yy += gy * gy;
    contrast += value * value;
  }
  return { xx, xy, yy, contrast };
}

/** What is left of the patch over the other frame: its sum of squares, and the direction that would lessen it. */
function mismatch(
  { width, data }: Plane,
  centreX: number,
  centreY: number,
): { error: number; towardX: number; towardY: number } {
  const left = Math.floor(centreX) - reach;
  const top = Math.floor(centreY) - reach;
  const fx = centreX - Math.floor(centreX);
  const fy = centreY - Math.floor(centreY);
  const w00 = (1 - fx) * (1 - fy);
  const w10 = fx * (1 - fy);
  const w01 = (1 - fx) * fy;
  const w11 = fx * fy;
  let sum = 0;
  let squares = 0;
  let towardX = 0;
  let towardY = 0;
  for (let row = 0, index = 0; row < side; row++) {
    let at = (top + row) * width + left;
    for (let column = 0; column < side; column++, index++, at++) {
      const value =
        w00 * (data[at] as number) +
        w10 * (data[at + 1] as number) +
        w01 * (data[at + width] as number) +
        w11 * (data[at + width + 1] as number);
      const difference = (template[index] as number) - value;
      sum += difference;
      squares += difference * difference;
      // The gradients have no mean, so the mean of the differences drops out by itself.
      towardX += difference * (gradientX[index] as number);
      towardY += difference * (gradientY[index] as number);
    }
  }
  return { error: squares - (sum * sum) / (side * side), towardX, towardY };
}

function sample({ width, data }: Plane, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = x - left;
  const fy = y - top;
  const at = top * width + left;
  return (
    (1 - fy) * ((1 - fx) * (data[at] as number) + fx * (data[at + 1] as number)) +
    fy * ((1 - fx) * (data[at + width] as number) + fx * (data[at + width + 1] as number))
  );
}
