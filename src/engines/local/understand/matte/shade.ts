import { floodGround } from './flood.ts';
import { floorFrom } from './floor.ts';
import { type GroundLike, shadeChroma } from './ground-like.ts';
import { inProportion } from './in-proportion.ts';
import type { OffGround } from './off-ground.ts';

/** Half the width of the front, in pixels of a photo of 1024. */
const front = 4;
/** A shadow takes at most this much lightness, and its slope grows with its depth towards the point of contact. */
const deepest = 0.8;
const slope = { lit: 0.006, perDepth: 0.04, perDepthOnFloor: 0.08 };

/** The ground with every shadow that runs out of it smoothly; lit areas that were refused stay out. */
export function withShade(options: {
  ground: Uint8Array;
  refused: Uint8Array;
  off: OffGround;
  edges: Float32Array;
  like: GroundLike;
  width: number;
}): Uint8Array {
  const { ground, refused, off, edges, like, width } = options;
  const passable = new Uint8Array(ground.length);
  const floor = floorFrom(ground, width) * width;
  for (let index = 0; index < passable.length; index++) {
    const lightness = off.lightness[index] ?? 1;
    const perDepth = index < floor ? slope.perDepth : slope.perDepthOnFloor;
    const isSmooth = (edges[index] ?? 1) < slope.lit + perDepth * Math.max(0, -lightness);
    if (!isSmooth || lightness < -deepest || lightness > like.brighter * 2) continue;
    if (refused[index] === 1 && lightness > -like.darker) continue;
    if ((off.chroma[index] ?? 1) < shadeChroma(like, lightness)) passable[index] = 1;
  }
  const shaded = ground.slice();
  floodGround({ ground: shaded, passable, width, radius: inProportion(front, width, ground.length / width) });
  return shaded;
}
