import { type Counts, holm, type Interval, trialsNeeded, wilson } from './binomial.ts';
import type { CodeBook } from './book.ts';
import { fitMainEffects, type MainEffects, type Observation } from './main-effects.ts';
import type { LevelValue } from './matrix.ts';
import { upperQuantile, upperTail } from './normal.ts';

/** What a value is compared with: that of the base, or the mean of all others of its axis. */
export const comparisons = ['base', 'others'] as const;

export type Comparison = (typeof comparisons)[number];

export interface EffectOptions {
  against: Comparison;
  /** Numbers of the base by axis. */
  base: Readonly<Record<string, number>>;
  /** Of the intervals, and that no verdict of the report is wrong by chance; above 0 and below 1. */
  confidence: number;
  /** The smallest relative difference worth finding, as in 0.2 for a fifth more or less. */
  lift: number;
  /** With what probability such a difference is to be found. */
  power: number;
}

export const verdicts = [
  'better',
  'worse',
  /** Enough was shown to find a difference of the size asked for, and there was none to be sure of. */
  'no_difference',
  'not_enough_data',
  /** It was only ever shown together with one value of another axis, so nobody can say which of them did it. */
  'confounded',
  /** What the others are compared with. */
  'base',
] as const;

export type Verdict = (typeof verdicts)[number];

export interface LevelEffect extends Counts {
  number: number;
  value: LevelValue;
  /** As counted, whatever it was shown with. Null without trials. */
  rate: number | null;
  interval: Interval | null;
  /** What it would be if the other axes were shown evenly. */
  adjustedRate: number | null;
  /** How much higher its adjusted rate is than what it is compared with, as in 0.2 for a fifth. */
  lift: number | null;
  liftInterval: Interval | null;
  /** Of no difference, for all comparisons of the report together (Holm). */
  pValue: number | null;
  /** How many more trials it needs before there is a verdict. Null where nobody can say. */
  missingTrials: number | null;
  verdict: Verdict;
}

export interface AxisEffects {
  name: string;
  letters: string;
  levels: LevelEffect[];
}

export interface Effects {
  axes: AxisEffects[];
  /** As `MainEffects`. */
  dispersion: number;
  comparisons: number;
  /** Trials that each side of a comparison needs; null before there are any. */
  trialsNeeded: number | null;
}

/**
 * What each value of each axis does to a rate, told apart from the other axes by a logistic model of main effects. A
 * verdict is given only once both sides of a comparison have had the trials that the smallest difference worth finding
 * needs: looking every day until something seems significant finds things that are not there.
 */
export function effectsOf(
  book: CodeBook,
  observations: readonly Observation[],
  options: EffectOptions,
): Effects {
  const axes = book.map((axis) => ({
    ...axis,
    levels: axis.levels.map((level) => ({ ...level, ...countsFor(axis.name, level.number, observations) })),
  }));
  const model = fitMainEffects(
    axes.map(({ name, levels }) => ({ name, numbers: levels.map(({ number }) => number) })),
    observations,
  );
  const shown = axes.map((axis) => ({ ...axis, levels: axis.levels.filter(({ trials }) => trials > 0) }));
  const compared = axes.map((axis, index) =>
    axis.levels.map((level) => compare(level, index, shown, model, options)),
  );
  const tested = compared.flat().filter((one): one is Compared => one?.isTold === true);
  const needed = neededFor(observations, tested.length, model.dispersion, options);
  const adjusted = holm(tested.map(({ z }) => Math.min(1, 2 * upperTail(Math.abs(z)))));
  return {
    axes: axes.map(({ name, letters, levels }, axis) => ({
      name,
      letters,
      levels: levels.map((level, index) => {
        const comparison = compared[axis]?.[index];
        const p = comparison?.isTold === true ? adjusted[tested.indexOf(comparison)] : undefined;
        const isBase = options.against === 'base' && options.base[name] === level.number;
        return present(level, {
          comparison,
          p,
          isBase,
          needed,
          adjustedRate: rateOf(level, axis, shown, model),
          options,
        });
      }),
    })),
    dispersion: model.dispersion,
    comparisons: tested.length,
    trialsNeeded: needed,
  };
}

interface ShownLevel extends Counts {
  number: number;
  value: LevelValue;
}

interface ShownAxis {
  name: string;
  levels: readonly ShownLevel[];
}

/** A value beside what it is compared with. */
interface Compared {
  isTold: boolean;
  /** Of the other side. */
  trials: number;
  logRatio: number;
  deviation: number;
  z: number;
}

function countsFor(axis: string, number: number, observations: readonly Observation[]): Counts {
  const counts = { trials: 0, successes: 0 };
  for (const { levels, trials, successes } of observations)
    if (levels[axis] === number) {
      counts.trials += trials;
      counts.successes += successes;
    }
  return counts;
}

