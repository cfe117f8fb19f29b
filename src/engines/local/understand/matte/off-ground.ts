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
  const { columns, rows, cell } = field;
  const empty = () => new Float32Array(width * height);
  const off: OffGround = { lightness: empty(), chroma: empty(), a: empty(), b: empty() };
  const across = placesIn(columns, cell, width);
  const down = placesIn(rows, cell, height);
  const fieldL = stretchRows(field.L, columns, across);
  const fieldA = stretchRows(field.a, columns, across);
  const fieldB = stretchRows(field.b, columns, across);
  for (let y = 0, index = 0; y < height; y++) {
    const upper = (down.first[y] ?? 0) * width;
    const lower = (down.second[y] ?? 0) * width;
    const share = down.share[y] ?? 0;
    for (let x = 0; x < width; x++, index++) {
      const gL = mix(fieldL[upper + x] ?? 0, fieldL[lower + x] ?? 0, share);
      const ga = mix(fieldA[upper + x] ?? 0, fieldA[lower + x] ?? 0, share);
      const gb = mix(fieldB[upper + x] ?? 0, fieldB[lower + x] ?? 0, share);
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

/** For every pixel of a line the two cells that it lies between, and its share of the second. */
interface Places {
  first: Int32Array;
  second: Int32Array;
  share: Float64Array;
}

function placesIn(cells: number, cell: number, pixels: number): Places {
  const places = {
    first: new Int32Array(pixels),
    second: new Int32Array(pixels),
    share: new Float64Array(pixels),
  };
  for (let pixel = 0; pixel < pixels; pixel++) {
    const at = Math.min(cells - 1, Math.max(0, (pixel + 0.5) / cell - 0.5));
    const first = Math.min(Math.max(0, cells - 2), Math.floor(at));
    places.first[pixel] = first;
    places.second[pixel] = Math.min(cells - 1, first + 1);
    places.share[pixel] = at - first;
  }
  return places;
}

/** Every row of cells with a value for each pixel across. */
function stretchRows(plane: Float64Array, columns: number, { first, second, share }: Places): Float64Array {
  const width = share.length;
  const stretched = new Float64Array((plane.length / columns) * width);
  for (let index = 0, row = 0; index < stretched.length; row += columns)
    for (let x = 0; x < width; x++, index++)
      stretched[index] = mix(
        plane[row + (first[x] ?? 0)] ?? 0,
        plane[row + (second[x] ?? 0)] ?? 0,
        share[x] ?? 0,
      );
  return stretched;
}

const mix = (from: number, to: number, share: number) => from + (to - from) * share;
