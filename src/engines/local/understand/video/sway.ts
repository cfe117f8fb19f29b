import { medianOf } from './median.ts';

/**
 * The most a row of values swings around each moment. Over a second, the way gone against what is usual there, less
 * the distance won by it, is way gone to and fro: at least four times the height of a swing of one hertz or more.
 */
export function swayOf(values: readonly number[], fps: number): number[] {
  const half = Math.round(fps / 2);
  const around = (list: readonly number[], index: number) =>
    list.slice(Math.max(0, index - half), index + half + 1);
  const steps = values.map((value, index) => value - (values[index - 1] ?? value));
  const against = steps.map((step, index) => step - medianOf(around(steps, index)));
  return against.map((_, index) => {
    const near = around(against, index);
    const way = near.reduce((sum, step) => sum + Math.abs(step), 0);
    const won = Math.abs(near.reduce((sum, step) => sum + step, 0));
    return (way - won) / 4;
  });
}
