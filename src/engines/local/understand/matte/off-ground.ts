import type { OklabPlanes } from '../oklab.ts';
import type { GroundField } from './ground-field.ts';

/**
 * How far each pixel is from the ground behind it, in OKLab. A shadow scales the light of the ground, which in OKLab
 * moves its colour along the line to black; what is left beside that line cannot be shadow.
 */
export interface OffGround {
  /** Along the line: lightness above the lit ground, negative in shadow. */
  lightness: Float32Array;
  /** Beside the line: how far, and in which direction. */
  chroma: Float32Array;
  a: Float32Array;
  b: Float32Array;
}

export function offGround(planes: OklabPlanes, field: GroundField): OffGround {
  const { width, height } = planes;
  const empty = () => new Float32Array(width * height);
  const off: OffGround = { lightness: empty(), chroma: empty(), a: empty(), b: empty() };
  const row = { L: new Float64Array(width), a: new Float64Array(width), b: new Float64Array(width) };
  for (let y = 0, index = 0; y < height; y++) {
    for (const channel of ['L', 'a', 'b'] as const)
      fillRow({ field, plane: field[channel], y, into: row[channel] });
    for (let x = 0; x < width; x++, index++) {
      const gL = row.L[x] ?? 0;
      const ga = row.a[x] ?? 0;
      const gb = row.b[x] ?? 0;
      const L = planes.L[index] ?? 0;
      const a = planes.a[index] ?? 0;
      const b = planes.b[index] ?? 0;
      const length = Math.max(1e-6, gL * gL + ga * ga + gb * gb);
      const scale = (L * gL + a * ga + b * gb) / length;
      const dL = L - scale * gL;
      const da = a - scale * ga;
      const db = b - scale * gb;
      off.lightness[index] = (scale - 1) * Math.sqrt(length);
      off.chroma[index] = Math.sqrt(dL * dL + da * da + db * db);
      off.a[index] = da;
      off.b[index] = db;
    }
  }
  return off;
}

/** One row of the ground, from the four cells around each pixel. */
function fillRow(options: { field: GroundField; plane: Float64Array; y: number; into: Float64Array }): void {
  const { field, plane, y, into } = options;
  const { columns, rows, cell } = field;
  const v = Math.min(rows - 1, Math.max(0, (y + 0.5) / cell - 0.5));
  const upper = Math.min(Math.max(0, rows - 2), Math.floor(v));
  const lower = Math.min(rows - 1, upper + 1);
  for (let x = 0; x < into.length; x++) {
    const u = Math.min(columns - 1, Math.max(0, (x + 0.5) / cell - 0.5));
    const left = Math.min(Math.max(0, columns - 2), Math.floor(u));
    const right = Math.min(columns - 1, left + 1);
    const top = mix(plane[upper * columns + left] ?? 0, plane[upper * columns + right] ?? 0, u - left);
    const bottom = mix(plane[lower * columns + left] ?? 0, plane[lower * columns + right] ?? 0, u - left);
    into[x] = mix(top, bottom, v - upper);
  }
}

const mix = (from: number, to: number, share: number) => from + (to - from) * share;
