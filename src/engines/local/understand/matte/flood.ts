import { distanceInside } from '../distance-inside.ts';
import { inProportion } from './in-proportion.ts';
import { type OffGround, shade } from './off-ground.ts';
import { queueOf, spread } from './spread.ts';

/** Half the width of the flood's front, in pixels of a photo of 1024. */
const front = 6;

/** 1 for every pixel of the photo's rim that lies on the ground's surface. */
export function groundOnRim(off: OffGround, width: number): Uint8Array {
  const ground = new Uint8Array(off.chroma.length);
  const height = ground.length / width;
  const seed = (index: number) => {
    if ((off.chroma[index] ?? 1) < shade.chroma && Math.abs(off.lightness[index] ?? 1) < 0.05)
      ground[index] = 1;
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
 * Spreads the ground over every pixel it reaches without crossing an edge. A studio ground and its soft shadows
 * change slowly; even clear glass has an outline. The front is `front` pixels wide either side, so that it does
 * not seep through a gap in a faint outline.
 */
export function floodGround(options: {
  ground: Uint8Array;
  off: OffGround;
  edges: Float32Array;
  width: number;
  limit: number;
  /** How much darker than lit ground it may be and still be ground. */
  darkening: number;
}): void {
  const { ground, off, edges, width, limit, darkening } = options;
  const height = ground.length / width;
  const passable = new Uint8Array(ground.length);
  for (let index = 0; index < ground.length; index++) {
    const lightness = off.lightness[index] ?? 0;
    const isLike =
      (off.chroma[index] ?? 1) < Math.min(0.028, 0.007 + 0.15 * Math.abs(lightness)) && lightness < 0.05;
    const isEven = (edges[index] ?? 1) <= limit || ground[index] === 1;
    passable[index] = isLike && isEven && lightness > -darkening ? 1 : 0;
  }
  const radius = inProportion(front, width, height);
  const room = distanceInside(passable, width, height, radius + 1);
  const first = queueOf(ground, width);
  const reached = spread({ queue: first.queue, tail: first.tail, ground, width, room, least: radius + 1 });
  // Back out to where the edges are, over what is even.
  spread({ ...reached, ground, width, room: passable, least: 1, steps: radius });
}
