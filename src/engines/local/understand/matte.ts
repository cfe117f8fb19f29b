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
  floodGround({ ground, off: roughOff, edges, width, limit });
  const background = refitBackground(planes, ground, rough.plainness);
  const off = offGround(planes, background);
  peelShade({ ground, off, edges, width, height });
  floodGround({ ground, off, edges, width, limit });
  openHoles({ ground, off, edges, width });
  const subject = keepSubject(ground, width);
  const soft = softenEdge(photo, subject);
  return {
    ...soft,
    shadow: shadowOf(soft.cutOut, off, width, height),
    bleed: bleedOf(subject, width, height),
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
}): void {
  const { ground, off, edges, width, limit } = options;
  const height = ground.length / width;
  const passable = new Uint8Array(ground.length);
  for (let index = 0; index < ground.length; index++) {
    const lightness = off.lightness[index] ?? 0;
    const isLike = (off.chroma[index] ?? 1) < shade.chroma * 1.6 && lightness < 0.05;
    const isEven = (edges[index] ?? 1) <= limit || ground[index] === 1;
    passable[index] = isLike && isEven && lightness > -shade.darkening ? 1 : 0;
  }
  const room = distanceInside(passable, width, height, front + 1);
  const isReached = (index: number) => ground[index] === 0 && (room[index] ?? 0) > front;
  let layer: number[] = [];
  for (let index = 0; index < ground.length; index++) if (ground[index] === 1) layer.push(index);
  layer = spread({ ground, layer, width, may: isReached });
  for (let index = 0; index < ground.length; index++) if (ground[index] === 1) layer.push(index);
  spread({ ground, layer, width, may: (index) => passable[index] === 1 && ground[index] === 0, steps: front });
}

const front = 4;

/** Grows the ground from `layer` to every neighbour it may take, for at most `steps` rounds. */
function spread(options: {
  ground: Uint8Array;
  layer: number[];
  width: number;
  may: (index: number) => boolean;
  steps?: number;
}): number[] {
  const { ground, width, may, steps = Number.POSITIVE_INFINITY } = options;
  let layer = options.layer;
  for (let step = 0; step < steps && layer.length > 0; step++) {
    const next: number[] = [];
    const visit = (index: number) => {
      if (!may(index)) return;
      ground[index] = 1;
      next.push(index);
    };
    for (const from of layer) {
      const x = from % width;
      if (x > 0) visit(from - 1);
      if (x < width - 1) visit(from + 1);
      if (from >= width) visit(from - width);
      if (from + width < ground.length) visit(from + width);
    }
    layer = next;
  }
  return layer;
}

/** 1 for every pixel of the photo's rim that lies on the ground's surface. */
function groundOnRim(off: OffGround, width: number): Uint8Array {
  const ground = new Uint8Array(off.chroma.length);
  const height = ground.length / width;
  const seed = (index: number) => {
    if ((off.chroma[index] ?? 1) < shade.chroma && Math.abs(off.lightness[index] ?? 1) < 0.05) ground[index] = 1;
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
  for (let x = 2; x < width - 2; x += 3) sample.push(edges[2 * width + x] ?? 0, edges[(height - 3) * width + x] ?? 0);
  for (let y = 2; y < height - 2; y += 3) sample.push(edges[y * width + 2] ?? 0, edges[y * width + width - 3] ?? 0);
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
  const rims = rimOf({ labels, candidates, edges, ground, width });
  for(const r of regions){const k=rims.get(r.label);if(k&&process.env.DBG)console.log('   region',r.left,r.top,r.right,r.bottom,'area',r.area,'hard',(k.hard/k.length).toFixed(2),'thin',(k.thin/k.length).toFixed(2))}
  const holes = new Set([...rims].filter(([,r])=>r.hard>r.length*0.9&&r.thin<r.length*0.1).map(([l])=>l));
  for (let index = 0; index < ground.length; index++)
    if (holes.has(labels[index] ?? 0)) ground[index] = 1;
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

/** The shadow the subject casts on its ground: smooth, and 0 where the ground is merely uneven. */
function shadowOf(cutOut: Bitmap, off: OffGround, width: number, height: number): Uint8Array {
  const depth = new Float32Array(width * height);
  for (let index = 0; index < depth.length; index++) {
    const lightness = off.lightness[index] ?? 0;
    // Lightness is the cube root of light; what a shadow takes is light.
    const light = (1 + Math.min(0, lightness + 0.008)) ** 3;
    depth[index] = cutOut.data[index * 4 + 3] === 0 && (off.chroma[index] ?? 1) < 0.06 ? 1 - light : 0;
  }
  const smooth = blurPlane(depth, width, height, { x: 1.2, y: 1.2 });
  return Uint8Array.from(smooth, (value) => Math.round(Math.min(1, value) * 255));
}

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
  return plain * sized * solid * outlineSeen(subject, planes);
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
