import { boxBlur } from './box-blur.ts';
import { sample } from './planes.ts';
import type { View } from './view.ts';

/** Rows of an unrolled view, whatever the size of the view: print is looked for at one scale. */
export const unrolledRows = 300;
/** Columns of an unrolled view, one for each degree around the axis. */
export const unrolledColumns = 161;
const middle = (unrolledColumns - 1) / 2;
/** Pixels of a view in 300 rows that lie this near the outline show its bevel, not its surface. */
const rim = 3;

/** Where a body that is round about its axis stands in each row of a view, in pixels; a radius of 0 in rows without it. */
export interface Body {
  centre: Float32Array;
  radius: Float32Array;
}

/** Each row's outline taken for that of a round body. */
export function bodyOf({ width, height, edge }: View): Body {
  const body = { centre: new Float32Array(height), radius: new Float32Array(height) };
  for (let y = 0; y < height; y++) {
    let first = width;
    let last = -1;
    for (let x = 0; x < width; x++) {
      if ((edge[y * width + x] ?? 0) <= 0) continue;
      if (last < 0) first = x;
      last = x;
    }
    if (last < 0) continue;
    const left = first - crossing(edge[y * width + first], edge[y * width + first - 1]);
    const right = last + crossing(edge[y * width + last], edge[y * width + last + 1]);
    body.centre[y] = (left + right) / 2;
    body.radius[y] = (right - left) / 2;
  }
  return body;
}

/** How far from a pixel inside to its neighbour outside the outline runs, 0 to 1. */
const crossing = (inside = 0, outside = -1) => inside / Math.max(1e-6, inside - outside);

/**
 * How the lightness of a round body changes from row to row, by angle around its axis: `unrolledRows` times
 * `unrolledColumns` numbers, in natural logarithms, NaN where the body does not reach. What a highlight or a shade adds
 * changes slowly along the axis and is hardly there; nor are rims, which cross a row from side to side.
 */
export function unrolled(view: View, body: Body): Float32Array {
  const { width, height, colour, edge } = view;
  const perRow = height / unrolledRows;
  const light = new Float32Array(width * height);
  for (let at = 0; at < light.length; at++)
    light[at] = Math.log(
      12 + 0.3 * (colour[at * 4] ?? 0) + 0.59 * (colour[at * 4 + 1] ?? 0) + 0.11 * (colour[at * 4 + 2] ?? 0),
    );
  const blurred = perRow > 1.5 ? boxBlur(light, width, height, Math.round(perRow / 2)) : light;
  const out = new Float32Array(unrolledRows * unrolledColumns).fill(Number.NaN);
  for (let row = 2; row < unrolledRows - 2; row++) {
    const y = (row + 0.5) * perRow - 0.5;
    const centre = body.centre[Math.round(y)] ?? 0;
    const radius = body.radius[Math.round(y)] ?? 0;
    const steps: number[] = [];
    for (let column = 0; radius > 0 && column < unrolledColumns; column++) {
      const x = centre + radius * Math.sin(angleOf(column));
      const isInside = [-2, 0, 2].every((rows) => sample(view, edge, x, y + rows * perRow) > rim * perRow);
      if (!isInside) continue;
      const at = (rows: number) => sample(view, blurred, x, y + rows * perRow);
      const step = at(1) + at(2) - at(-1) - at(-2);
      out[row * unrolledColumns + column] = step;
      steps.push(step);
    }
    steps.sort((one, other) => one - other);
    const common = steps[steps.length >> 1] ?? 0;
    for (let at = row * unrolledColumns; at < (row + 1) * unrolledColumns; at++)
      out[at] = strongOf((out[at] ?? 0) - common);
  }
  return out;
}

/** The angle of a column, in radians to the right of where the camera looks. */
export const angleOf = (column: number) => ((column - middle) * Math.PI) / 180;

/** Noise taken off, and no mark louder than another. */
const strongOf = (step: number) => Math.sign(step) * Math.min(0.5, Math.max(0, Math.abs(step) - 0.03));
