import type { CodeBook } from './book.ts';
import type { AxisChoice } from './choose.ts';
import type { LevelValue, Matrix, MatrixSpec } from './matrix.ts';

/** What becomes of an axis in the next matrix. */
export interface Promotion {
  name: string;
  kept: number[];
  dropped: number[];
  /** Numbers of values that somebody has to write. */
  open: number[];
}

/** A value that is the best with less than this is not shown again. */
const leastChance = 0.05;

/**
 * The matrix to go on with: of an axis that is decided the leading value alone, of one that is not those that may still
 * be the best, under their old numbers; and beside them places for new values, numbered after every one there ever was.
 */
export function nextMatrix(
  book: CodeBook,
  matrix: Matrix,
  axes: readonly AxisChoice[],
  openPerAxis: number,
): { spec: MatrixSpec; promotions: Promotion[] } {
  const promotions = axes.map((axis): Promotion => {
    const kept = keptOf(axis);
    const highest = Math.max(
      ...(book.find(({ name }) => name === axis.name)?.levels ?? axis.levels).map(({ number }) => number),
    );
    return {
      name: axis.name,
      kept,
      dropped: axis.levels.map(({ number }) => number).filter((number) => !kept.includes(number)),
      open: Array.from({ length: openPerAxis }, (_, index) => highest + 1 + index),
    };
  });
  const levelValue = (axis: AxisChoice, number: number): LevelValue => {
    const level = axis.levels.find((one) => one.number === number);
    if (level === undefined) throw new Error(`the axis ${axis.name} has no value ${number}`);
    return level.value;
  };
  const spec: MatrixSpec = { mode: matrix.mode, axes: {}, base: {} };
  for (const [index, axis] of axes.entries()) {
    const { kept = [], open = [] } = promotions[index] ?? {};
    spec.axes[axis.name] = Object.fromEntries([
      ...kept.map((number) => [number, levelValue(axis, number)] as const),
      ...open.map((number) => [number, null] as const),
    ]);
    if (spec.base !== undefined) spec.base[axis.name] = levelValue(axis, axis.leader);
  }
  return { spec, promotions };
}

function keptOf({ state, leader, levels }: AxisChoice): number[] {
  return levels
    .filter(
      ({ number, probabilityBest }) =>
        number === leader || (state === 'not_enough_data' && probabilityBest >= leastChance),
    )
    .map(({ number }) => number);
}
