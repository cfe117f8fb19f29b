import { codeOf, type Levels, readCode } from './code.ts';
import type { Axis, Level, Matrix } from './matrix.ts';

/**
 * What the codes of a workflow mean, for good: every axis with its letters and every value with its number that any
 * matrix of it has ever had. It only grows, so that results of last month are never counted for another value.
 */
export type CodeBook = readonly Axis[];

/** The book with what a matrix adds to it, or why its codes would mean two things. */
export function extendBook(book: CodeBook, matrix: Matrix): { book: CodeBook; faults: string[] } {
  const faults: string[] = [];
  const extended = book.map((axis) => ({ ...axis, levels: [...axis.levels] }));
  for (const { name, letters, levels } of matrix.axes) {
    const axis = extended.find((one) => one.name === name);
    const holder = extended.find((one) => one.letters === letters);
    if (axis === undefined && holder === undefined) {
      extended.push({ name, letters, levels: [...levels] });
      continue;
    }
    if (axis === undefined || axis.letters !== letters) {
      faults.push(
        axis === undefined
          ? `The axis "${name}" would be ${letters}, which stands for "${holder?.name}" in codes made before: keep "${holder?.name}" with one value, or name this one otherwise.`
          : `The axis "${name}" would be ${letters} and was ${axis.letters} in codes made before: leave the axes in their order, and those that are decided in place with one value.`,
      );
      continue;
    }
    for (const level of levels) addLevel(axis, level, faults);
  }
  for (const axis of extended) axis.levels.sort((a, b) => a.number - b.number);
  return { book: extended, faults };
}

function addLevel(
  { name, letters, levels }: { name: string; letters: string; levels: Level[] },
  level: Level,
  faults: string[],
): void {
  const { number, value } = level;
  const known = levels.find((one) => one.number === number);
  const before = levels.find((one) => one.value === value);
  const next = Math.max(...levels.map((one) => one.number)) + 1;
  if (known !== undefined && known.value !== value)
    faults.push(
      `${name}: ${letters}${number} is ${shown(known.value)} in codes made before, not ${shown(value)}. Number the values, and give a new one ${next}: ${name}: { ${known.number}: ${shown(known.value)}, ${next}: ${shown(value)} }.`,
    );
  else if (before !== undefined && before.number !== number)
    faults.push(
      `${name}: ${shown(value)} is ${letters}${before.number} in codes made before, not ${letters}${number}: give it the number ${before.number}.`,
    );
  else if (known === undefined) levels.push(level);
}

const shown = (value: unknown) => JSON.stringify(value).slice(0, 80);

/** A code as the book would write it, or undefined if it names a value that no matrix has had. */
export function knownCode(book: CodeBook, levels: Levels): string | undefined {
  const isKnown = Object.entries(levels).every(([name, number]) =>
    book.some((axis) => axis.name === name && axis.levels.some((level) => level.number === number)),
  );
  return isKnown ? codeOf(book, levels) : undefined;
}

/** What a code of this book says. */
export function levelsOf(book: CodeBook, code: string): Levels {
  const levels = readCode(code, book);
  if (levels === undefined) throw new Error(`the book does not know the code ${code}`);
  return levels;
}
