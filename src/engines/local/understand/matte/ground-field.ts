import { type Background, surfaceAt } from '../background.ts';
import type { OklabPlanes } from '../oklab.ts';
import { maskOf } from './mask.ts';

/**
 * The lit ground at every cell of a coarse grid, as it would look without the subject: measured where ground is
 * known, and carried on smoothly below the subject and its shadow.
 */
export interface GroundField {
  columns: number;
  rows: number;
  /** Pixels a cell is wide and high; values stand for the cells' centres. */
  cell: number;
  L: Float64Array;
  a: Float64Array;
  b: Float64Array;
}

const cellsAcross = 64;
/** OKLab distance from the fitted surface up to which a known pixel of ground counts as lit. */
const litWithin = 0.016;
const relaxations = 100;

/** Measures the ground in the pixels marked as known, on top of the fitted surface. */
export function groundField(planes: OklabPlanes, ground: Uint8Array, surface: Background): GroundField {
  const { width, height } = planes;
  const cell = Math.max(4, Math.ceil(Math.max(width, height) / cellsAcross));
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const count = new Float64Array(columns * rows);
  const off = {
    L: new Float64Array(count.length),
    a: new Float64Array(count.length),
    b: new Float64Array(count.length),
  };
  for (let y = 0; y < height; y++) {
    const v = (y / height) * 2 - 1;
    for (let x = y & 1; x < width; x += 2) {
      const index = y * width + x;
      if (ground[index] === 0) continue;
      const u = (x / width) * 2 - 1;
      const L = (planes.L[index] ?? 0) - surfaceAt(surface.L, u, v);
      const a = (planes.a[index] ?? 0) - surfaceAt(surface.a, u, v);
      const b = (planes.b[index] ?? 0) - surfaceAt(surface.b, u, v);
      if (L * L + a * a + b * b > litWithin * litWithin) continue;
      const at = Math.floor(y / cell) * columns + Math.floor(x / cell);
      count[at] = (count[at] ?? 0) + 1;
      off.L[at] = (off.L[at] ?? 0) + L;
      off.a[at] = (off.a[at] ?? 0) + a;
      off.b[at] = (off.b[at] ?? 0) + b;
    }
  }
  const known = maskOf(count.length, (at) => (count[at] ?? 0) > cell * cell * 0.15);
  const field: GroundField = { columns, rows, cell, ...off };
  const gaps = gapsIn(known, columns);
  for (const plane of [field.L, field.a, field.b]) {
    for (let at = 0; at < plane.length; at++)
      plane[at] = known[at] === 1 ? (plane[at] ?? 0) / (count[at] ?? 1) : 0;
    // Where nothing is known all is 0, and stays so.
    if (gaps.at.length < plane.length) relax(plane, gaps);
  }
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      const u = (((column + 0.5) * cell) / width) * 2 - 1;
      const v = (((row + 0.5) * cell) / height) * 2 - 1;
      field.L[at] = (field.L[at] ?? 0) + surfaceAt(surface.L, u, v);
      field.a[at] = (field.a[at] ?? 0) + surfaceAt(surface.a, u, v);
      field.b[at] = (field.b[at] ?? 0) + surfaceAt(surface.b, u, v);
    }
  return field;
}

/** The unknown cells, row by row, and the cells beside each: `sides` of them, four places apart, `mostSides` long. */
interface Gaps {
  at: Int32Array;
  beside: Int32Array;
  sides: Uint8Array;
}

const mostSides = 4;

function gapsIn(known: Uint8Array, columns: number): Gaps {
  const unknown: number[] = [];
  for (let cell = 0; cell < known.length; cell++) if (known[cell] === 0) unknown.push(cell);
  const at = Int32Array.from(unknown);
  const beside = new Int32Array(at.length * mostSides);
  const sides = new Uint8Array(at.length);
  for (let gap = 0; gap < at.length; gap++) {
    const cell = at[gap] ?? 0;
    const column = cell % columns;
    const around = [
      ...(column > 0 ? [cell - 1] : []),
      ...(column < columns - 1 ? [cell + 1] : []),
      ...(cell >= columns ? [cell - columns] : []),
      ...(cell < known.length - columns ? [cell + columns] : []),
    ];
    beside.set(around, gap * mostSides);
    sides[gap] = around.length;
  }
  return { at, beside, sides };
}

/** Fills the unknown cells so that each is the mean of its neighbours, by over-relaxed Gauss-Seidel sweeps. */
function relax(plane: Float64Array, { at, beside, sides }: Gaps): void {
  for (let sweep = 0; sweep < relaxations; sweep++)
    for (let gap = 0, first = 0; gap < at.length; gap++, first += mostSides) {
      const cell = at[gap] ?? 0;
      const count = sides[gap] ?? 1;
      let sum = 0;
      for (let side = 0; side < count; side++) sum += plane[beside[first + side] ?? 0] ?? 0;
      const now = plane[cell] ?? 0;
      plane[cell] = now + 1.7 * (sum / count - now);
    }
}
