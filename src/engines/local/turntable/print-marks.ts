import { smooth } from './planes.ts';
import { unrolledColumns, unrolledRows } from './unroll.ts';

/** What one unrolled view has and the other has not at the same place or a few cells beside it, a little softened. */
export function movedIn(own: Float32Array, other: Float32Array): Float32Array {
  const out = new Float32Array(own.length);
  for (let row = 2; row < unrolledRows - 2; row++)
    for (let column = 3; column < unrolledColumns - 3; column++) {
      const at = row * unrolledColumns + column;
      const step = own[at] ?? 0;
      if (step === 0 || Number.isNaN(step)) continue;
      let like = 0;
      let isSeen = false;
      for (let rows = -2; rows <= 2; rows++)
        for (let columns = -3; columns <= 3; columns++) {
          const there = other[at + rows * unrolledColumns + columns] ?? 0;
          if (Number.isNaN(there)) continue;
          isSeen = true;
          like = Math.max(like, Math.sign(step) * there);
        }
      if (isSeen) out[at] = Math.sign(step) * Math.max(0, Math.abs(step) - 1.2 * like);
    }
  return smooth(out, unrolledColumns, unrolledRows);
}

/** How much ink there is: steps of lightness squared. */
export const inkOf = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);

/** The cells with ink. */
export const marksOf = (values: Float32Array) =>
  Array.from(values.keys()).filter((at) => Math.abs(values[at] ?? 0) > 0.01);

/** Marks this many cells apart belong together; a group of less than this share of all is chance. */
const together = 14;
const leastGroup = 0.15;
/** Cells around a group in which marks of one view alone are taken for print too. */
const beside = 7;

/** The marks that stand in groups. */
export function mainGroups(marks: readonly number[]): number[] {
  const left = new Set(marks);
  const kept: number[] = [];
  for (const first of marks) {
    if (!left.delete(first)) continue;
    const group = [first];
    // The list grows while it is walked.
    for (const mark of group)
      for (const other of left) if (apart(mark, other) <= together && left.delete(other)) group.push(other);
    if (group.length >= leastGroup * marks.length) kept.push(...group);
  }
  return kept;
}

/** All marks of one view in a group and close beside it: a letter may stand where in the other view another one does. */
export function withNear(group: readonly number[], marks: readonly number[]): number[] {
  const isNear = new Uint8Array(unrolledRows * unrolledColumns);
  for (const mark of group) {
    const row = Math.floor(mark / unrolledColumns);
    const column = mark % unrolledColumns;
    for (let y = Math.max(0, row - beside); y <= Math.min(unrolledRows - 1, row + beside); y++)
      for (let x = Math.max(0, column - beside); x <= Math.min(unrolledColumns - 1, column + beside); x++)
        if (Math.hypot(y - row, x - column) <= beside) isNear[y * unrolledColumns + x] = 1;
  }
  return marks.filter((mark) => isNear[mark] === 1);
}

const apart = (one: number, other: number) =>
  Math.hypot(
    Math.floor(one / unrolledColumns) - Math.floor(other / unrolledColumns),
    (one % unrolledColumns) - (other % unrolledColumns),
  );
