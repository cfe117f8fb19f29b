import type { CutOut } from './cut-out.ts';

/** The outline of a product, coarse: how much of each pixel it covers, 0 to 1. */
export interface Silhouette {
  width: number;
  height: number;
  cover: Float32Array;
  /** Rows from the top to the lowest opaque one, its lower edge. */
  base: number;
  /** Product pixels per pixel. */
  scale: number;
}

export function silhouetteOf(product: CutOut, scale: number): Silhouette {
  const width = Math.ceil(product.width / scale);
  const height = Math.ceil(product.height / scale);
  const cover = new Float32Array(width * height);
  const share = 1 / (255 * scale * scale);
  let base = 0;
  for (let y = 0, at = 3; y < product.height; y++) {
    const start = Math.floor(y / scale) * width;
    for (let x = 0; x < product.width; x++, at += 4) {
      const alpha = product.data[at] ?? 0;
      if (alpha === 0) continue;
      if (alpha > 127) base = y + 1;
      const index = start + Math.floor(x / scale);
      cover[index] = (cover[index] ?? 0) + alpha * share;
    }
  }
  return { width, height, cover, base: Math.max(1, base / scale), scale };
}

/** What of it touches the ground or nearly so: from where to where, in pixels. */
export function footOf({ width, cover, base }: Silhouette): { left: number; right: number; width: number } {
  const from = Math.max(0, Math.floor(base * 0.94 - 1));
  let left = width;
  let right = 0;
  for (let y = from; y < base; y++)
    for (let x = 0; x < width; x++) {
      if ((cover[y * width + x] ?? 0) < 0.4) continue;
      if (x < left) left = x;
      if (x >= right) right = x + 1;
    }
  return right > left ? { left, right, width: right - left } : { left: 0, right: width, width };
}

/** Where a shadow is painted: a product whose left edge is at `left` stands on the row `base`. */
export interface ShadePlace {
  width: number;
  height: number;
  left: number;
  base: number;
}
