import type { Noise } from './noise.ts';
import type { OffGround } from './off-ground.ts';

/** How a pixel may differ from the lit ground and be lit ground all the same, in OKLab. */
export interface GroundLike {
  chroma: number;
  brighter: number;
  darker: number;
}

/** A few times the noise of the photo's own ground; a very clean ground is not held to less than 8 bits can tell. */
export const litLike = (noise: Noise): GroundLike => ({
  chroma: Math.max(0.003, noise.chroma * 2.5),
  brighter: Math.max(0.009, noise.lightness * 3),
  darker: Math.max(0.02, noise.lightness * 4),
});

/** What the first look allows, before the ground was measured: uneven light, but no other colour. */
export const roughlyLike = (noise: Noise): GroundLike => ({
  chroma: Math.min(0.015, Math.max(0.003, noise.chroma * 1.5)),
  brighter: 0.05,
  darker: 0.06,
});

/** A shadow brings a little colour along, the deeper the more: light thrown back by the subject. */
export const shadeChroma = (like: GroundLike, lightness: number) =>
  like.chroma + 0.002 + 0.045 * Math.max(0, -lightness);

/** 1 for every even pixel that looks like lit ground. */
export function litGround(options: {
  off: OffGround;
  edges: Float32Array;
  limit: number;
  like: GroundLike;
}): Uint8Array {
  const { off, edges, limit, like } = options;
  const lit = new Uint8Array(edges.length);
  for (let index = 0; index < lit.length; index++) {
    const lightness = off.lightness[index] ?? 1;
    if (lightness >= like.brighter || lightness <= -like.darker || (edges[index] ?? 1) > limit) continue;
    const most = Math.min(0.03, like.chroma + 0.001 + 0.06 * Math.abs(lightness));
    if ((off.chroma[index] ?? 1) < most) lit[index] = 1;
  }
  return lit;
}
