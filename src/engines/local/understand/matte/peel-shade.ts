import { keepSubject } from './keep-subject.ts';
import { type OffGround, shade } from './off-ground.ts';

/** The part of the subject's height, from below, in which it can touch the floor. */
const floorShare = 0.3;
/** Change of colour per pixel above which an edge is the subject's. */
const shadeEdge = 0.02;

/**
 * Where the subject touches the floor its shadow is too steep for the flood. From the ground inward, takes off
 * what is darker than the ground, has no colour of its own and no hard edge, in the lowest part of the subject.
 */
export function peelShade(options: {
  ground: Uint8Array;
  off: OffGround;
  edges: Float32Array;
  width: number;
  height: number;
}): void {
  const { ground, off, edges, width, height } = options;
  const subject = keepSubject(ground, width);
  let top = height;
  let bottom = 0;
  for (let index = 0; index < subject.length; index++)
    if (subject[index] === 1) {
      const y = Math.floor(index / width);
      if (y < top) top = y;
      bottom = y;
    }
  const floorFrom = Math.round(bottom - (bottom - top) * floorShare);
  let layer: number[] = [];
  const isShade = (index: number) => {
    if (ground[index] !== 0 || (edges[index] ?? 1) > shadeEdge) return false;
    const lightness = off.lightness[index] ?? 0;
    return lightness < -0.012 && lightness > -shade.darkening && (off.chroma[index] ?? 1) < shade.chroma;
  };
  const take = (index: number, into: number[]) => {
    if (!isShade(index)) return;
    ground[index] = 1;
    into.push(index);
  };
  for (let y = floorFrom; y < height - 1; y++)
    for (let index = y * width + 1, end = index + width - 2; index < end; index++)
      if (ground[index] === 1)
        for (const next of [index - 1, index + 1, index - width, index + width])
          if (next >= floorFrom * width) take(next, layer);
  while (layer.length > 0) {
    const next: number[] = [];
    for (const index of layer)
      for (const neighbour of [index - 1, index + 1, index - width, index + width])
        if (neighbour >= floorFrom * width && neighbour < ground.length) take(neighbour, next);
    layer = next;
  }
}
