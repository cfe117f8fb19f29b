import type { OklabPlanes } from './oklab.ts';

/**
 * The plain ground of a photo as a smooth surface: per channel, value = c0 + c1 x + c2 y + c3 x² + c4 xy + c5 y²,
 * with x and y from -1 to 1 across the photo.
 */
export interface Background {
  L: Float64Array;
  a: Float64Array;
  b: Float64Array;
  /** How much of the rim follows the surface, 0 to 1: near 1 is a studio ground, low is a scene. */
  plainness: number;
}

const terms = 6;
const rimShare = 0.03;
const rounds = 6;

/** Fits the ground to the rim of the photo, leaving out whatever of the rim the subject covers. */
export function fitBackground(planes: OklabPlanes): Background {
  const { width, height } = planes;
  const rim = rimPixels(width, height);
  let kept = startingInliers(planes, rim);
  let fit = fitSurface(planes, kept);
  for (let round = 0; round < rounds; round++) {
    const closer = rim.filter((index) => offSurface(fit, planes, index) < 0.03);
    if (closer.length < rim.length * 0.1) break;
    kept = closer;
    fit = fitSurface(planes, kept);
  }
  return { ...fit, plainness: kept.length / rim.length };
}

/**
 * Fits the ground again, now to everything known to be ground (`ground[i] !== 0`), sampled. Shadows are left
 * out: the surface is the ground as it would be lit without the subject.
 */
export function refitBackground(planes: OklabPlanes, ground: Uint8Array, plainness: number): Background {
  const step = 37;
  let kept: number[] = [];
  for (let index = 0; index < ground.length; index += step) if (ground[index] !== 0) kept.push(index);
  let fit = fitSurface(planes, kept);
  for (let round = 0; round < rounds; round++) {
    const lit = kept.filter((index) => offSurface(fit, planes, index) < 0.012);
    if (lit.length < terms * 10 || lit.length === kept.length) break;
    kept = lit;
    fit = fitSurface(planes, kept);
  }
  return { ...fit, plainness };
}

export function surfaceAt(c: Float64Array, x: number, y: number): number {
  return (
    (c[0] ?? 0) +
    (c[1] ?? 0) * x +
    (c[2] ?? 0) * y +
    ((c[3] ?? 0) * x + (c[4] ?? 0) * y) * x +
    (c[5] ?? 0) * y * y
  );
}

type Fit = Pick<Background, 'L' | 'a' | 'b'>;

function rimPixels(width: number, height: number): number[] {
  const depth = Math.max(2, Math.round(Math.min(width, height) * rimShare));
  const pixels: number[] = [];
  for (let y = 0; y < height; y += 3)
    for (let x = 0; x < width; x += 3)
      if (x < depth || y < depth || x >= width - depth || y >= height - depth) pixels.push(y * width + x);
  return pixels;
}

/** The rim pixels around its most common lightness: a subject over the edge must not pull the first fit. */
function startingInliers(planes: OklabPlanes, rim: number[]): number[] {
  const bins = new Uint32Array(64);
  for (const index of rim) {
    const bin = Math.min(63, Math.floor((planes.L[index] ?? 0) * 64));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  let best = 0;
  let bestCount = -1;
  for (let bin = 0; bin < 64; bin++) {
    const count = (bins[bin - 1] ?? 0) + (bins[bin] ?? 0) + (bins[bin + 1] ?? 0);
    if (count > bestCount) {
      best = bin;
      bestCount = count;
    }
  }
  const middle = (best + 0.5) / 64;
  const inliers = rim.filter((index) => Math.abs((planes.L[index] ?? 0) - middle) < 0.06);
  return inliers.length >= terms ? inliers : rim;
}

function offSurface(fit: Fit, planes: OklabPlanes, index: number): number {
  const x = ((index % planes.width) / planes.width) * 2 - 1;
  const y = (Math.floor(index / planes.width) / planes.height) * 2 - 1;
  const L = (planes.L[index] ?? 0) - surfaceAt(fit.L, x, y);
  const a = (planes.a[index] ?? 0) - surfaceAt(fit.a, x, y);
  const b = (planes.b[index] ?? 0) - surfaceAt(fit.b, x, y);
  return Math.sqrt(L * L + a * a + b * b);
}

function fitSurface(planes: OklabPlanes, pixels: number[]): Fit {
  const normal = new Float64Array(terms * terms);
  const right = { L: new Float64Array(terms), a: new Float64Array(terms), b: new Float64Array(terms) };
  const basis = new Float64Array(terms);
  for (const index of pixels) {
    const x = ((index % planes.width) / planes.width) * 2 - 1;
    const y = (Math.floor(index / planes.width) / planes.height) * 2 - 1;
    basis[0] = 1;
    basis[1] = x;
    basis[2] = y;
    basis[3] = x * x;
    basis[4] = x * y;
    basis[5] = y * y;
    for (let row = 0; row < terms; row++) {
      const weight = basis[row] ?? 0;
      for (let column = row; column < terms; column++)
        normal[row * terms + column] = (normal[row * terms + column] ?? 0) + weight * (basis[column] ?? 0);
      right.L[row] = (right.L[row] ?? 0) + weight * (planes.L[index] ?? 0);
      right.a[row] = (right.a[row] ?? 0) + weight * (planes.a[index] ?? 0);
      right.b[row] = (right.b[row] ?? 0) + weight * (planes.b[index] ?? 0);
    }
  }
  for (let row = 1; row < terms; row++)
    for (let column = 0; column < row; column++)
      normal[row * terms + column] = normal[column * terms + row] ?? 0;
  // A touch of ridge keeps the system solvable when the known ground lies in one corner.
  const ridge = Math.max(1, pixels.length) * 1e-4;
  for (let row = 1; row < terms; row++) normal[row * terms + row] = (normal[row * terms + row] ?? 0) + ridge;
  return { L: solve(normal, right.L), a: solve(normal, right.a), b: solve(normal, right.b) };
}

/** Gaussian elimination with pivoting on a copy of a `terms` by `terms` system. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const rows = Array.from({ length: terms }, (_, row) => [
    ...matrix.subarray(row * terms, (row + 1) * terms),
    right[row] ?? 0,
  ]);
  for (let column = 0; column < terms; column++) {
    let pivot = column;
    for (let row = column + 1; row < terms; row++)
      if (Math.abs(rows[row]?.[column] ?? 0) > Math.abs(rows[pivot]?.[column] ?? 0)) pivot = row;
    const top = rows[pivot] ?? [];
    rows[pivot] = rows[column] ?? [];
    rows[column] = top;
    const lead = top[column] ?? 0;
    if (Math.abs(lead) < 1e-12) continue;
    for (let row = 0; row < terms; row++) {
      if (row === column) continue;
      const target = rows[row] ?? [];
      const factor = (target[column] ?? 0) / lead;
      for (let k = column; k <= terms; k++) target[k] = (target[k] ?? 0) - factor * (top[k] ?? 0);
    }
  }
  return Float64Array.from(rows, (row, index) => {
    const lead = row[index] ?? 0;
    return Math.abs(lead) < 1e-12 ? 0 : (row[terms] ?? 0) / lead;
  });
}
