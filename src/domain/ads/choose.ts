import type { CodeBook } from './book.ts';
import { codeOf, type Levels } from './code.ts';
import { fitMainEffects, type Observation } from './main-effects.ts';
import type { LevelValue, Matrix } from './matrix.ts';
import type { Posterior } from './posterior.ts';
import { valuePosterior } from './value-posterior.ts';
import { variantPosterior } from './variant-posterior.ts';

/**
 * values: what each value does, whatever it is shown with; it learns from every ad that has the value, and names
 * combinations nobody has made yet. variants: each ad by itself, for ads whose values work only together; it needs as
 * many times the impressions.
 */
export const choiceModels = ['values', 'variants'] as const;

export type ChoiceModel = (typeof choiceModels)[number];

export interface ChoiceOptions {
  model: ChoiceModel;
  /** A value is decided once it is the best of its axis with this probability; above 0.5 and below 1. */
  threshold: number;
  /** The leading value is good enough once, with 95 percent, no other is better by more than this share. */
  tolerance: number;
  /** How many ads to name. */
  size: number;
  /** The same results and seed give the same choice. */
  seed: number;
}

export const axisStates = ['decided', 'good_enough', 'not_enough_data'] as const;

export type AxisState = (typeof axisStates)[number];

export interface ChosenLevel {
  number: number;
  value: LevelValue;
  trials: number;
  successes: number;
  /** That it is the best of its axis, by the results so far. */
  probabilityBest: number;
}

export interface AxisChoice {
  name: string;
  letters: string;
  state: AxisState;
  /** Number of the leading value. */
  leader: number;
  /** With 95 percent no other value is better by more than this share. */
  upside: number;
  levels: ChosenLevel[];
}

export interface ChosenVariant {
  code: string;
  levels: Levels;
  /** Of the next impressions, in 1/10,000; those of all chosen ones come to 10,000. */
  share: number;
  trials: number;
  successes: number;
}

export interface Choice {
  /** found: no axis is still open. */
  state: 'found' | 'not_enough_data';
  axes: AxisChoice[];
  next: ChosenVariant[];
}

/** The fewest successes of a leading value: with less, the normal approximation is not to be relied on. */
export const leastSuccesses = 10;

/**
 * Which ads to show next, and whether the search is over: Thompson, "On the Likelihood that One Unknown Probability
 * Exceeds Another", Biometrika 25, 1933. An ad's share of the next impressions is the probability that it is the best.
 * Only values of `matrix` are chosen; results with others tell about the axes they had beside.
 */
export function choose(
  book: CodeBook,
  matrix: Matrix,
  observations: readonly Observation[],
  options: ChoiceOptions,
): Choice {
  const model = fitMainEffects(
    book.map(({ name, levels }) => ({ name, numbers: levels.map(({ number }) => number) })),
    observations,
  );
  const posterior =
    options.model === 'values'
      ? valuePosterior(matrix, model, options.seed)
      : variantPosterior(matrix, observations, { dispersion: model.dispersion, seed: options.seed });
  const drawn = drawAll(matrix, posterior);
  const axes = matrix.axes.map((axis, index) => axisChoice(axis, drawn, index, observations, options));
  const state = axes.every((axis) => axis.state !== 'not_enough_data') ? 'found' : 'not_enough_data';
  return { state, axes, next: sharesOf(matrix, drawn, observations, options.size) };
}

interface Drawn {
  draws: number;
  /** By axis and value: in how many draws it was the best. */
  wins: readonly Uint32Array[];
  /** By axis and value: of each draw, how much better the best other value was, as a share. */
  upsides: readonly (readonly Float64Array[])[];
  ads: Map<string, { levels: Levels; wins: number }>;
}

function drawAll(matrix: Matrix, posterior: Posterior): Drawn {
  const { draws } = posterior;
  const wins = matrix.axes.map(({ levels }) => new Uint32Array(levels.length));
  const upsides = matrix.axes.map(({ levels }) => levels.map(() => new Float64Array(draws)));
  const ads: Drawn['ads'] = new Map();
  for (let index = 0; index < draws; index++) {
    const { worth, best } = posterior.next();
    for (const [axis, values] of worth.entries()) {
      const top = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
      const winner = values.indexOf(top);
      const won = wins[axis];
      if (won !== undefined) won[winner] = (won[winner] ?? 0) + 1;
      for (const [place, value] of values.entries()) {
        const ofLevel = upsides[axis]?.[place];
        if (ofLevel !== undefined) ofLevel[index] = Math.exp(top - value) - 1;
      }
    }
    const code = codeOf(matrix.axes, best);
    const ad = ads.get(code);
    if (ad === undefined) ads.set(code, { levels: best, wins: 1 });
    else ad.wins += 1;
  }
  return { draws, wins, upsides, ads };
}

function axisChoice(
  { name, letters, levels }: Matrix['axes'][number],
  { draws, wins, upsides }: Drawn,
  index: number,
  observations: readonly Observation[],
  { threshold, tolerance }: ChoiceOptions,
): AxisChoice {
  const chosen = levels.map(
    (level, place): ChosenLevel => ({
      ...level,
      ...countsFor(observations, (one) => one[name] === level.number),
      probabilityBest: (wins[index]?.[place] ?? 0) / draws,
    }),
  );
  const place = chosen.reduce(
    (best, level, at) => (level.probabilityBest > (chosen[best]?.probabilityBest ?? 0) ? at : best),
    0,
  );
  const leader = chosen[place];
  if (leader === undefined) throw new Error(`the axis ${name} has no value`);
  const upside = (upsides[index]?.[place] ?? new Float64Array(1)).toSorted()[Math.floor(0.95 * draws)] ?? 0;
  const isTold = levels.length === 1 || leader.successes >= leastSuccesses;
  const state =
    isTold && leader.probabilityBest >= threshold
      ? 'decided'
      : isTold && upside <= tolerance
        ? 'good_enough'
        : 'not_enough_data';
  return { name, letters, state, leader: leader.number, upside, levels: chosen };
}

function countsFor(observations: readonly Observation[], isOne: (levels: Levels) => boolean) {
  const counts = { trials: 0, successes: 0 };
  for (const { levels, trials, successes } of observations)
    if (isOne(levels)) {
      counts.trials += trials;
      counts.successes += successes;
    }
  return counts;
}

/** The ads that won most draws, with shares that come to exactly 10,000: largest remainders are rounded up. */
function sharesOf(
  matrix: Matrix,
  { ads }: Drawn,
  observations: readonly Observation[],
  size: number,
): ChosenVariant[] {
  const winners = [...ads.entries()]
    .map(([code, ad]) => ({ code, ...ad }))
    .sort((a, b) => b.wins - a.wins || (a.code < b.code ? -1 : 1))
    .slice(0, size);
  const sum = winners.reduce((total, { wins }) => total + wins, 0);
  const exact = winners.map(({ wins }) => (wins * 10_000) / sum);
  const shares = exact.map(Math.floor);
  const missing = 10_000 - shares.reduce((total, share) => total + share, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder);
  for (const { index } of byRemainder.slice(0, missing)) shares[index] = (shares[index] ?? 0) + 1;
  return winners.map(({ code, levels }, index) => ({
    code,
    levels,
    share: shares[index] ?? 0,
    ...countsFor(observations, (one) => codeOf(matrix.axes, one) === code),
  }));
}
