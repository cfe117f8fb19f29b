import { AppError } from '../errors.ts';
import { codeOf, type Levels } from './code.ts';
import { type Axis, type LevelValue, type Matrix, matrixLimits } from './matrix.ts';
import { coverPairs } from './pairwise.ts';

/** One ad to make: its code, and what each axis is set to. */
export interface Variant {
  code: string;
  levels: Levels;
  values: Readonly<Record<string, LevelValue>>;
}

/** Every variant of a matrix, always in the same order. Throws an AppError if there are more than 10,000. */
export function variantsOf(matrix: Matrix): Variant[] {
  const { axes, base } = matrix;
  const size = fullSize(axes);
  if (matrix.mode === 'full' && size > matrixLimits.variants)
    throw new AppError(
      'invalid_request',
      `matrix: its axes have ${size.toLocaleString('en')} combinations; ${matrixLimits.variants.toLocaleString('en')} is the most.`,
      {
        hint: 'With mode pairwise or one-factor a small part of them tells which values are better.',
      },
    );
  const first = axes.map(({ name, levels }) => levels.findIndex(({ number }) => number === base[name]));
  const picks =
    matrix.mode === 'full'
      ? everyCombination(axes)
      : matrix.mode === 'pairwise'
        ? coverPairs(axes.map(({ levels }) => levels.length))
        : oneChangeAtATime(axes, first);
  return picks.map((pick) => variantOf(axes, pick));
}

/** How many combinations there are. */
export const fullSize = (axes: readonly Axis[]) =>
  axes.reduce((product, { levels }) => product * levels.length, 1);

/** The last axis changes fastest. */
function everyCombination(axes: readonly Axis[]): number[][] {
  return axes.reduce<number[][]>(
    (picks, { levels }) => picks.flatMap((pick) => levels.map((_, index) => [...pick, index])),
    [[]],
  );
}

function oneChangeAtATime(axes: readonly Axis[], base: readonly number[]): number[][] {
  const changes = axes.flatMap(({ levels }, axis) =>
    levels.flatMap((_, index) => (index === base[axis] ? [] : [base.with(axis, index)])),
  );
  return [[...base], ...changes];
}

function variantOf(axes: readonly Axis[], pick: readonly number[]): Variant {
  const levels: Record<string, number> = {};
  const values: Record<string, LevelValue> = {};
  for (const [index, { name, levels: all }] of axes.entries()) {
    const level = all[pick[index] ?? -1];
    if (level === undefined) throw new Error(`no value ${pick[index]} of ${name}`);
    levels[name] = level.number;
    values[name] = level.value;
  }
  return { code: codeOf(axes, levels), levels, values };
}
