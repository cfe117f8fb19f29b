import type { OffGround } from './off-ground.ts';

/** OKLab lightness below the lit ground from which a pixel lies in shadow. */
const depth = 0.015;
const sampleStep = 3;
/** Fewer samples tell nothing. */
const fewest = 300;
const share = 0.97;

/**
 * How far the photo's own open shadows stray from the ground's colour, in OKLab; 0 where there are too few of them. A
 * poor JPEG stores colour in steps so coarse that a shadow falls on another step than the lit ground does.
 */
export function shadeColour(ground: Uint8Array, off: OffGround): number {
  const chroma: number[] = [];
  for (let index = 0; index < ground.length; index += sampleStep)
    if (ground[index] === 1 && (off.lightness[index] ?? 0) < -depth) chroma.push(off.chroma[index] ?? 0);
  if (chroma.length < fewest) return 0;
  return Float64Array.from(chroma).sort()[Math.floor(chroma.length * share)] ?? 0;
}
