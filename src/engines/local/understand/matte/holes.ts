import { labelRegions } from '../regions.ts';
import type { OffGround } from './off-ground.ts';

/** OKLab distance from the ground within which an enclosed, even area is a hole. */
const holeTolerance = 0.016;

/** An enclosed area is a hole, not a reflection, if it is at least this share of the subject. */
const smallestHole = 0.002;

/** Change of colour per pixel of an edge as hard as a handle's. */
const hardEdge = 0.03;
/** Pixels within which open ground makes what lies between a thin wall. */
const wall = 12;

/** Marks enclosed ground (a mug's handle, a headphone's band, clear glass) as ground too. */
export function openHoles(options: {
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
