import type { Bitmap } from '../../../../media/media.ts';
import { blurPlane } from '../blur.ts';
import { distanceTo } from '../distance-inside.ts';
import { inProportion } from '../matte/in-proportion.ts';
import { maskOf } from '../matte/mask.ts';
import type { Subject } from '../picture.ts';
import { softenEdge } from '../soft-edge.ts';
import { type ClearParts, findClear } from './find-clear.ts';

/** White that clear glass throws back everywhere, and how much more along its rim, where it is seen at a slant. */
const sheen = 0.045;
const rimSheen = 0.3;
/** In pixels of a photo of 1024: how far the rim reaches in, and how far beside glass a soft edge still shows it. */
const rim = 7;
const beside = 5;
/** Brighter than its ground by so much, in OKLab, glass begins to mirror a lamp, and does so in full; at most. */
const lampFrom = 0.005;
const lampPer = 0.02;
const mostLamp = 0.5;

/**
 * The cut-out of a product with its clear glass see-through: over paper P glass shows P T and what it mirrors, over a
 * set B likewise B T, so that such a pixel is black of alpha 1 - T below a little white. Undefined where nothing of the
 * photo looks like clear glass.
 */
export function seeThrough(photo: Bitmap, subject: Subject): Bitmap | undefined {
  const found = findClear(photo, subject);
  if (found === undefined) return undefined;
  const { width, height } = photo;
  const { clear, fringe, lines } = found;
  const { data } = subject.cutOut;
  const alphaAt = (index: number) => (data[index * 4 + 3] ?? 0) / 255;
  const solid = maskOf(
    clear.length,
    (index) => alphaAt(index) >= 0.5 && clear[index] === 0 && fringe[index] === 0 && lines[index] === 0,
  );
  const opaque = softenEdge(photo, solid).cutOut.data;
  const cover = coverOf({ clear, lines, width, height });
  const passed = passedBy(found, width, height);
  const white = whiteOf(found, { solid, width, height });
  const out = Buffer.alloc(data.length);
  for (let index = 0, at = 0; index < clear.length; index++, at += 4) {
    // Away from glass the cut-out is what it was.
    const near = cover[index] ?? 0;
    if (near === 0 && fringe[index] === 0) {
      data.copy(out, at, at, at + 4);
      continue;
    }
    const own = Math.min(alphaAt(index), (opaque[at + 3] ?? 0) / 255);
    const mirrored = white[index] ?? 0;
    const glass = near * alphaAt(index) * (1 - (passed[index] ?? 1) * (1 - mirrored));
    const light = near * alphaAt(index) * mirrored * 255;
    const alpha = own + (1 - own) * glass;
    for (let channel = 0; channel < 3 && alpha > 0; channel++)
      out[at + channel] = Math.min(
        255,
        Math.round((own * (opaque[at + channel] ?? 0) + (1 - own) * light) / alpha),
      );
    out[at + 3] = Math.round(alpha * 255);
  }
  return { width, height, data: out };
}

type Size = { width: number; height: number };

/** 1 where glass may show: on it, on its lines, and in the soft edge to what is opaque. */
function coverOf({ clear, lines, width, height }: Pick<ClearParts, 'clear' | 'lines'> & Size): Uint8Array {
  const reach = inProportion(beside, width, height);
  const glass = maskOf(clear.length, (index) => clear[index] === 1 || lines[index] === 1);
  const away = distanceTo(glass, width, height, reach + 1);
  return maskOf(clear.length, (index) => (away[index] ?? 0) <= reach);
}

/** T: the share of the light of its ground that a pixel lets through, of sRGB values; evened out beside glass. */
function passedBy({ clear, lines, off, L }: ClearParts, width: number, height: number): Float32Array {
  const passed = (index: number) => {
    const light = L[index] ?? 0;
    return Math.min(1, Math.max(0, greyOf(light) / greyOf(light - (off.lightness[index] ?? 0))));
  };
  const own = new Float32Array(clear.length);
  const known = Float32Array.from(clear);
  for (let index = 0; index < own.length; index++) if (clear[index] === 1) own[index] = passed(index);
  const fine = weighed(own, known, { width, height, radius: 1 });
  const wide = weighed(own, known, { width, height, radius: 4 });
  for (let index = 0; index < own.length; index++)
    if (lines[index] === 1) own[index] = passed(index);
    else own[index] = (clear[index] === 1 ? fine[index] : wide[index]) ?? 1;
  return own;
}

/** The sRGB value, 0 to 1, of a grey by its lightness in OKLab, whose cube is its light. */
const greyOf = (lightness: number) => Math.max(1e-3, 1.055 * Math.max(0, lightness) ** (3 / 2.4) - 0.055);

/** The mean of what is known around each pixel; 1 where nothing is. */
function weighed(
  plane: Float32Array,
  known: Float32Array,
  { width, height, radius }: Size & { radius: number },
): Float32Array {
  const sums = blurPlane(plane, width, height, { x: radius, y: radius });
  const weights = blurPlane(known, width, height, { x: radius, y: radius });
  for (let index = 0; index < sums.length; index++) {
    const weight = weights[index] ?? 0;
    sums[index] = weight > 1e-3 ? (sums[index] ?? 0) / weight : 1;
  }
  return sums;
}

/** How much white lies over each pixel, 0 to 1. */
function whiteOf(
  { clear, fringe, off }: ClearParts,
  { solid, width, height }: Size & { solid: Uint8Array },
): Float32Array {
  const reach = inProportion(rim, width, height) / 2;
  const outside = new Float32Array(clear.length);
  const bright = new Float32Array(clear.length);
  for (let index = 0; index < clear.length; index++)
    if (clear[index] === 1) bright[index] = Math.max(0, (off.lightness[index] ?? 0) - lampFrom) / lampPer;
    else if (solid[index] === 0) outside[index] = 1;
  const white = blurPlane(outside, width, height, { x: reach, y: reach });
  const lamps = blurPlane(bright, width, height, { x: 1.2, y: 1.2 });
  for (let index = 0; index < white.length; index++) {
    const slant = Math.min(1, (white[index] ?? 0) * 2) ** 2;
    const mirrored = sheen + rimSheen * slant + mostLamp * (lamps[index] ?? 0);
    white[index] = fringe[index] === 1 ? 0 : Math.min(mostLamp, mirrored);
  }
  return white;
}
