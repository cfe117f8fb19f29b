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
    const { first, weights } = down[y] ?? { first: 0, weights: [] };
    for (const used of rows.keys()) if (used < first) rows.delete(used);
    for (const [k, weight] of weights.entries()) {
      const row = rows.get(first + k) ?? filterRow(picture, first + k, across);
      rows.set(first + k, row);
      const at = y * row.length;
      for (let n = 0; n < row.length; n++) out[at + n] = (out[at + n] ?? 0) + weight * (row[n] ?? 0);
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

interface Taps {
  first: number;
  weights: number[];
}

function taps(options: { from: number; count: number; scale: number; limit: number }): Taps[] {
  const { from, count, scale, limit } = options;
  const stretch = Math.max(1, 1 / scale);
  return Array.from({ length: count }, (_, n) => {
    const middle = from + (n + 0.5) / scale - 0.5;
    const first = Math.ceil(middle - 2 * stretch);
    const count = Math.floor(middle + 2 * stretch) - first + 1;
    const weights = Array.from({ length: count }, (_, k) => kernel((first + k - middle) / stretch));
    // A widened kernel misses a sum of 1 by a percent or two: what is solid would come out a little clear, in a grid.
    const sum = weights.reduce((all, weight) => all + weight, 0);
    const start = Math.max(0, first);
    const shares = weights.map((weight) => weight / sum);
    return { first: start, weights: shares.slice(start - first, Math.max(0, limit - first)) };
  });
}

function kernel(x: number): number {
  const far = Math.abs(x);
  if (far >= 2) return 0;
  if (far >= 1) return ((-0.5 * far + 2.5) * far - 4) * far + 2;
  return (1.5 * far - 2.5) * far * far + 1;
}

function filterRow({ width, data }: Bitmap, y: number, across: Taps[]): Float32Array {
  const out = new Float32Array(across.length * 4);
  for (const [x, { first, weights }] of across.entries())
    for (let k = 0; k < weights.length; k++) {
      const at = (y * width + first + k) * 4;
      const alpha = ((data[at + 3] ?? 0) / 255) * (weights[k] ?? 0);
      if (alpha === 0) continue;
      for (let n = 0; n < 3; n++)
        out[x * 4 + n] = (out[x * 4 + n] ?? 0) + (alpha * (data[at + n] ?? 0)) / 255;
      out[x * 4 + 3] = (out[x * 4 + 3] ?? 0) + alpha;
    }
  return out;
}
