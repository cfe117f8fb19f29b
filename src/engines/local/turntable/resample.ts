import type { Bitmap } from '../../../media/media.ts';

/** The part of a picture to bring to a new size: `left` and `top` in its own pixels, `scale` new pixels for one. */
export interface Cut {
  left: number;
  top: number;
  width: number;
  height: number;
  scale: number;
}

/**
 * Premultiplied RGBA from 0 to 1 of a part of a picture at another size; clear beyond the picture. A Catmull-Rom
 * kernel, widened when it shrinks (Mitchell and Netravali, "Reconstruction filters in computer graphics", 1988).
 */
export function resample(picture: Bitmap, cut: Cut): Float32Array {
  const across = taps({ from: cut.left, count: cut.width, scale: cut.scale, limit: picture.width });
  const down = taps({ from: cut.top, count: cut.height, scale: cut.scale, limit: picture.height });
  const rows = new Map<number, Float32Array>();
  const out = new Float32Array(cut.width * cut.height * 4);
  for (let y = 0; y < cut.height; y++) {
    const first = down.first[y] ?? 0;
    const count = down.count[y] ?? 0;
    for (const used of rows.keys()) if (used < first) rows.delete(used);
    for (let k = 0; k < count; k++) {
      const row = rows.get(first + k) ?? filterRow(picture, first + k, across);
      rows.set(first + k, row);
      addTimes(out, y * row.length, row, down.weights[y * down.most + k] ?? 0);
    }
  }
  // The kernel's negative lobes overshoot beside hard edges.
  for (let at = 0; at < out.length; at += 4) {
    const alpha = Math.min(1, Math.max(0, out[at + 3] ?? 0));
    out[at + 3] = alpha;
    for (let n = at; n < at + 3; n++) out[n] = Math.min(alpha, Math.max(0, out[n] ?? 0));
  }
  return out;
}

/** For each new pixel which old ones it is made of: `count` of them from `first` on, with a weight each, `most` places apart. */
interface Taps {
  first: Int32Array;
  count: Int32Array;
  weights: Float64Array;
  most: number;
}

function taps(options: { from: number; count: number; scale: number; limit: number }): Taps {
  const { from, count: pixels, scale, limit } = options;
  const stretch = Math.max(1, 1 / scale);
  const most = Math.ceil(4 * stretch) + 1;
  const first = new Int32Array(pixels);
  const count = new Int32Array(pixels);
  const weights = new Float64Array(pixels * most);
  for (let n = 0; n < pixels; n++) {
    const middle = from + (n + 0.5) / scale - 0.5;
    const earliest = Math.ceil(middle - 2 * stretch);
    const end = Math.floor(middle + 2 * stretch) + 1;
    // A widened kernel misses a sum of 1 by a percent or two: what is solid would come out a little clear, in a grid.
    let sum = 0;
    for (let at = earliest; at < end; at++) sum += kernel((at - middle) / stretch);
    const start = Math.max(0, earliest);
    first[n] = start;
    count[n] = Math.max(0, Math.min(end, limit) - start);
    for (let k = 0; k < (count[n] ?? 0); k++)
      weights[n * most + k] = kernel((start + k - middle) / stretch) / sum;
  }
  return { first, count, weights, most };
}

function kernel(x: number): number {
  const far = Math.abs(x);
  if (far >= 2) return 0;
  if (far >= 1) return ((-0.5 * far + 2.5) * far - 4) * far + 2;
  return (1.5 * far - 2.5) * far * far + 1;
}

function addTimes(out: Float32Array, from: number, row: Float32Array, weight: number): void {
  for (let n = 0; n < row.length; n++) out[from + n] = (out[from + n] ?? 0) + weight * (row[n] ?? 0);
}

function filterRow({ width, data }: Bitmap, y: number, { first, count, weights, most }: Taps): Float32Array {
  const out = new Float32Array(first.length * 4);
  for (let x = 0, to = 0; x < first.length; x++, to += 4) {
    let at = (y * width + (first[x] ?? 0)) * 4;
    for (let k = x * most, end = k + (count[x] ?? 0); k < end; k++, at += 4) {
      const alpha = ((data[at + 3] ?? 0) / 255) * (weights[k] ?? 0);
      if (alpha === 0) continue;
      out[to] = (out[to] ?? 0) + (alpha * (data[at] ?? 0)) / 255;
      out[to + 1] = (out[to + 1] ?? 0) + (alpha * (data[at + 1] ?? 0)) / 255;
      out[to + 2] = (out[to + 2] ?? 0) + (alpha * (data[at + 2] ?? 0)) / 255;
      out[to + 3] = (out[to + 3] ?? 0) + alpha;
    }
  }
  return out;
}
