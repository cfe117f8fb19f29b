import { AppError } from '../errors.ts';

/** How axes are combined: every combination, the base with one change at a time, or every pair of values at least once. */
export const matrixModes = ['full', 'one-factor', 'pairwise'] as const;

export type MatrixMode = (typeof matrixModes)[number];

/** What an axis may be set to. A template sees it as it is. */
export type LevelValue = string | number | boolean;

/** As a workflow file says it. A list is numbered from 1; an object says its numbers. `null` is a value nobody has written yet. */
export interface MatrixSpec {
  mode: MatrixMode;
  axes: Record<string, readonly (LevelValue | null)[] | Record<string, LevelValue | null>>;
  /** A value of each axis; of those it leaves out, the first. */
  base?: Record<string, LevelValue> | undefined;
}

/** A value of an axis, under a number that is never given to another. */
export interface Level {
  number: number;
  value: LevelValue;
}

export interface Axis {
  name: string;
  /** What stands for it in codes: capital letters, unlike those of every other axis. */
  letters: string;
  /** By number. */
  levels: readonly Level[];
}

export interface Matrix {
  mode: MatrixMode;
  axes: readonly Axis[];
  /** Number of the base's value by name of the axis. */
  base: Readonly<Record<string, number>>;
}

export const matrixLimits = {
  axes: 8,
  levelsPerAxis: 50,
  /** Of all axes together. */
  levels: 200,
  valueCharacters: 2_000,
  variants: 10_000,
  highestNumber: 9_999,
} as const;

/** What a template can name, beginning with a letter. */
export const axisName = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

/** What templates and results call something else. */
const reserved = new Set(['code', 'key', 'row']);

/** What is wrong with a matrix, and where. */
export interface MatrixFault {
  path: string[];
  message: string;
}

/** Throws one AppError that names every fault. */
export function readMatrix(spec: MatrixSpec): Matrix {
  const { matrix, faults } = checkMatrix(spec);
  if (faults.length > 0)
    throw new AppError(
      'invalid_request',
      faults.map(({ path, message }) => `matrix.${path.join('.')}: ${message}`).join('\n  '),
      { hint: 'As in axes: { hook: ["A question", "A promise"], scene: [kitchen, terrace] }.' },
    );
  return matrix;
}

/** The matrix as far as it can be read, and every fault that it has. */
export function checkMatrix(spec: MatrixSpec): { matrix: Matrix; faults: MatrixFault[] } {
  const faults: MatrixFault[] = [];
  const refuse: Refuse = (path, message) => faults.push({ path, message });
  const names = Object.keys(spec.axes);
  if (names.length === 0) refuse(['axes'], 'name at least one axis with its values.');
  if (names.length > matrixLimits.axes)
    refuse(['axes'], `there are ${names.length} axes; ${matrixLimits.axes} is the most.`);
  const letters = lettersOf(names);
  const axes = names.map((name, index): Axis => {
    if (!axisName.test(name))
      refuse(
        ['axes', name.slice(0, 60)],
        'an axis is named by letters, digits and _, a letter first, at most 40.',
      );
    if (reserved.has(name))
      refuse(['axes', name], 'that word has a meaning of its own: name the axis otherwise.');
    return { name, letters: letters[index] ?? '', levels: readLevels(name, spec.axes[name] ?? [], refuse) };
  });
  const levels = axes.reduce((sum, axis) => sum + axis.levels.length, 0);
  if (levels > matrixLimits.levels)
    refuse(['axes'], `there are ${levels} values in all; ${matrixLimits.levels} is the most.`);
  const base = readBase(spec.base ?? {}, axes, refuse);
  return { matrix: { mode: spec.mode, axes, base }, faults };
}

type Refuse = (path: string[], message: string) => void;

/**
 * For each axis the shortest beginning of its name that none before it has: hook, scene, headline are H, S, HE. So an
 * axis that is added at the end leaves the letters of the others alone.
 */
export function lettersOf(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const word = name.toUpperCase().replace(/[^A-Z]/g, '') || 'X';
    let letters = word[0] ?? 'X';
    for (let length = 2; taken.has(letters); length++)
      letters = length <= word.length ? word.slice(0, length) : `${letters}X`;
    taken.add(letters);
    return letters;
  });
}

function readLevels(name: string, given: MatrixSpec['axes'][string], refuseAt: Refuse): Level[] {
  const refuse = (message: string) => refuseAt(['axes', name], message);
  const entries = Array.isArray(given)
    ? given.map((value: LevelValue | null, index) => [index + 1, value] as const)
    : Object.entries(given as Record<string, LevelValue | null>).map(
        ([number, value]) => [/^[1-9]\d*$/.test(number) ? Number(number) : Number.NaN, value] as const,
      );
  if (entries.length === 0) refuse('it has no value.');
  if (entries.length > matrixLimits.levelsPerAxis)
    refuse(`it has ${entries.length} values; ${matrixLimits.levelsPerAxis} is the most.`);
  const seen = new Map<LevelValue, number>();
  const levels: Level[] = [];
  for (const [number, value] of entries) {
    if (!(number <= matrixLimits.highestNumber)) {
      refuse(`the number of a value is from 1 to ${matrixLimits.highestNumber.toLocaleString('en')}.`);
      continue;
    }
    if (value === null || value === '') {
      refuse(`value ${number} is open: write it, or take its line out.`);
      continue;
    }
    if (typeof value === 'string' && value.length > matrixLimits.valueCharacters)
      refuse(
        `value ${number} is longer than ${matrixLimits.valueCharacters.toLocaleString('en')} characters.`,
      );
    const before = seen.get(value);
    if (before !== undefined) refuse(`values ${before} and ${number} are the same.`);
    seen.set(value, number);
    levels.push({ number, value });
  }
  return levels.sort((a, b) => a.number - b.number);
}

function readBase(given: Record<string, LevelValue>, axes: readonly Axis[], refuse: Refuse) {
  for (const name of Object.keys(given))
    if (!axes.some((axis) => axis.name === name))
      refuse(['base', name.slice(0, 60)], 'there is no such axis.');
  const base: Record<string, number> = {};
  for (const { name, levels } of axes) {
    const said = Object.hasOwn(given, name) ? given[name] : undefined;
    const level = said === undefined ? levels[0] : levels.find(({ value }) => String(value) === String(said));
    if (level !== undefined) base[name] = level.number;
    else if (said !== undefined)
      refuse(
        ['base', name],
        `"${said}" is not among the values of the axis: ${levels.map(({ value }) => value).join(', ')}.`.slice(
          0,
          300,
        ),
      );
  }
  return base;
}
