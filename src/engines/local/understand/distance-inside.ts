/**
 * For every pixel of the mask, how many steps (4-neighbours) it lies inside: 1 at the outline, `most` where it is
 * that deep or deeper, 0 outside. The border of the picture is no outline. Two sweeps of the city-block distance
 * transform of Rosenfeld and Pfaltz, "Sequential Operations in Digital Picture Processing" (1966).
 */
export function distanceInside(mask: Uint8Array, width: number, height: number, most: number): Uint8Array {
  return depthOf({ mask, isZeroOutside: true, width, height, most });
}

/** The same, seen from outside: steps from each pixel to the nearest one of the mask, 0 on it. */
export function distanceTo(mask: Uint8Array, width: number, height: number, most: number): Uint8Array {
  return depthOf({ mask, isZeroOutside: false, width, height, most });
}

function depthOf(options: {
  mask: Uint8Array;
  isZeroOutside: boolean;
  width: number;
  height: number;
  most: number;
}): Uint8Array {
  const { mask, isZeroOutside, width, height, most } = options;
  const depth = new Uint8Array(mask.length);
  for (let y = 0, index = 0; y < height; y++) {
    let reached = most;
    for (const end = index + width; index < end; index++) {
      if ((mask[index] === 0) === isZeroOutside) {
        reached = 0;
        continue;
      }
      const above = y > 0 ? (depth[index - width] ?? 0) : most;
      if (above < reached) reached = above;
      if (reached < most) reached++;
      depth[index] = reached;
    }
  }
  for (let y = height - 1, index = mask.length - 1; y >= 0; y--) {
    let reached = most;
    for (const end = index - width; index > end; index--) {
      const own = depth[index] ?? 0;
      const below = y < height - 1 ? (depth[index + width] ?? 0) : most;
      if (below < reached) reached = below;
      if (reached < own) depth[index] = ++reached;
      else reached = own;
    }
  }
  return depth;
}
