import { maskOf } from './matte/mask.ts';

/**
 * For every pixel of the mask, how many steps (4-neighbours) it lies inside: 1 at the outline, `most` where it is
 * that deep or deeper, 0 outside. The border of the picture is no outline. Two sweeps of the city-block distance
 * transform of Rosenfeld and Pfaltz, "Sequential Operations in Digital Picture Processing" (1966).
 */
export function distanceInside(mask: Uint8Array, width: number, height: number, most: number): Uint8Array {
  const depth = new Uint8Array(mask.length);
  for (let y = 0, index = 0; y < height; y++) {
    let left = most;
    for (let x = 0; x < width; x++, index++) {
      if (mask[index] === 0) {
        left = 0;
        continue;
      }
      const above = y > 0 ? (depth[index - width] ?? 0) : most;
      const nearest = Math.min(left, above) + 1;
      left = Math.min(nearest, most);
      depth[index] = left;
    }
  }
  for (let y = height - 1, index = mask.length - 1; y >= 0; y--) {
    let right = most;
    for (let x = width - 1; x >= 0; x--, index--) {
      const own = depth[index] ?? 0;
      const below = y < height - 1 ? (depth[index + width] ?? 0) : most;
      const nearest = Math.min(right, below) + 1;
      right = Math.min(nearest, own);
      depth[index] = right;
    }
  }
  return depth;
}

/** The same, seen from outside: steps from each pixel to the nearest one of the mask, 0 on it. */
export function distanceTo(mask: Uint8Array, width: number, height: number, most: number): Uint8Array {
  const outside = maskOf(mask.length, (index) => mask[index] === 0);
  return distanceInside(outside, width, height, most);
}
