import { codeOf } from './code.ts';
import type { Observation } from './main-effects.ts';
import type { Matrix } from './matrix.ts';
import type { Posterior } from './posterior.ts';
import { beta, seededRandom } from './random.ts';
import { variantsOf } from './variants.ts';

/** So that the largest matrix takes a second or two. */
const mostBetas = 500_000;
const mostDraws = 4_000;

/**
 * Draws the rate of every variant of the matrix by itself from its beta posterior. Before any result, a variant has the
 * mean rate of all, with the weight of one success. A value is worth the log-odds of the mean rate of its variants.
 */
export function variantPosterior(
  matrix: Matrix,
  observations: readonly Observation[],
  { dispersion, seed }: { dispersion: number; seed: number },
): Posterior {
  const random = seededRandom(seed);
  const counts = new Map<string, { trials: number; successes: number }>();
  const total = { trials: 0, successes: 0 };
  for (const { levels, trials, successes } of observations) {
    const code = codeOf(matrix.axes, levels);
    const sum = counts.get(code) ?? { trials: 0, successes: 0 };
    counts.set(code, { trials: sum.trials + trials, successes: sum.successes + successes });
    total.trials += trials;
    total.successes += successes;
  }
  const mean = (total.successes + 0.5) / (total.trials + 1);
  const arms = variantsOf(matrix).map(({ code, levels }) => {
    const { trials, successes } = counts.get(code) ?? { trials: 0, successes: 0 };
    return {
      levels,
      places: matrix.axes.map(({ name, levels: all }) =>
        all.findIndex(({ number }) => number === levels[name]),
      ),
      a: 1 + successes / dispersion,
      b: (1 - mean) / mean + (trials - successes) / dispersion,
    };
  });
  return {
    draws: Math.max(100, Math.min(mostDraws, Math.floor(mostBetas / arms.length))),
    next() {
      const sums = matrix.axes.map(({ levels }) => new Float64Array(levels.length));
      const seen = matrix.axes.map(({ levels }) => new Float64Array(levels.length));
      let best = arms[0]?.levels ?? {};
      let highest = -1;
      for (const { levels, places, a, b } of arms) {
        const rate = beta(random, a, b);
        if (rate > highest) {
          best = levels;
          highest = rate;
        }
        for (const [axis, place] of places.entries()) {
          const [sum, count] = [sums[axis], seen[axis]];
          if (sum === undefined || count === undefined) continue;
          sum[place] = (sum[place] ?? 0) + rate;
          count[place] = (count[place] ?? 0) + 1;
        }
      }
      const worth = sums.map((sum, axis) =>
        sum.map((value, place) => {
          const rate = value / (seen[axis]?.[place] ?? 1);
          return Math.log(rate / (1 - rate));
        }),
      );
      return { worth, best };
    },
  };
}
