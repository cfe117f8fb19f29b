import { labelRegions } from '../regions.ts';
import { inProportion } from './in-proportion.ts';
import type { Noise } from './noise.ts';
import type { OffGround } from './off-ground.ts';

/** In pixels of a photo of 1024: the least area of a slit, and the length over which it must average to ground. */
const leastArea = 120;
const mostArea = 4_000;
const stretch = 24;
/** Share of its rim that must have a hard edge close by. */
const hardRim = 0.8;
/** OKLab distance from the ground that its stretches may keep on average, along the ground's line. */
const mostLightness = 0.003;

/** A kind of slit. Chroma is the OKLab distance from the ground, beside its line. */
interface Kind {
  /** Of one pixel of it, and of its stretches on average. */
  pixelChroma: number;
  meanChroma: number;
  /** A stretch of fewer pixels has no say. */
  fewest: number;
  /** Share of its rim that is known ground already, at least and at most. */
  open: { least: number; most: number };
}

const enclosed: Kind = { pixelChroma: 0.012, meanChroma: 0.0023, fewest: 12, open: { least: 0, most: 0.2 } };
/** Runs out into the ground, so more is forgiven: JPEG keeps colour coarsely, and a subject's bleeds into it. */
const outlet: Kind = { pixelChroma: 0.02, meanChroma: 0.009, fewest: 24, open: { least: 0.1, most: 0.5 } };

interface Slit {
  /** Neighbours that are not of it, those of them that are ground, and those that have a hard edge close by. */
  rim: number;
  open: number;
  hard: number;
  /** Per stretch: count, then sums of lightness, a and b off the ground. */
  stretches: Map<number, [count: number, lightness: number, a: number, b: number]>;
}

interface SlitOptions {
  ground: Uint8Array;
  off: OffGround;
  edges: Float32Array;
  noise: Noise;
  width: number;
}

/**
 * Opens slits too narrow for the ground's front (between a yoke and an ear cup): for all the noise beside a hard edge
 * they average to the ground along their whole length, which a streak in glass does not. Marks them in `ground`.
 */
export function openSlits(options: SlitOptions): void {
  openKind(options, enclosed);
  openKind(options, outlet);
}

function openKind({ ground, off, edges, noise, width }: SlitOptions, kind: Kind): void {
  const bright = new Uint8Array(ground.length);
  const { pixelChroma } = kind;
  for (let index = 0; index < bright.length; index++) {
    if (ground[index] !== 0) continue;
    const isLit = Math.abs(off.lightness[index] ?? 1) < 0.03 && (off.chroma[index] ?? 1) < pixelChroma;
    if (isLit && (edges[index] ?? 1) < 0.12) bright[index] = 1;
  }
  const { labels, regions } = labelRegions(bright, 1, width);
  const scale = (Math.max(width, ground.length / width) / 1024) ** 2;
  const slits = new Map<number, Slit>();
  for (const { label, area } of regions)
    if (area >= leastArea * scale && area <= mostArea * scale)
      slits.set(label, { rim: 0, open: 0, hard: 0, stretches: new Map() });
  if (slits.size === 0) return;
  measure({ labels, slits, ground, off, width });
  const isOpened = new Uint8Array(regions.length + 1);
  for (const [label, slit] of slits) if (isGround(slit, noise, kind)) isOpened[label] = 1;
  for (let index = 0; index < ground.length; index++)
    if (isOpened[labels[index] ?? 0] === 1) ground[index] = 1;
}

function measure(options: {
  labels: Int32Array;
  slits: Map<number, Slit>;
  ground: Uint8Array;
  off: OffGround;
  width: number;
}): void {
  const { labels, slits, ground, off, width } = options;
  const long = inProportion(stretch, width, labels.length / width);
  for (let index = 0; index < labels.length; index++) {
    const label = labels[index] ?? 0;
    const slit = label === 0 ? undefined : slits.get(label);
    if (slit === undefined) continue;
    const key = Math.floor((index % width) / long) * 4096 + Math.floor(index / width / long);
    const sums = slit.stretches.get(key) ?? [0, 0, 0, 0];
    slit.stretches.set(key, sums);
    sums[0]++;
    sums[1] += off.lightness[index] ?? 0;
    sums[2] += off.a[index] ?? 0;
    sums[3] += off.b[index] ?? 0;
    for (const step of [1, -1, width, -width]) {
      if (labels[index + step] === label) continue;
      slit.rim++;
      if (ground[index + step] === 1) slit.open++;
      else if (isHard(off, index, step)) slit.hard++;
    }
  }
}

/** Whether something clearly not ground begins within four pixels. */
function isHard(off: OffGround, index: number, step: number): boolean {
  for (let far = 1; far <= 4; far++) {
    const at = index + far * step;
    if ((off.lightness[at] ?? 0) < -0.25 || (off.chroma[at] ?? 0) > 0.083) return true;
  }
  return false;
}

function isGround({ rim, open, hard, stretches }: Slit, noise: Noise, kind: Kind): boolean {
  if (open < rim * kind.open.least || open > rim * kind.open.most) return false;
  if (hard < (rim - open) * hardRim) return false;
  let count = 0;
  let squares = 0;
  let chroma = 0;
  for (const [pixels, lightness, a, b] of stretches.values()) {
    if (pixels <= kind.fewest) continue;
    count++;
    squares += (lightness / pixels) ** 2;
    chroma += Math.hypot(a, b) / pixels;
  }
  return (
    count > 0 &&
    Math.sqrt(squares / count) < mostLightness + noise.lightness * 0.3 &&
    chroma / count < kind.meanChroma + noise.chroma * 0.3
  );
}
