import { distanceTo } from '../distance-inside.ts';
import { floorFrom } from './floor.ts';
import { type GroundLike, shadeChroma } from './ground-like.ts';
import { inProportion } from './in-proportion.ts';
import type { OffGround } from './off-ground.ts';

/**
 * What a pixel's own looks say, in the unit of an unbroken edge of one pixel: positive for subject, negative for
 * ground. All are small beside an edge: they decide areas and gaps, edges decide where the outline runs.
 */
const forRefused = 0.003;
const forLit = -0.003;
const forShade = -0.001;
const forSmooth = 0.002;
const forContact = 0.0003;
const forDark = 0.03;
const mostForColour = 0.2;
/** Times the square of how far off it is. Above the floor an even area off the ground's colour is a part. */
const forColour = 0.012;
const forSmoothColour = { aboveFloor: 0.03, onFloor: 0.003 };

/** Under this lightness, this many pixels (of a photo of 1024) from a dark shadow, it may be its darkest line. */
const contact = { lightness: -0.25, besides: -0.12, pixels: 16 };

export function leanOf(options: {
  off: OffGround;
  shaded: Uint8Array;
  refused: Uint8Array;
  smooth: Uint8Array;
  like: GroundLike;
  width: number;
}): Float32Array {
  const { off, shaded, refused, smooth, like, width } = options;
  const height = shaded.length / width;
  const deep = new Uint8Array(shaded.length);
  for (let index = 0; index < deep.length; index++)
    if (shaded[index] === 1 && (off.lightness[index] ?? 0) < contact.besides) deep[index] = 1;
  const close = inProportion(contact.pixels, width, height);
  const toDeep = distanceTo(deep, width, height, close + 1);
  const floor = floorFrom(shaded, width) * width;
  // A coloured light on the floor has no edges of its own.
  const weightOfColour = (index: number) => {
    if (smooth[index] === 0) return forColour;
    return index < floor ? forSmoothColour.aboveFloor : forSmoothColour.onFloor;
  };
  const lean = new Float32Array(shaded.length);
  for (let index = 0; index < lean.length; index++) {
    const lightness = off.lightness[index] ?? 0;
    const over = Math.max(
      (off.chroma[index] ?? 1) / (shadeChroma(like, lightness) + 0.002),
      lightness / (like.brighter * 2),
    );
    if (over > 1) lean[index] = Math.min(mostForColour, weightOfColour(index) * over * over);
    else if (lightness > -like.darker)
      lean[index] = refused[index] === 1 || shaded[index] === 0 ? forRefused : forLit;
    else if (shaded[index] === 1) lean[index] = forShade;
    else if (smooth[index] === 1) lean[index] = forSmooth;
    else {
      const isContact = index >= floor && lightness < contact.lightness && (toDeep[index] ?? 0) <= close;
      lean[index] = isContact ? forContact : forDark;
    }
  }
  return lean;
}
