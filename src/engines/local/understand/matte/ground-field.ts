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
  for (const plane of [field.L, field.a, field.b]) {
    for (let at = 0; at < plane.length; at++)
      plane[at] = known[at] === 1 ? (plane[at] ?? 0) / (count[at] ?? 1) : 0;
    relax(plane, known, columns);
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

/** Fills the unknown cells so that each is the mean of its neighbours, by over-relaxed Gauss-Seidel sweeps. */
function relax(plane: Float64Array, known: Uint8Array, columns: number): void {
  const rows = plane.length / columns;
  for (let sweep = 0; sweep < relaxations; sweep++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const at = row * columns + column;
        if (known[at] === 1) continue;
        let sum = 0;
        let sides = 0;
        if (column > 0) {
          sum += plane[at - 1] ?? 0;
          sides++;
        }
        if (column < columns - 1) {
          sum += plane[at + 1] ?? 0;
          sides++;
        }
        if (row > 0) {
          sum += plane[at - columns] ?? 0;
          sides++;
        }
        if (row < rows - 1) {
          sum += plane[at + columns] ?? 0;
          sides++;
        }
        const now = plane[at] ?? 0;
        plane[at] = now + 1.7 * (sum / sides - now);
      }
}
