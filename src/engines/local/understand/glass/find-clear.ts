import type { Bitmap } from '../../../../media/media.ts';
import { fitBackground, refitBackground, surfaceAt } from '../background.ts';
import { blurPlane } from '../blur.ts';
import { distanceInside, distanceTo } from '../distance-inside.ts';
import { edgeStrength, smoothed } from '../matte/edges.ts';
import { groundField } from '../matte/ground-field.ts';
import { type GroundLike, litLike } from '../matte/ground-like.ts';
import { inProportion } from '../matte/in-proportion.ts';
import { maskOf } from '../matte/mask.ts';
import { groundNoise } from '../matte/noise.ts';
import { type OffGround, offGround } from '../matte/off-ground.ts';
import { cutOutline } from '../matte/outline-cut.ts';
import { queueOf, spread } from '../matte/spread.ts';
import { known } from '../matte/trimap.ts';
import { type OklabPlanes, oklabPlanes } from '../oklab.ts';
import type { Subject } from '../picture.ts';
import { labelRegions } from '../regions.ts';

/** What of a subject shows the photo's own ground: one byte a pixel each. */
export interface ClearParts {
  /** Clear glass. */
  clear: Uint8Array;
  /** Ground that the outline took along where nobody could see it: it is not of the product. */
  fringe: Uint8Array;
  /** Grey thin lines and glints in or beside clear glass: light bent out of sight or into it, and no colour of its own. */
  lines: Uint8Array;
  off: OffGround;
  /** The photo's OKLab lightness. */
  L: Float32Array;
}

/** Glass may be this much darker than the ground behind it, in OKLab, and still be an area and not a line. */
const darkest = 0.16;
/** And is not brighter, but where it mirrors a lamp: a white label often is. */
const brightest = 0.004;
/** OKLab distance beside the ground's line from which a pixel is no glass beyond doubt. */
const ownColour = 0.03;
/** Up to here it may be noise of the ground itself, of which the mean over a few pixels is free. */
const noisy = { chroma: 0.016, lightness: 0.05, radius: 2.2 };
/** Times as far off the ground's colour as noise is, up to which a pixel may be either; and the length of a tooth. */
const doubtful = 2.5;
const teeth = 2.4;
/** Share of the subject's area below which an area is a glint and no glass. */
const leastArea = 0.001;
/** Less than this in all is no glass either, but what steel mirrors. */
const leastShare = 0.06;
/** And the share of `leastArea` below which what is not grey is a speck. */
const speck = 0.25;
/** In pixels of a photo of 1024: the deepest fringe, and half the width of the broadest line. */
const fringed = 40;
const lineHalf = 5;

/** As in `leanOf`: what the looks of a pixel say, in the unit of an unbroken edge of one pixel. */
const forLit = -0.03;
const forGrey = -0.006;
const forBright = 0.002;
const forDark = 0.03;
const forColour = 0.012;
const mostForColour = 0.2;

/** Ground that is less plain, or darker in OKLab, tells nothing of what stands before it. */
const leastPlain = 0.6;
const leastLight = 0.55;

/** Undefined where nothing of the subject looks like its ground, or there is none: a picture that came with alpha. */
export function findClear(photo: Bitmap, { cutOut, shadow }: Subject): ClearParts | undefined {
  const { width, height } = photo;
  const count = width * height;
  const alphaAt = (index: number) => cutOut.data[index * 4 + 3] ?? 0;
  const ground = maskOf(count, (index) => alphaAt(index) === 0 && (shadow?.[index] ?? 0) < 10);
  const first = ground.indexOf(1);
  if (first < 0 || photo.data[first * 4 + 3] !== 255) return undefined;
  const planes = oklabPlanes(photo);
  const { plainness, L: groundL } = fitBackground(planes);
  if (plainness < leastPlain || surfaceAt(groundL, 0, 0) < leastLight) return undefined;
  const off = offGround(planes, groundField(planes, ground, refitBackground(planes, ground, plainness)));
  const smooth = smoothed(planes);
  const edges = edgeStrength(smooth);
  const noise = groundNoise(off, edges, ground);
  const inside = maskOf(count, (index) => alphaAt(index) >= 128);
  const looks = looksOf(off, inside, { like: litLike(noise), width });
  const softness = Math.max(0.002, noise.rough * 2);
  const glass = cutGlass({ looks, inside, off, smooth, softness });
  const found = withoutTeeth(glass, { looks, inside, width });
  const clear = withoutCrumbs(found, inside, width);
  if (clear === undefined) return undefined;
  const rest = maskOf(count, (index) => inside[index] === 1 && clear[index] === 0);
  const fringe = fringeOf({ rest, found, inside, width });
  const opaque = maskOf(count, (index) => rest[index] === 1 && fringe[index] === 0);
  return { clear, fringe, lines: linesOf({ opaque, looks, off, clear, inside, width }), off, L: planes.L };
}