/** The log-odds of a value as weights of the model's terms: the other axes count with the mean of what was shown. */
function weightsOf(
  axis: number,
  among: readonly ShownLevel[],
  shown: readonly ShownAxis[],
  model: MainEffects,
) {
  const weights = new Float64Array(model.estimate.length);
  weights[0] = 1;
  for (const [index, { name, levels }] of shown.entries()) {
    const counted = index === axis ? among : levels;
    for (const { number } of counted) {
      const column = model.columnOf(name, number);
      if (column !== undefined) weights[column] = 1 / counted.length;
    }
  }
  return weights;
}

function rateFor(weights: Float64Array, model: MainEffects): number {
  const logOdds = weights.reduce((sum, weight, column) => sum + weight * (model.estimate[column] ?? 0), 0);
  return 1 / (1 + Math.exp(-logOdds));
}

function rateOf(level: ShownLevel, axis: number, shown: readonly ShownAxis[], model: MainEffects) {
  return level.trials === 0 ? null : rateFor(weightsOf(axis, [level], shown, model), model);
}

function compare(
  level: ShownLevel,
  axis: number,
  shown: readonly ShownAxis[],
  model: MainEffects,
  { against, base }: EffectOptions,
): Compared | undefined {
  const { name = '', levels = [] } = shown[axis] ?? {};
  const others = levels.filter(
    ({ number }) => number !== level.number && (against === 'others' || number === base[name]),
  );
  const isBase = against === 'base' && level.number === base[name];
  if (level.trials === 0 || others.length === 0 || isBase) return undefined;
  const own = weightsOf(axis, [level], shown, model);
  const other = weightsOf(axis, others, shown, model);
  const [rate, otherRate] = [rateFor(own, model), rateFor(other, model)];
  // By the delta method: a rate p changes with its log-odds by the factor 1 - p, as a share of itself.
  const weights = own.map((weight, column) => weight * (1 - rate) - (other[column] ?? 0) * (1 - otherRate));
  const logRatio = Math.log(rate / otherRate);
  const deviation = Math.sqrt(model.variance(weights));
  return {
    isTold: model.isTold(own.map((weight, column) => weight - (other[column] ?? 0))),
    trials: others.reduce((sum, { trials }) => sum + trials, 0),
    logRatio,
    deviation,
    z: logRatio / deviation,
  };
}

function neededFor(
  observations: readonly Observation[],
  comparisonCount: number,
  dispersion: number,
  { confidence, lift, power }: EffectOptions,
): number | null {
  const trials = observations.reduce((sum, one) => sum + one.trials, 0);
  const successes = observations.reduce((sum, one) => sum + one.successes, 0);
  if (trials === 0) return null;
  // Half a success beside none, and half a failure: a rate of 0 or 1 would need no trials, or no end of them.
  const rate = (successes + 0.5) / (trials + 1);
  const alpha = (1 - confidence) / Math.max(1, comparisonCount);
  return Math.ceil(dispersion * trialsNeeded({ rate, lift, alpha, power }));
}

function present(
  { number, value, trials, successes }: ShownLevel,
  found: {
    comparison: Compared | undefined;
    p: number | undefined;
    isBase: boolean;
    needed: number | null;
    adjustedRate: number | null;
    options: EffectOptions;
  },
): LevelEffect {
  const { comparison, p, isBase, needed, adjustedRate, options } = found;
  const told = comparison?.isTold === true ? comparison : undefined;
  const half = upperQuantile((1 - options.confidence) / 2) * (told?.deviation ?? 0);
  const missing = needed === null ? null : Math.max(0, needed - trials);
  return {
    number,
    value,
    trials,
    successes,
    rate: trials === 0 ? null : successes / trials,
    interval: wilson({ trials, successes }, options.confidence) ?? null,
    adjustedRate,
    lift: told === undefined ? null : Math.exp(told.logRatio) - 1,
    liftInterval:
      told === undefined
        ? null
        : { low: Math.exp(told.logRatio - half) - 1, high: Math.exp(told.logRatio + half) - 1 },
    pValue: p ?? null,
    missingTrials: missing,
    verdict: verdictOf({ comparison, p, isBase, missing, needed, confidence: options.confidence }),
  };
}

function verdictOf(found: {
  comparison: Compared | undefined;
  p: number | undefined;
  isBase: boolean;
  missing: number | null;
  needed: number | null;
  confidence: number;
}): Verdict {
  const { comparison, p, isBase, missing, needed, confidence } = found;
  if (isBase) return 'base';
  if (comparison === undefined || missing === null || needed === null) return 'not_enough_data';
  if (!comparison.isTold || p === undefined) return 'confounded';
  if (missing > 0 || comparison.trials < needed) return 'not_enough_data';
  if (p >= 1 - confidence) return 'no_difference';
  return comparison.logRatio > 0 ? 'better' : 'worse';
}
