import { distanceInside, distanceTo } from '../distance-inside.ts';
import { labelRegions, type Region } from '../regions.ts';
import { inProportion } from './in-proportion.ts';
import type { Noise } from './noise.ts';
import type { OffGround } from './off-ground.ts';
import { opaqueWalls } from './opaque-walls.ts';
import {
  hasGroundsColour,
  hasGroundsGrain,
  isShaded,
  isShadedGap,
  isUnevenlyLit,
  type Likeness,
  likenessOf,
  unlikeness,
} from './region-likeness.ts';
import { shadeColour } from './shade-colour.ts';
import { spread } from './spread.ts';
import { walledIn } from './walled-in.ts';

/** Radius of the widest front, in pixels of a photo of 1024: no gap in an outline lets it through. */
const wide = 24;
/** Pixels from an outline at which its blur and its compression noise have faded. */
const clearOfEdges = 4;
/** Unlikeness up to which an area is the ground. */
const alike = 1.7;
/** Share of its walls that must be thick for an unevenly lit area to be a gap between opaque parts. */
const thickWalls = { lit: 0.45, shaded: 0.33 };

/**
 * Share of its walls that must be opaque for a shaded area to be a gap in whatever step of colour it was stored. A small
 * one, in pixels of a photo of 1024, may be a reflection in chrome: it must have such walls all around.
 */
const opaqueShare = { small: 0.88, other: 0.7 };
const small = 500;
const tooSmall = 100;

/** Share of the photo above which an area is large. */
const largeShare = 0.015;

/** What was said of a region; 0 of those that are too small to judge. */
const verdict = { ground: 1, refused: 2 };

export interface GroundRegions {
  /** Lit ground that is beyond doubt. */
  ground: Uint8Array;
  /** What is lit like ground but is not it: clear glass, a white label. */
  refused: Uint8Array;
}

/**
 * Sorts what looks like lit ground. The widest open area is the ground; every other area (behind a narrow gap,
 * inside a handle, behind glass) is compared with it.
 */
export function groundRegions(options: {
  lit: Uint8Array;
  off: OffGround;
  edges: Float32Array;
  noise: Noise;
  width: number;
}): GroundRegions {
  const { lit, off, edges, noise, width } = options;
  const height = lit.length / width;
  const radius = inProportion(wide, width, height);
  const depth = distanceInside(lit, width, height, radius + 1);
  const ground = widestArea(depth, radius, width);
  const margin = inProportion(clearOfEdges, width, height);
  const rest = new Uint8Array(lit.length);
  for (let index = 0; index < rest.length; index++)
    if (ground[index] === 0 && (depth[index] ?? 0) >= margin) rest[index] = 1;
  const { labels, regions } = labelRegions(rest, 1, width);
  const judged = regions.filter(({ area }) => area >= margin * margin * 4);
  const likeness = likenessOf({ labels, regions, off, edges, width });
  const inCorner = labelsInCorners(labels, width);
  const walls = walledIn({ labels, regions: judged, lit, width });
  const shade = shadeColour(ground, off);
  const scale = (Math.max(width, height) / 1024) ** 2;
  const isShadedGround = (region: Region, measured: Likeness, thick: number) => {
    const { area } = region;
    if (area < tooSmall * scale) return false;
    const isSmall = area < small * scale;
    const isLarge = area > lit.length * largeShare;
    const shaded = isShaded(measured, noise, { isLarge, walls: thick });
    if (shaded && !isSmall) return true;
    if (!shaded && !isShadedGap(measured, noise, shade)) return false;
    return opaqueWalls({ region, labels, off, width }) > (isSmall ? opaqueShare.small : opaqueShare.other);
  };
  const isGround = (region: Region) => {
    const { label } = region;
    const measured = likeness.get(label);
    if (measured === undefined) return false;
    const thick = walls.get(label) ?? 0;
    return (
      unlikeness(measured, noise) < alike ||
      hasGroundsGrain(measured, noise) ||
      (inCorner.has(label) && hasGroundsColour(measured, noise)) ||
      (thick > thickWalls.lit && isUnevenlyLit(measured, noise)) ||
      (thick > thickWalls.shaded && isShadedGround(region, measured, thick))
    );
  };
  const verdicts = new Uint8Array(regions.length + 1);
  for (const region of judged) verdicts[region.label] = isGround(region) ? verdict.ground : verdict.refused;
  const refused = new Uint8Array(lit.length);
  for (let index = 0; index < lit.length; index++) {
    const judgement = verdicts[labels[index] ?? 0];
    if (judgement === verdict.ground) ground[index] = 1;
    else if (judgement === verdict.refused) refused[index] = 1;
  }
  return { ground, refused: widened({ refused, ground, width, by: margin + 1 }) };
}

/** The largest area that a front of the given radius can sweep: a morphological opening of the lit pixels. */
function widestArea(depth: Uint8Array, radius: number, width: number): Uint8Array {
  const core = new Uint8Array(depth.length);
  for (let index = 0; index < core.length; index++) if ((depth[index] ?? 0) > radius) core[index] = 1;
  const { labels, regions } = labelRegions(core, 1, width);
  const ground = new Uint8Array(depth.length);
  const largest = regions.reduce<Region | undefined>(
    (most, region) => (region.area > (most?.area ?? 0) ? region : most),
    undefined,
  );
  if (largest === undefined) return ground;
  const queue = new Int32Array(depth.length);
  let tail = 0;
  for (let index = 0; index < ground.length; index++) {
    if (labels[index] !== largest.label) continue;
    ground[index] = 1;
    queue[tail++] = index;
  }
  spread({ queue, tail, ground, width, room: depth, least: 1, steps: radius });
  return ground;
}

/** Regions that hold the rim near a corner of the photo, where products hardly ever are. */
function labelsInCorners(labels: Int32Array, width: number): Set<number> {
  const height = labels.length / width;
  const found = new Set<number>();
  for (let x = 0; x < width * 0.08; x++)
    for (const row of [0, height - 1])
      for (const column of [x, width - 1 - x]) found.add(labels[row * width + column] ?? 0);
  for (let y = 0; y < height * 0.08; y++)
    for (const column of [0, width - 1])
      for (const row of [y, height - 1 - y]) found.add(labels[row * width + column] ?? 0);
  return found;
}

/** Takes the margin that was left out of the judgement back in. */
function widened(options: {
  refused: Uint8Array;
  ground: Uint8Array;
  width: number;
  by: number;
}): Uint8Array {
  const { refused, ground, width, by } = options;
  const away = distanceTo(refused, width, refused.length / width, by + 1);
  const wide = new Uint8Array(away.length);
  for (let index = 0; index < wide.length; index++)
    if ((away[index] ?? 0) <= by && ground[index] === 0) wide[index] = 1;
  return wide;
}
