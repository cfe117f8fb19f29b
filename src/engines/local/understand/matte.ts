import type { Bitmap } from '../../../media/media.ts';
import { type Background, fitBackground, refitBackground, surfaceAt } from './background.ts';
import { blurPlane } from './blur.ts';
import { distanceInside } from './distance-inside.ts';
import { type OklabPlanes, oklabPlanes } from './oklab.ts';
import { labelRegions } from './regions.ts';
import { type Box, type SoftEdge, softenEdge } from './soft-edge.ts';

/** A subject freed from its plain ground. */
export interface Matte extends SoftEdge {
  /** How much the subject darkens its ground around itself, 0 to 255 a pixel: the photo's own shadow. */
  shadow: Uint8Array;
  /** 0 to 1: how far this cut-out may be trusted. Below `trustworthy` a caller shows the photo instead. */
  confidence: number;
  /** How much of the rim is one even ground, 0 to 1, and how colourful that ground is (OKLab chroma). */
  plainness: number;
  groundChroma: number;
  /** Share of each side of the photo that the subject covers: a close-up runs over the edge. */
  bleed: { left: number; top: number; right: number; bottom: number };
}

export const trustworthy = 0.5;

/** OKLab distance from the ground within which an enclosed, even area is a hole. */
const holeTolerance = 0.016;
/** A shadow darkens the ground by at most this much and brings next to no colour of its own. */
const shade = { darkening: 0.45, chroma: 0.022 };
const hardEdge = 0.03;
const wall = 12;
/** An enclosed area is a hole, not a reflection, if it is at least this share of the subject. */
const smallestHole = 0.002;

/** Cuts the subject of a photo on a plain ground free. Always answers; see `confidence`. */
export function cutOut(photo: Bitmap): Matte {
  const { width, height } = photo;
  const planes = oklabPlanes(photo);
  const rough = fitBackground(planes);
  const edges = edgeStrength(planes);
  const limit = edgeLimit(edges, width, height);
  const roughOff = offGround(planes, rough);
  const ground = groundOnRim(roughOff, width);
  // A close-up shows no floor, and the dark parts it is cut through must not pass for shadow.
  const lit = { edges, width, limit, darkening: 0.1 };
  floodGround({ ...lit, ground, off: roughOff });
  const background = refitBackground(planes, ground, rough.plainness);
  const off = offGround(planes, background);
  const isCloseUp = runsOverEdge(bleedOf(keepSubject(ground, width), width, height));
  if (!isCloseUp) {
    const shaded = { ...lit, darkening: shade.darkening };
    floodGround({ ...shaded, ground, off });
    peelShade({ ground, off, edges, width, height });
    floodGround({ ...shaded, ground, off });
  }
  openHoles({ ground, off, edges, width });
  if (!isCloseUp) clearFootShade(ground, off, width);
  clearPockets(ground, off, width);
  const subject = keepSubject(ground, width);
  const soft = softenEdge(photo, subject);
  return {
    ...soft,
    shadow: shadowOf(soft.cutOut, off, width, height),
    bleed: bleedOf(subject, width, height),
    plainness: rough.plainness,
    groundChroma: Math.hypot(surfaceAt(rough.a, 0, 0), surfaceAt(rough.b, 0, 0)),
    confidence: confidenceOf({ subject, planes, background, box: soft.box }),
  };
}

interface OffGround {
  /** Lightness above the ground, negative in shadow. */
  lightness: Float32Array;
  chroma: Float32Array;
}

function offGround(planes: OklabPlanes, background: Background): OffGround {
  const { width, height } = planes;
  const lightness = new Float32Array(width * height);
  const chroma = new Float32Array(width * height);
  for (let y = 0, index = 0; y < height; y++) {
    const v = (y / height) * 2 - 1;
    for (let x = 0; x < width; x++, index++) {
      const u = (x / width) * 2 - 1;
      const a = (planes.a[index] ?? 0) - surfaceAt(background.a, u, v);
      const b = (planes.b[index] ?? 0) - surfaceAt(background.b, u, v);
      lightness[index] = (planes.L[index] ?? 0) - surfaceAt(background.L, u, v);
      chroma[index] = Math.sqrt(a * a + b * b);
    }
  }
  return { lightness, chroma };
}

