import { floodGround } from './flood.ts';
import { inProportion } from './in-proportion.ts';
import type { OffGround } from './off-ground.ts';

/** Side of the square in each corner of a photo of 1024 from which ground may spread. */
const side = 16;
/** OKLab distances that the first fit may be wrong by, so far from the ground it was made from. */
const fitWrong = { lightness: 0.06, chroma: 0.008 };

/**
 * A close-up can cut the ground into parts, and a fit to one part of a strong gradient is a little wrong at another.
 * Adds the even areas in the corners that nearly follow the fit; answers whether there were any, for then the ground
 * is to be measured anew.
 */
export function joinCorners(options: {
  reached: Uint8Array;
  off: OffGround;
  edges: Float32Array;
  limit: number;
  width: number;
  radius: number;
}): boolean {
  const { reached, off, edges, limit, width, radius } = options;
  const height = reached.length / width;
  const deep = inProportion(side, width, height);
  const isEven = (index: number) =>
    (edges[index] ?? 1) <= limit &&
    (off.chroma[index] ?? 1) < fitWrong.chroma &&
    Math.abs(off.lightness[index] ?? 1) < fitWrong.lightness;
  const corners = new Uint8Array(reached.length);
  let found = 0;
  for (const top of [0, height - deep])
    for (const left of [0, width - deep])
      for (let y = Math.max(0, top); y < Math.min(height, top + deep); y++)
        for (let x = Math.max(0, left); x < Math.min(width, left + deep); x++) {
          const index = y * width + x;
          if (reached[index] === 1 || !isEven(index)) continue;
          corners[index] = 1;
          found++;
        }
  if (found < deep * deep * 0.5) return false;
  const passable = new Uint8Array(reached.length);
  for (let index = 0; index < passable.length; index++) if (isEven(index)) passable[index] = 1;
  floodGround({ ground: corners, passable, width, radius });
  for (let index = 0; index < reached.length; index++) if (corners[index] === 1) reached[index] = 1;
  return true;
}
