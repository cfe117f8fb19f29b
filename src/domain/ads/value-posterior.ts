import type { MainEffects } from './main-effects.ts';
import type { Matrix } from './matrix.ts';
import type { Posterior } from './posterior.ts';
import { normal, seededRandom } from './random.ts';

const draws = 4_000;

/** Draws from a model of main effects: the best ad has the best value of every axis. A value never shown is drawn from the prior. */
export function valuePosterior(matrix: Matrix, model: MainEffects, seed: number): Posterior {
  const random = seededRandom(seed);
  const columns = matrix.axes.map(({ name, levels }) =>
    levels.map(({ number }) => {
      const column = model.columnOf(name, number);
      if (column === undefined) throw new Error(`the model does not know value ${number} of ${name}`);
      return column;
    }),
  );
  return {
    draws,
    next() {
      const terms = model.draw(() => normal(random));
      const worth = columns.map((ofAxis) => Float64Array.from(ofAxis, (column) => terms[column] ?? 0));
      const best = matrix.axes.map(({ name, levels }, axis) => {
        const values = worth[axis] ?? new Float64Array();
        const place = values.reduce((top, value, at) => (value > (values[top] ?? 0) ? at : top), 0);
        return [name, levels[place]?.number ?? 0] as const;
      });
      return { worth, best: Object.fromEntries(best) };
    },
  };
}
