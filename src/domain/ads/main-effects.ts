import type { Counts } from './binomial.ts';
import { type Cholesky, factor } from './cholesky.ts';
import type { Levels } from './code.ts';

/** What one variant came to. It has a level of every axis. */
export interface Observation extends Counts {
  levels: Levels;
}

/**
 * Rates as a logistic model of main effects: the log-odds of a variant are a common term and one of each of its values.
 * So what a value does is told apart from what the values shown beside it do, however unevenly they were shown.
 */
export interface MainEffects {
  /** The common term, then those of the values; `columnOf` says where. */
  estimate: Float64Array;
  /** Undefined where the axis has no such value. */
  columnOf(axis: string, number: number): number | undefined;
  /** The variance of a weighted sum of the terms. */
  variance(weights: Float64Array): number;
  /** Whether the variants shown tell this weighted sum apart from others at all. */
  isTold(weights: Float64Array): boolean;
  /** Terms that could be the true ones as well, by their probability: the estimate and noise, from standard normals. */
  draw(noise: () => number): Float64Array;
  /**
   * How much more variants differ than chance and main effects explain: Pearson's statistic by its degrees of freedom, at
   * least 1, by which every variance is widened. 1 where fewer than three degrees leave it untold.
   */
  dispersion: number;
}

/**
 * Before any result, a value is thought to change the log-odds by chance with this standard deviation: a factor of 2.7
 * up or down is no surprise. It keeps a value without a single click finite, and weighs as little as one click.
 */
const priorDeviation = 1;
const commonDeviation = 10;
const mostSteps = 50;

/**
 * Fits the model by Newton's method; the variances are those of the normal approximation to its posterior, as used by
 * Hill, Nassif, Liu, Iyer and Vishwanathan, "An Efficient Bandit Algorithm for Realtime Multivariate Optimization", KDD
 * 2017, and Chapelle and Li, "An Empirical Evaluation of Thompson Sampling", NIPS 2011.
 */
export function fitMainEffects(
  axes: readonly { name: string; numbers: readonly number[] }[],
  observations: readonly Observation[],
): MainEffects {
  const columns = new Map<string, Map<number, number>>();
  let size = 1;
  for (const { name, numbers } of axes)
    columns.set(name, new Map(numbers.map((number) => [number, size++] as const)));
  const columnOf = (axis: string, number: number) => columns.get(axis)?.get(number);
  const rows = observations
    .filter(({ trials }) => trials > 0)
    .map(({ levels, ...counts }) => ({ ...counts, columns: columnsOf(axes, levels, columnOf) }));
  const model = { rows, size };
  const estimate = climb(model);
  const told = factor(
    addedTo(
      gram(model, () => 1),
      size,
      () => tiny,
    ),
    size,
  );
  const dispersion = dispersionOf(model, estimate, told);
  const precision = precisionAt(model, estimate, dispersion);
  return {
    estimate,
    columnOf,
    dispersion,
    variance: (weights) => dot(weights, precision.solve(weights)),
    isTold: (weights) => tiny * Math.max(...told.solve(weights).map(Math.abs)) < 1e-3,
    draw(noise) {
      const step = precision.solveUpper(Float64Array.from({ length: size }, noise));
      return step.map((value, column) => value + (estimate[column] ?? 0));
    },
  };
}

/** Beside whole counts of rows: what is not told by any is told by this alone. */
const tiny = 1e-6;

interface Row extends Counts {
  columns: readonly number[];
}

interface Model {
  rows: readonly Row[];
  size: number;
}

const expit = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));

const rateOf = ({ columns }: Row, terms: Float64Array) =>
  expit(columns.reduce((sum, column) => sum + (terms[column] ?? 0), 0));

function columnsOf(
  axes: readonly { name: string }[],
  levels: Levels,
  columnOf: (axis: string, number: number) => number | undefined,
): number[] {
  const ofAxes = axes.map(({ name }) => columnOf(name, levels[name] ?? 0));
  if (ofAxes.some((column) => column === undefined))
    throw new Error('a variant has a value that the model does not know');
  return [0, ...(ofAxes as number[])];
}