/** Kinds of pixels: as bright as the ground, darker, brighter, much darker, of another colour. */
const [lit, grey, bright, dark, coloured] = [1, 2, 3, 4, 5];

interface Looks {
  kind: Uint8Array;
  /** How far off the ground's colour, where 1 is as far as noise may be. */
  over: Float32Array;
}

/** What pixels look like beside their ground; nearly grey ones by the mean of those around them. */
function looksOf(
  off: OffGround,
  inside: Uint8Array,
  { like, width }: { like: GroundLike; width: number },
): Looks {
  const height = inside.length / width;
  const isNoisy = maskOf(
    inside.length,
    (index) =>
      inside[index] === 1 &&
      (off.chroma[index] ?? 1) < noisy.chroma &&
      Math.abs(off.lightness[index] ?? 1) < noisy.lightness,
  );
  const mean = (plane: Float32Array) => {
    const kept = new Float32Array(plane.length);
    for (let index = 0; index < kept.length; index++)
      if (isNoisy[index] === 1) kept[index] = plane[index] ?? 0;
    return blurPlane(kept, width, height, { x: noisy.radius, y: noisy.radius });
  };
  const weight = mean(new Float32Array(inside.length).fill(1));
  const [a, b, lightness] = [mean(off.a), mean(off.b), mean(off.lightness)];
  const kind = new Uint8Array(inside.length);
  const over = new Float32Array(inside.length);
  for (let index = 0; index < inside.length; index++) {
    if (inside[index] === 0) continue;
    const share = weight[index] ?? 0;
    const even = isNoisy[index] === 1 && share > 0.01;
    const level = even ? (lightness[index] ?? 0) / share : (off.lightness[index] ?? 0);
    const chroma = even ? Math.hypot(a[index] ?? 0, b[index] ?? 0) / share : (off.chroma[index] ?? 0);
    const own = chroma / (like.chroma + 0.001 + 0.05 * Math.max(0, -level));
    over[index] = own;
    if (own > 1) kind[index] = coloured;
    else if (level > brightest) kind[index] = bright;
    else if (level > -like.darker) kind[index] = lit;
    else kind[index] = level > -darkest ? grey : dark;
  }
  return { kind, over };
}

/** The outline of glass runs along edges, as that of the product does, around areas that look like it. */
function cutGlass(options: {
  looks: Looks;
  inside: Uint8Array;
  off: OffGround;
  smooth: OklabPlanes;
  softness: number;
}): Uint8Array {
  const { looks, inside, off, smooth, softness } = options;
  const lean = new Float32Array(inside.length);
  const trimap = new Uint8Array(inside.length);
  const leans: Record<number, number> = {
    [lit]: forLit,
    [grey]: forGrey,
    [bright]: forBright,
    [dark]: forDark,
  };
  for (let index = 0; index < inside.length; index++) {
    const over = looks.over[index] ?? 0;
    if (inside[index] === 0) trimap[index] = known.ground;
    else if ((off.chroma[index] ?? 1) > ownColour) trimap[index] = known.subject;
    lean[index] =
      over > 1 ? Math.min(mostForColour, forColour * over * over) : (leans[looks.kind[index] ?? 0] ?? 0);
  }
  return cutOutline({ trimap, lean, off, smooth, softness });
}

