import { blurPlane } from '../blur.ts';
import { distanceTo } from '../distance-inside.ts';
import type { GroundLike } from './ground-like.ts';
import { inProportion } from './in-proportion.ts';
import type { OffGround } from './off-ground.ts';

/** In pixels of a photo of 1024: how far an outline that nobody can see is evened out. */
const reach = 9;
/** From here on a change of colour per pixel is an edge that can be seen, and how close by it settles the outline. */
const seen = { change: 0.02, pixels: 6 };
/** Colour, in OKLab, that JPEG may carry from a subject into the lit ground beside it. */
const bled = { chroma: 0.02, lightness: 0.012 };

/**
 * Where subject and ground look the same, as clear glass on white, the outline is a guess, and a guess has no teeth:
 * pixels that look like lit ground go with most of what is around them. None is added beside an edge that can be seen,
 * so that a narrow gap stays open.
 */
export function smoothGuesses(
  subject: Uint8Array,
  options: { off: OffGround; like: GroundLike; edges: Float32Array; width: number },
): Uint8Array {
  const { off, like, edges, width } = options;
  const height = subject.length / width;
  const radius = inProportion(reach, width, height);
  const share = blurPlane(new Float32Array(subject), width, height, { x: radius, y: radius });
  const hard = new Uint8Array(edges.length);
  for (let index = 0; index < hard.length; index++) if ((edges[index] ?? 0) > seen.change) hard[index] = 1;
  const close = inProportion(seen.pixels, width, height);
  const toEdge = distanceTo(hard, width, height, close + 1);
  const looksLit = (index: number) => {
    const lightness = Math.abs(off.lightness[index] ?? 1);
    const chroma = off.chroma[index] ?? 1;
    return (
      (lightness < like.darker && chroma < like.chroma) ||
      (lightness < bled.lightness && chroma < bled.chroma)
    );
  };
  const smooth = subject.slice();
  for (let index = 0; index < smooth.length; index++) {
    const most = (share[index] ?? 0) > 0.5 ? 1 : 0;
    if (most === subject[index] || !looksLit(index)) continue;
    if (most === 0 || (toEdge[index] ?? 0) > close) smooth[index] = most;
  }
  return smooth;
}