/** Where likelihood and prior together are highest: both are concave, so half steps are enough to be safe. */
function climb(model: Model): Float64Array {
  const trials = model.rows.reduce((sum, row) => sum + row.trials, 0);
  const successes = model.rows.reduce((sum, row) => sum + row.successes, 0);
  let terms = new Float64Array(model.size);
  terms[0] = Math.log((successes + 0.5) / (trials - successes + 0.5));
  let height = heightAt(model, terms);
  for (let step = 0; step < mostSteps; step++) {
    const move = precisionAt(model, terms, 1).solve(slopeAt(model, terms));
    let next = terms;
    let reached = Number.NEGATIVE_INFINITY;
    for (let share = 1; reached < height && share > 1e-6; share /= 2) {
      next = terms.map((value, column) => value + share * (move[column] ?? 0));
      reached = heightAt(model, next);
    }
    if (!(reached > height)) break;
    const gained = reached - height;
    [terms, height] = [next, reached];
    if (gained < 1e-9) break;
  }
  return terms;
}

const deviationOf = (column: number) => (column === 0 ? commonDeviation : priorDeviation);

function heightAt({ rows }: Model, terms: Float64Array): number {
  let height = 0;
  for (const row of rows) {
    const logOdds = row.columns.reduce((sum, column) => sum + (terms[column] ?? 0), 0);
    // log(1 + e^x) without overflow.
    height +=
      row.successes * logOdds -
      row.trials * (Math.max(logOdds, 0) + Math.log1p(Math.exp(-Math.abs(logOdds))));
  }
  for (const [column, value] of terms.entries()) height -= (value / deviationOf(column)) ** 2 / 2;
  return height;
}

function slopeAt({ rows, size }: Model, terms: Float64Array): Float64Array {
  const slope = new Float64Array(size);
  for (const row of rows) {
    const excess = row.successes - row.trials * rateOf(row, terms);
    for (const column of row.columns) slope[column] = (slope[column] ?? 0) + excess;
  }
  return slope.map((value, column) => value - (terms[column] ?? 0) / deviationOf(column) ** 2);
}

/** The curvature of likelihood and prior; the likelihood's by less where variants differ by more than chance. */
function precisionAt(model: Model, terms: Float64Array, dispersion: number): Cholesky {
  const likelihood = gram(model, (row) => {
    const rate = rateOf(row, terms);
    return (row.trials * rate * (1 - rate)) / dispersion;
  });
  return factor(
    addedTo(likelihood, model.size, (column) => deviationOf(column) ** -2),
    model.size,
  );
}

function gram({ rows, size }: Model, weightOf: (row: Row) => number): Float64Array {
  const sums = new Float64Array(size * size);
  for (const row of rows) {
    const weight = weightOf(row);
    for (const a of row.columns)
      for (const b of row.columns) sums[a * size + b] = (sums[a * size + b] ?? 0) + weight;
  }
  return sums;
}

function addedTo(matrix: Float64Array, size: number, diagonal: (column: number) => number): Float64Array {
  for (let column = 0; column < size; column++)
    matrix[column * size + column] = (matrix[column * size + column] ?? 0) + diagonal(column);
  return matrix;
}

function dispersionOf(model: Model, terms: Float64Array, told: Cholesky): number {
  const { rows, size } = model;
  let statistic = 0;
  for (const row of rows) {
    const rate = rateOf(row, terms);
    statistic += (row.successes - row.trials * rate) ** 2 / (row.trials * rate * (1 - rate));
  }
  // The rank of the variants shown: the trace of their projection.
  let untold = 0;
  for (let column = 0; column < size; column++) {
    const unit = new Float64Array(size);
    unit[column] = 1;
    untold += tiny * (told.solve(unit)[column] ?? 0);
  }
  const freedom = rows.length - Math.round(size - untold);
  return freedom < 3 ? 1 : Math.max(1, statistic / freedom);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}