/** Where colours hardly differ the outline is a guess, and a guess has no teeth: doubtful pixels go with most around. */
function withoutTeeth(
  glass: Uint8Array,
  { looks, inside, width }: { looks: Looks; inside: Uint8Array; width: number },
): Uint8Array {
  const height = glass.length / width;
  const share = blurPlane(Float32Array.from(glass), width, height, { x: teeth, y: teeth });
  return maskOf(glass.length, (index) => {
    if (inside[index] === 0) return false;
    const isDoubtful = (looks.over[index] ?? 0) < doubtful && looks.kind[index] !== dark;
    return isDoubtful ? (share[index] ?? 0) > 0.5 : glass[index] === 1;
  });
}

function withoutCrumbs(clear: Uint8Array, inside: Uint8Array, width: number): Uint8Array | undefined {
  const area = areaOf(inside);
  const { labels, regions } = labelRegions(opened(clear, width, 1), 1, width);
  const kept = new Set(regions.filter((region) => region.area > area * leastArea).map(({ label }) => label));
  const glass = maskOf(clear.length, (index) => kept.has(labels[index] ?? 0));
  return areaOf(glass) < area * leastShare ? undefined : glass;
}

/** An area without all that is narrower than twice the radius. */
function opened(mask: Uint8Array, width: number, radius: number): Uint8Array {
  const height = mask.length / width;
  const deep = distanceInside(mask, width, height, radius + 1);
  const core = maskOf(mask.length, (index) => (deep[index] ?? 0) > radius);
  const near = distanceTo(core, width, height, radius + 2);
  return maskOf(mask.length, (index) => mask[index] === 1 && (near[index] ?? 0) <= radius + 1);
}

/** What looks like ground and is reached from outside over nothing else. */
function fringeOf(options: {
  rest: Uint8Array;
  found: Uint8Array;
  inside: Uint8Array;
  width: number;
}): Uint8Array {
  const { rest, found, inside, width } = options;
  const room = maskOf(rest.length, (index) => rest[index] === 1 && found[index] === 1);
  const reached = maskOf(rest.length, (index) => inside[index] === 0);
  const steps = inProportion(fringed, width, rest.length / width);
  spread({ ...queueOf(reached, width), ground: reached, width, room, least: 1, steps });
  return maskOf(rest.length, (index) => reached[index] === 1 && rest[index] === 1);
}

/** Grey, thin, and close to clear glass, for a silver cap is grey too, but thick; and pale specks of any colour. */
function linesOf(options: {
  opaque: Uint8Array;
  looks: Looks;
  off: OffGround;
  clear: Uint8Array;
  inside: Uint8Array;
  width: number;
}): Uint8Array {
  const { opaque, looks, off, clear, inside, width } = options;
  const height = opaque.length / width;
  const half = inProportion(lineHalf, width, height);
  const thick = opened(opaque, width, half);
  const near = distanceTo(clear, width, height, 4 * half + 1);
  const lines = maskOf(
    opaque.length,
    (index) =>
      opaque[index] === 1 &&
      thick[index] === 0 &&
      (near[index] ?? 0) <= 4 * half &&
      (looks.over[index] ?? 0) <= 1,
  );
  const rest = maskOf(opaque.length, (index) => opaque[index] === 1 && lines[index] === 0);
  const { labels, regions } = labelRegions(rest, 1, width);
  const largest = areaOf(inside) * leastArea * speck;
  const small = new Set(regions.filter(({ area }) => area < largest).map(({ label }) => label));
  for (let index = 0; index < lines.length; index++)
    if (small.has(labels[index] ?? 0) && (off.lightness[index] ?? -1) > -darkest) lines[index] = 1;
  return lines;
}

function areaOf(mask: Uint8Array): number {
  let area = 0;
  for (const one of mask) area += one;
  return area;
}
