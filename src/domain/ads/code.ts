import type { Axis } from './matrix.ts';

/** The number of a value for each axis, by the axis's name. */
export type Levels = Readonly<Record<string, number>>;

type Lettered = Pick<Axis, 'name' | 'letters'>;

/** The short name of a variant, such as `H2S1C3`: letters of the axis and number of its value, axis by axis. */
export function codeOf(axes: readonly Lettered[], levels: Levels): string {
  return axes
    .flatMap(({ name, letters }) => (levels[name] === undefined ? [] : [`${letters}${levels[name]}`]))
    .join('');
}

/**
 * What a code says, in whatever order its parts stand and whatever their case. Undefined if it is none of these axes:
 * a part that no axis has, an axis twice, anything else in it. An axis may be absent: it was added later.
 */
export function readCode(text: string, axes: readonly Lettered[]): Levels | undefined {
  if (!/^([A-Z]+[1-9]\d{0,3})+$/i.test(text)) return undefined;
  const levels: Record<string, number> = {};
  for (const [, letters = '', number = ''] of text.toUpperCase().matchAll(/([A-Z]+)(\d+)/g)) {
    const axis = axes.find((one) => one.letters === letters);
    if (axis === undefined || Object.hasOwn(levels, axis.name)) return undefined;
    levels[axis.name] = Number(number);
  }
  return levels;
}

/**
 * The code in the name of an ad, a file or a record, such as `MUG-01-H2S1C3.mp4`: its last part that is one. Undefined
 * if there is none.
 */
export function findCode(name: string, axes: readonly Lettered[]): Levels | undefined {
  return name
    .split(/[^\p{L}\p{N}]+/u)
    .reverse()
    .map((part) => readCode(part, axes))
    .find((levels) => levels !== undefined);
}