/** Change of colour per pixel, on planes freed from noise. */
function edgeStrength(planes: OklabPlanes): Float32Array {
  const { width, height } = planes;
  const strength = new Float32Array(width * height);
  for (const plane of [planes.L, planes.a, planes.b]) {
    const smooth = blurPlane(plane, width, height, { x: 0.9, y: 0.9 });
    for (let y = 1; y < height - 1; y++)
      for (let index = y * width + 1, end = index + width - 2; index < end; index++) {
        const dx = ((smooth[index + 1] ?? 0) - (smooth[index - 1] ?? 0)) / 2;
        const dy = ((smooth[index + width] ?? 0) - (smooth[index - width] ?? 0)) / 2;
        strength[index] = (strength[index] ?? 0) + dx * dx + dy * dy;
      }
  }
  for (let index = 0; index < strength.length; index++) strength[index] = Math.sqrt(strength[index] ?? 0);
  return strength;
}

/**
 * Spreads the ground over every pixel it reaches without crossing an edge. A studio ground and its soft shadows
 * change slowly; even clear glass has an outline. The front is `front` pixels wide either side, so that it does
 * not seep through a gap in a faint outline.
 */
function floodGround(options: {
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

/** Every pixel of the ground that a neighbour could still join. */
function queueOf(ground: Uint8Array, width: number): { queue: Int32Array; tail: number } {
  const queue = new Int32Array(ground.length);
  let tail = 0;
  for (let index = 0; index < ground.length; index++) {
    if (ground[index] === 0) continue;
    const isInner =
      ground[index - 1] === 1 &&
      ground[index + 1] === 1 &&
      ground[index - width] === 1 &&
      ground[index + width] === 1;
    if (!isInner) queue[tail++] = index;
  }
  return { queue, tail };
}

/** Pixels, in a photo of 1024; other sizes in proportion. */
const front = 6;

/**
 * Grows the ground from the queued pixels to every neighbour with at least `least` in `room`, for at most `steps`
 * rounds. Answers with the queue of all pixels that were queued or joined.
 */
function spread(options: {
  queue: Int32Array;
  tail: number;
  ground: Uint8Array;
  width: number;
  room: Uint8Array;
  least: number;
  steps?: number;
}): { queue: Int32Array; tail: number } {
  const { queue, ground, width, room, least, steps = Number.POSITIVE_INFINITY } = options;
  let { tail } = options;
  let head = 0;
  for (let step = 0; step < steps && head < tail; step++)
    for (const end = tail; head < end; head++) {
      const from = queue[head] ?? 0;
      const x = from % width;
      for (let side = 0; side < 4; side++) {
        if (side === 0 ? x === 0 : side === 1 && x === width - 1) continue;
        const next = from + (side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width);
        if (next < 0 || next >= ground.length || ground[next] !== 0 || (room[next] ?? 0) < least) continue;
        ground[next] = 1;
        queue[tail++] = next;
      }
    }
  return { queue, tail };
}

/** 1 for every pixel of the photo's rim that lies on the ground's surface. */
function groundOnRim(off: OffGround, width: number): Uint8Array {
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

function edgeLimit(edges: Float32Array, width: number, height: number): number {
  const sample: number[] = [];
  for (let x = 2; x < width - 2; x += 3)
    sample.push(edges[2 * width + x] ?? 0, edges[(height - 3) * width + x] ?? 0);
  for (let y = 2; y < height - 2; y += 3)
    sample.push(edges[y * width + 2] ?? 0, edges[y * width + width - 3] ?? 0);
  sample.sort((one, other) => one - other);
  const noise = sample[Math.floor(sample.length * 0.4)] ?? 0;
  return Math.min(0.012, Math.max(0.0036, noise * 5));
}

/** Marks enclosed ground (a mug's handle, a headphone's band, clear glass) as ground too. */
function openHoles(options: {
  ground: Uint8Array;
  off: OffGround;
  edges: Float32Array;
  width: number;
}): void {
  const { ground, off, edges, width } = options;
  const enclosed = new Uint8Array(ground.length);
  let subjectArea = 0;
  for (let index = 0; index < ground.length; index++) {
    if (ground[index] !== 0) continue;
    subjectArea++;
    const isLike =
      Math.abs(off.lightness[index] ?? 1) < holeTolerance &&
      (off.chroma[index] ?? 1) < holeTolerance / 2 &&
      (edges[index] ?? 1) < 0.006;
    if (isLike) enclosed[index] = 1;
  }
  const { labels, regions } = labelRegions(enclosed, 1, width);
  const candidates = new Set(
    regions.filter((region) => region.area > subjectArea * smallestHole).map(({ label }) => label),
  );
  const likeness = likenessOf(labels, candidates, off);
  const holes = new Set(
    [...rimOf({ labels, candidates, edges, ground, width })].flatMap(([label, { length, hard, thin }]) => {
      const { mean, spread } = likeness.get(label) ?? { mean: 1, spread: 1 };
      const isGround = Math.abs(mean) < 0.0035 && spread < 0.0033;
      return isGround && hard > length * 0.55 && thin < length * 0.1 ? [label] : [];
    }),
  );
  for (let index = 0; index < ground.length; index++) if (holes.has(labels[index] ?? 0)) ground[index] = 1;
}

/** How far the lightness of each region is from the ground's, and how uneven: clear glass and steel are both. */
function likenessOf(
  labels: Int32Array,
  candidates: Set<number>,
  off: OffGround,
): Map<number, { mean: number; spread: number }> {
  const sums = new Map([...candidates].map((label) => [label, { count: 0, sum: 0, squares: 0 }]));
  for (let index = 0; index < labels.length; index++) {
    const entry = labels[index] === 0 ? undefined : sums.get(labels[index] ?? 0);
    if (entry === undefined) continue;
    const lightness = off.lightness[index] ?? 0;
    entry.count++;
    entry.sum += lightness;
    entry.squares += lightness * lightness;
  }
  return new Map(
    [...sums].map(([label, { count, sum, squares }]) => {
      const mean = sum / count;
      return [label, { mean, spread: Math.sqrt(Math.max(0, squares / count - mean * mean)) }];
    }),
  );
}

/** How much of a region's rim is a hard edge, and how much is a thin wall with open ground behind it. */
function rimOf(options: {
  labels: Int32Array;
  candidates: Set<number>;
  edges: Float32Array;
  ground: Uint8Array;
  width: number;
}): Map<number, { length: number; hard: number; thin: number }> {
  const { labels, candidates, edges, ground, width } = options;
  const rims = new Map([...candidates].map((label) => [label, { length: 0, hard: 0, thin: 0 }]));
  for (let index = width * wall; index < labels.length - width * wall; index++) {
    const rim = rims.get(labels[index] ?? 0);
    if (rim === undefined) continue;
    for (const step of [1, -1, width, -width]) {
      if (labels[index + step] === labels[index]) continue;
      rim.length++;
      let hardest = 0;
      for (let out = 1; out <= 6; out++) hardest = Math.max(hardest, edges[index + step * out] ?? 0);
      if (hardest > hardEdge) rim.hard++;
      for (let out = 2; out <= wall; out++)
        if (ground[index + step * out] === 1) {
          rim.thin++;
          break;
        }
    }
  }
  return rims;
}

/** The subject: every region of non-ground that is not a speck beside the largest one. */
function keepSubject(ground: Uint8Array, width: number): Uint8Array {
  const { labels, regions } = labelRegions(ground, 0, width);
  const largest = regions.reduce((most, region) => Math.max(most, region.area), 0);
  const kept = new Set(regions.filter((region) => region.area >= largest * 0.02).map(({ label }) => label));
  const subject = new Uint8Array(ground.length);
  for (let index = 0; index < subject.length; index++) if (kept.has(labels[index] ?? 0)) subject[index] = 1;
  return subject;
}

/**
 * Where the subject touches the floor its shadow is too steep for the flood. From the ground inward, takes off
 * what is darker than the ground, has no colour of its own and no hard edge, in the lowest part of the subject.
 */
function peelShade(options: {
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

const floorShare = 0.3;
const shadeEdge = 0.02;

/**
 * The darkest line of a shadow, right under the subject, has hard edges of its own. Column by column from below,
 * takes off up to `footShade` pixels of colourless shade, if the subject's own colour then begins; where it does not
 * (a grey foot on a grey shadow) the column is left alone.
 */
function clearFootShade(ground: Uint8Array, off: OffGround, width: number): void {
  const most = inProportion(footShade, width, ground.length / width);
  const isShade = (index: number) => {
    const lightness = off.lightness[index] ?? 0;
    return lightness < 0.012 && lightness > -0.7 && (off.chroma[index] ?? 1) < shade.chroma * 1.15;
  };
  const height = ground.length / width;
  for (let x = 0; x < width; x++)
    for (let y = height - 2; y > most; y--) {
      const index = y * width + x;
      if (ground[index] !== 0 || ground[index + width] !== 1) continue;
      let taken = 0;
      while (taken < most && ground[index - taken * width] === 0 && isShade(index - taken * width)) taken++;
      const reachesSubject = taken < most && ground[index - taken * width] === 0;
      if (reachesSubject) for (let step = 0; step < taken; step++) ground[index - step * width] = 1;
      break;
    }
}

const footShade = 28;

/**
 * Compression noise beside a strong outline keeps the flood out of corners and notches. Takes off what looks like
 * ground there, a few pixels deep; at a faint outline (glass, cream on white) nothing is taken.
 */
function clearPockets(ground: Uint8Array, off: OffGround, width: number): void {
  const height = ground.length / width;
  const strong = new Uint8Array(ground.length);
  const alike = new Uint8Array(ground.length);
  for (let index = 0; index < ground.length; index++) {
    const lightness = Math.abs(off.lightness[index] ?? 1);
    const chroma = off.chroma[index] ?? 1;
    strong[index] = lightness > 0.16 || chroma > 0.06 ? 0 : 1;
    alike[index] = lightness < 0.025 && chroma < 0.01 ? 1 : 0;
  }
  const deep = inProportion(pocket, width, height);
  const fromStrong = distanceInside(strong, width, height, deep);
  for (let index = 0; index < alike.length; index++)
    if ((fromStrong[index] ?? deep) >= deep) alike[index] = 0;
  spread({ ...queueOf(ground, width), ground, width, room: alike, least: 1, steps: deep });
}

const pocket = 9;

const inProportion = (pixels: number, width: number, height: number) =>
  Math.max(2, Math.round((pixels * Math.max(width, height)) / 1024));

/** The shadow the subject casts on its ground: smooth, and 0 where the ground is merely uneven. */
function shadowOf(cutOut: Bitmap, off: OffGround, width: number, height: number): Uint8Array {
  const { data } = cutOut;
  const depth = new Float32Array(width * height);
  for (let index = 0; index < depth.length; index++) {
    const below = (off.lightness[index] ?? 0) + 0.008;
    if (below >= 0 || data[index * 4 + 3] !== 0 || (off.chroma[index] ?? 1) > 0.06) continue;
    // Lightness is the cube root of light; what a shadow takes is light.
    const light = (1 + below) * (1 + below) * (1 + below);
    depth[index] = 1 - light;
  }
  const smooth = blurPlane(depth, width, height, { x: 1.2, y: 1.2 });
  const shadow = new Uint8Array(smooth.length);
  for (let index = 0; index < shadow.length; index++)
    shadow[index] = Math.min(255, Math.round((smooth[index] ?? 0) * 255));
  return shadow;
}

/** Whether a subject is cut by the frame of its photo, as in a close-up. */
export const runsOverEdge = ({ left, right, top, bottom }: Matte['bleed']) =>
  bottom > 0.02 || Math.max(left, right, top) > 0.1 || left + right + top > 0.16;

function bleedOf(subject: Uint8Array, width: number, height: number): Matte['bleed'] {
  let left = 0;
  let right = 0;
  let top = 0;
  let bottom = 0;
  for (let y = 0; y < height; y++) {
    left += subject[y * width + 2] ?? 0;
    right += subject[y * width + width - 3] ?? 0;
  }
  for (let x = 0; x < width; x++) {
    top += subject[2 * width + x] ?? 0;
    bottom += subject[(height - 3) * width + x] ?? 0;
  }
  return { left: left / height, right: right / height, top: top / width, bottom: bottom / width };
}

function confidenceOf(options: {
  subject: Uint8Array;
  planes: OklabPlanes;
  background: Background;
  box: Box;
}): number {
  const { subject, planes, background, box } = options;
  let area = 0;
  for (const value of subject) area += value;
  const share = area / subject.length;
  const boxArea = Math.max(1, (box.right - box.left) * (box.bottom - box.top));
  const plain = ramp(background.plainness, 0.35, 0.8);
  const sized = ramp(share, 0.004, 0.02) * (1 - ramp(share, 0.8, 0.97));
  const solid = ramp(area / boxArea, 0.04, 0.15);
  const whole = 1 - ramp(raggedness(subject, planes.width, planes.height), 1.5, 1.62);
  return plain * sized * solid * whole * outlineSeen(subject, planes);
}

/** How much longer the outline is than the same shape's with its notches smoothed: about 1.05 for most, 1.5 if torn. */
function raggedness(subject: Uint8Array, width: number, height: number): number {
  const radius = inProportion(6, width, height);
  const smooth = blurPlane(Float32Array.from(subject), width, height, { x: radius, y: radius });
  let long = 0;
  let short = 0;
  for (let index = width; index < subject.length - width; index++) {
    const isInside = (smooth[index] ?? 0) >= 0.5;
    let subjectEdge = false;
    let smoothEdge = false;
    for (const next of [index - 1, index + 1, index - width, index + width]) {
      if (subject[next] === 0) subjectEdge = true;
      if ((smooth[next] ?? 0) < 0.5) smoothEdge = true;
    }
    if (subject[index] === 1 && subjectEdge) long++;
    if (isInside && smoothEdge) short++;
  }
  return short === 0 ? Number.POSITIVE_INFINITY : long / short;
}

/** 1 where nearly all of the outline is a visible edge of the photo; a torn outline runs through flat areas. */
function outlineSeen(subject: Uint8Array, planes: OklabPlanes): number {
  const { width, height, L, a, b } = planes;
  let outline = 0;
  let seen = 0;
  for (let y = 4; y < height - 4; y++)
    for (let x = 4; x < width - 4; x++) {
      const index = y * width + x;
      if (subject[index] === 0) continue;
      const horizontal = (subject[index + 1] ?? 0) - (subject[index - 1] ?? 0);
      const vertical = (subject[index + width] ?? 0) - (subject[index - width] ?? 0);
      if (horizontal === 0 && vertical === 0) continue;
      outline++;
      const inner = index + 3 * horizontal + 3 * vertical * width;
      const outer = index - 3 * horizontal - 3 * vertical * width;
      const dL = (L[inner] ?? 0) - (L[outer] ?? 0);
      const da = (a[inner] ?? 0) - (a[outer] ?? 0);
      const db = (b[inner] ?? 0) - (b[outer] ?? 0);
      if (dL * dL + da * da + db * db > 0.012 ** 2) seen++;
    }
  return outline === 0 ? 0 : ramp(seen / outline, 0.35, 0.75);
}

const ramp = (value: number, from: number, to: number) =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));
