import { seededRandom } from '../../random.ts';
import { medianOf } from './median.ts';
import { identity, type Similarity } from './similarity.ts';

/** A place before and after, in the units of `Similarity`, and how well it is known along each axis. */
export interface Pair {
  from: { x: number; y: number };
  to: { x: number; y: number };
  known: { xx: number; xy: number; yy: number };
}

export interface Fit {
  motion: Similarity;
  /** Share of the pairs that move along, 0 to 1. */
  agreement: number;
}

const guesses = 96;
const rounds = 12;
/** Tukey's constant: 95 % efficiency on normal noise. */
const tukey = 4.685;

/**
 * The motion most of the pairs share. Guesses from two pairs each (RANSAC, always the same ones) find the group;
 * iteratively reweighted least squares with Tukey's weights makes it exact. `pixel` is one pixel in the pairs'
 * unit. Undefined where fewer than six pairs are known.
 */
export function fitSimilarity(pairs: readonly Pair[], pixel: number): Fit | undefined {
  if (pairs.length < 6) return undefined;
  let motion = bestGuess(pairs, pixel);
  for (let round = 0; round < rounds; round++) {
    const misses = pairs.map((pair) => missOf(motion, pair));
    const spread = Math.max(0.01 * pixel, 1.4826 * medianOf(misses));
    const limit = Math.min(tukey * spread, 2.5 * pixel);
    const weights = misses.map((miss) => (miss < limit ? (1 - (miss / limit) ** 2) ** 2 : 0));
    const next = leastSquares(pairs, weights);
    if (next === undefined) return undefined;
    motion = next;
  }
  const agreeing = pairs.filter((pair) => missOf(motion, pair) < 0.75 * pixel).length;
  return { motion, agreement: agreeing / pairs.length };
}

function bestGuess(pairs: readonly Pair[], pixel: number): Similarity {
  const random = seededRandom(pairs.length, 'camera motion');
  let best = identity;
  let least = Number.POSITIVE_INFINITY;
  for (let guess = 0; guess < guesses; guess++) {
    const one = pairs[Math.floor(random() * pairs.length)];
    const other = pairs[Math.floor(random() * pairs.length)];
    if (one === undefined || other === undefined || one === other) continue;
    const motion = fromTwo(one, other);
    if (motion === undefined) continue;
    let cost = 0;
    for (const pair of pairs) cost += Math.min(missOf(motion, pair), 0.35 * pixel);
    if (cost >= least) continue;
    least = cost;
    best = motion;
  }
  return best;
}

function fromTwo(one: Pair, other: Pair): Similarity | undefined {
  const x = other.from.x - one.from.x;
  const y = other.from.y - one.from.y;
  const toX = other.to.x - one.to.x;
  const toY = other.to.y - one.to.y;
  const square = x * x + y * y;
  if (square < 0.04) return undefined;
  const a = (x * toX + y * toY) / square;
  const b = (x * toY - y * toX) / square;
  return {
    a,
    b,
    x: one.to.x - a * one.from.x + b * one.from.y,
    y: one.to.y - b * one.from.x - a * one.from.y,
  };
}

/** Distance to where the pair went, counted only along what is known of it. */
function missOf({ a, b, x, y }: Similarity, { from, to, known }: Pair): number {
  const dx = a * from.x - b * from.y + x - to.x;
  const dy = b * from.x + a * from.y + y - to.y;
  return Math.sqrt(Math.max(0, known.xx * dx * dx + 2 * known.xy * dx * dy + known.yy * dy * dy));
}

/** Normal equations of the four unknowns; each pair counts along what is known of it. */
function leastSquares(pairs: readonly Pair[], weights: readonly number[]): Similarity | undefined {
  const matrix = Array.from({ length: 4 }, () => new Float64Array(5));
  for (const [index, { from, to, known }] of pairs.entries()) {
    const weight = weights[index] ?? 0;
    if (weight === 0) continue;
    const inX = [from.x, -from.y, 1, 0, to.x];
    const inY = [from.y, from.x, 0, 1, to.y];
    for (let row = 0; row < 4; row++) {
      const equation = matrix[row] as Float64Array;
      const rowX = inX[row] as number;
      const rowY = inY[row] as number;
      for (let column = 0; column < 5; column++) {
        const columnX = inX[column] as number;
        const columnY = inY[column] as number;
        equation[column] =
          (equation[column] as number) +
          weight *
            (known.xx * rowX * columnX +
              known.xy * (rowX * columnY + rowY * columnX) +
              known.yy * rowY * columnY);
      }
    }
  }
  const solution = solve(matrix);
  if (solution === undefined) return undefined;
  const [a = 1, b = 0, x = 0, y = 0] = solution;
  return { a, b, x, y };
}

/** Gaussian elimination with pivots; the last column is the right-hand side. */
function solve(matrix: Float64Array[]): number[] | undefined {
  const size = matrix.length;
  const at = (row: number, column: number) => matrix[row]?.[column] ?? 0;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(at(row, column)) > Math.abs(at(pivot, column))) pivot = row;
    if (Math.abs(at(pivot, column)) < 1e-9) return undefined;
    const equation = matrix[pivot] as Float64Array;
    matrix[pivot] = matrix[column] as Float64Array;
    matrix[column] = equation;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = at(row, column) / at(column, column);
      const other = matrix[row] as Float64Array;
      for (let index = column; index <= size; index++)
        other[index] = (other[index] as number) - factor * (equation[index] as number);
    }
  }
  return matrix.map((equation, row) => (equation[size] ?? 0) / (equation[row] ?? 1));
}
