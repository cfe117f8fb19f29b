import { upperQuantile } from './normal.ts';

export interface Interval {
  low: number;
  high: number;
}

/** So many of so many, each count whole and at least 0. */
export interface Counts {
  trials: number;
  successes: number;
}

/**
 * The interval of a rate that holds the true one with this confidence: Wilson's score interval, "Probable Inference, the
 * Law of Succession, and Statistical Inference", JASA 22, 1927. Undefined without trials.
 */
export function wilson({ trials, successes }: Counts, confidence: number): Interval | undefined {
  if (trials === 0) return undefined;
  const z = upperQuantile((1 - confidence) / 2);
  const rate = successes / trials;
  const middle = (rate + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half =
    (z / (1 + (z * z) / trials)) * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/**
 * How many trials each of two groups needs, so that a test of `alpha` (two-sided) finds with the probability `power` that
 * the second rate is `lift` times higher than the first, as in 0.2 for a fifth: Fleiss, Levin and Paik, "Statistical
 * Methods for Rates and Proportions", 3rd edition, 2003, equation 4.14, without correction for continuity.
 */
export function trialsNeeded(options: { rate: number; lift: number; alpha: number; power: number }): number {
  const { rate, lift, alpha, power } = options;
  // A rate that cannot rise by that much is compared with one that is lower by it.
  const other = rate * (1 + lift) < 1 ? rate * (1 + lift) : rate / (1 + lift);
  const mean = (rate + other) / 2;
  const spread =
    upperQuantile(alpha / 2) * Math.sqrt(2 * mean * (1 - mean)) +
    upperQuantile(1 - power) * Math.sqrt(rate * (1 - rate) + other * (1 - other));
  return Math.ceil((spread / (other - rate)) ** 2);
}

/**
 * P values that hold for all of them together: Holm, "A Simple Sequentially Rejective Multiple Test Procedure",
 * Scandinavian Journal of Statistics 6, 1979. In the order given.
 */
export function holm(values: readonly number[]): number[] {
  const adjusted = values.map(() => 1);
  let before = 0;
  for (const [rank, index] of values
    .map((_, place) => place)
    .sort((a, b) => (values[a] ?? 1) - (values[b] ?? 1))
    .entries()) {
    before = Math.max(before, Math.min(1, (values[index] ?? 1) * (values.length - rank)));
    adjusted[index] = before;
  }
  return adjusted;
}
