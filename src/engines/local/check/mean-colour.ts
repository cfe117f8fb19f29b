import { type Lab, labOfRgb } from './colour-difference.ts';

/** Rows of RGBA from the top. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array | Uint8ClampedArray;
}

export interface Square {
  x: number;
  y: number;
  side: number;
}

/** The mean of the pixels whose middles lie in a square; at least of the one it lies in. */
export function meanColour({ width, height, data }: Pixels, { x, y, side }: Square): Lab {
  const span = (from: number, most: number) => {
    const first = Math.min(most - 1, Math.max(0, Math.round(from)));
    return { first, last: Math.min(most, Math.max(first + 1, Math.round(from + side))) };
  };
  const [columns, rows] = [span(x, width), span(y, height)];
  let [red, green, blue] = [0, 0, 0];
  for (let row = rows.first; row < rows.last; row++)
    for (let column = columns.first; column < columns.last; column++) {
      const index = (row * width + column) * 4;
      red += data[index] ?? 0;
      green += data[index + 1] ?? 0;
      blue += data[index + 2] ?? 0;
    }
  const count = (columns.last - columns.first) * (rows.last - rows.first);
  return labOfRgb(red / count, green / count, blue / count);
}
