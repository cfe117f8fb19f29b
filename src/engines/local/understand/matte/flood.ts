import { distanceInside } from '../distance-inside.ts';
import type { OffGround } from './off-ground.ts';
import { queueOf, spread } from './spread.ts';

/** Marks the even pixels of the photo's rim that lie on the ground's surface. */
export function groundOnRim(options: {
  off: OffGround;
  edges: Float32Array;
  limit: number;
  width: number;
}): Uint8Array {
  const { off, edges, limit, width } = options;
  const ground = new Uint8Array(edges.length);
  const height = ground.length / width;
  const seed = (index: number) => {
    const isLike = (off.chroma[index] ?? 1) < 0.022 && Math.abs(off.lightness[index] ?? 1) < 0.05;
    if (isLike && (edges[index] ?? 1) <= limit) ground[index] = 1;
  };
  for (let x = 0; x < width; x++) {
    seed(x);
    seed((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    seed(y * width);
    seed(y * width + width - 1);
  }
  return ground;
}

/**
 * Spreads the ground over every pixel it reaches through `passable` with a front of `radius` either side: it does
 * not seep through a gap in a faint outline, and it stops that far before every outline.
 */
export function floodGround(options: {
  ground: Uint8Array;
  passable: Uint8Array;
  width: number;
  radius: number;
}): void {
  const { ground, passable, width, radius } = options;
  const room = distanceInside(passable, width, ground.length / width, radius + 1);
  spread({ ...queueOf(ground, width), ground, width, room, least: radius + 1 });
}
