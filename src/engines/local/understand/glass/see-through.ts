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

/** Where glass may show, 0 to 1: on it, on its lines, and in the soft edge to what is opaque. */
function coverOf({ clear, lines, width, height }: Pick<ClearParts, 'clear' | 'lines'> & Size): Float32Array {
  const reach = inProportion(beside, width, height);
  const glass = maskOf(clear.length, (index) => clear[index] === 1 || lines[index] === 1);
  const away = distanceTo(glass, width, height, reach + 1);
  return Float32Array.from(away, (steps) => (steps <= reach ? 1 : 0));
}

/** T: the share of the light of its ground that a pixel lets through, of sRGB values; evened out beside glass. */
function passedBy({ clear, lines, off }: ClearParts, width: number, height: number): Float32Array {
  const own = new Float32Array(clear.length);
  const known = new Float32Array(clear.length);
  for (let index = 0; index < clear.length; index++) {
    if (clear[index] === 0) continue;
    known[index] = 1;
    // OKLab lightness of a grey runs with its sRGB value, but for a part in a hundred.
    own[index] = Math.min(1, Math.max(0, 1 + (off.lightness[index] ?? 0)));
  }
  const fine = weighed(own, known, { width, height, radius: 1 });
  const wide = weighed(own, known, { width, height, radius: 4 });
  return own.map((_, index) => {
    if (lines[index] === 1) return Math.min(1, Math.max(0, 1 + (off.lightness[index] ?? 0)));
    return (known[index] === 1 ? fine[index] : wide[index]) ?? 1;
  });
}

/** The mean of what is known around each pixel; 1 where nothing is. */
function weighed(
  plane: Float32Array,
  known: Float32Array,
  { width, height, radius }: Size & { radius: number },
) {
  const blur = (values: Float32Array) => blurPlane(values, width, height, { x: radius, y: radius });
  const sums = blur(plane);
  const weights = blur(known);
  return sums.map((sum, index) => ((weights[index] ?? 0) > 1e-3 ? sum / (weights[index] ?? 1) : 1));
}

/** How much white lies over each pixel, 0 to 1. */
function whiteOf(
  { clear, fringe, off }: ClearParts,
  { solid, width, height }: Size & { solid: Uint8Array },
): Float32Array {
  const reach = inProportion(rim, width, height);
  const outside = maskOf(clear.length, (index) => clear[index] === 0 && solid[index] === 0);
  const edge = blurPlane(Float32Array.from(outside), width, height, { x: reach / 2, y: reach / 2 });
  const lamps = blurPlane(
    Float32Array.from(clear, (one, index) =>
      one === 1 ? Math.max(0, (off.lightness[index] ?? 0) - lampFrom) / lampPer : 0,
    ),
    width,
    height,
    { x: 1.2, y: 1.2 },
  );
  return edge.map((value, index) => {
    if (fringe[index] === 1) return 0;
    return Math.min(
      mostLamp,
      sheen + rimSheen * Math.min(1, value * 2) ** 2 + (lamps[index] ?? 0) * mostLamp,
    );
  });
}
