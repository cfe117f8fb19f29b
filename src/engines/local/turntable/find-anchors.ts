import { boxBlur } from './box-blur.ts';
import { channels, type Features } from './features.ts';
import { sample } from './planes.ts';

/** A spot seen for certain in both views, in cells of the grids it was found on. */
export interface Anchor {
  fromX: number;
  fromY: number;
  toX: number;
  toY: number;
}

/** Half the side of a compared patch, in cells. */
const half = 5;
const patch = (2 * half + 1) ** 2;
const mostSpots = 420;
/** How far a spot may move, as a share of the grid's height. */
const reachAcross = 0.34;
const reachDown = 0.07;
/** A turning surface grows narrower or wider. */
const stretches = [0.72, 1, 1.39];
/** Likeness (normalised correlation) a match needs, and how much less like the next best place must be. */
const leastLikeness = 0.66;
const leastLead = 0.015;

/**
 * Spots of print, seams and corners that both views show: patches around strong corners (Shi and Tomasi, "Good
 * features to track", 1994), compared by normalised correlation, kept where each is the other's best and where
 * neighbours moved alike.
 */
export function findAnchors(from: Features, to: Features): Anchor[] {
  const a = lightnessOf(from);
  const b = lightnessOf(to);
  const there = spotsOf(b);
  const pairs = spotsOf(a).flatMap((spot) => {
    const patches = stretches.map((stretch) => patchAround(a, spot, stretch));
    const found = bestOf(there, (other) => likenessOf({ a, b, spot, other, patches }));
    return found === undefined ? [] : [{ spot, patches, ...found }];
  });
  const best = new Map<Spot, number>();
  for (const { other, likeness } of pairs) best.set(other, Math.max(best.get(other) ?? 0, likeness));
  const sure = supported(
    pairs
      .filter(({ other, likeness }) => likeness === best.get(other))
      .map(({ spot, other, patches }) => anchorAt(spot, refine(b, other, patches, 2))),
  );
  return supported([...sure, ...followers(a, b, sure)]);
}

const anchorAt = (from: Spot, to: Spot): Anchor => ({ fromX: from.x, fromY: from.y, toX: to.x, toY: to.y });

/** Likeness a follower needs: it has been looked for in one place only, so nothing speaks against a chance hit. */
const followerLikeness = 0.78;

/** How far an anchor's neighbours may lie, in cells. */
const neighbourhood = 24;

/** Spots beside an anchor that are found again about where it leads, though elsewhere there are others like them. */
function followers(a: Plane, b: Plane, sure: readonly Anchor[]): Anchor[] {
  return spotsOf(a).flatMap((spot) => {
    const away = (anchor: Anchor) => Math.hypot(anchor.fromX - spot.x, anchor.fromY - spot.y);
    const [leader] = sure.filter((anchor) => away(anchor) <= neighbourhood).sort((p, q) => away(p) - away(q));
    if (leader === undefined || away(leader) < 2) return [];
    const x = Math.round(spot.x + leader.toX - leader.fromX);
    const y = Math.round(spot.y + leader.toY - leader.fromY);
    if (x < half + 3 || y < half + 3 || x >= b.width - half - 3 || y >= b.height - half - 3) return [];
    const found = refine(
      b,
      { x, y },
      stretches.map((stretch) => patchAround(a, spot, stretch)),
      3,
    );
    return found.likeness < followerLikeness ? [] : [anchorAt(spot, found)];
  });
}

interface Plane {
  width: number;
  height: number;
  light: Float32Array;
  /** Mean of each pixel's patch, and its spread (root of summed squares around the mean). */
  mean: Float32Array;
  spread: Float32Array;
  /** Share of subject in each pixel's patch. */
  share: Float32Array;
}

interface Spot {
  x: number;
  y: number;
}

function lightnessOf({ width, height, data }: Features): Plane {
  const light = new Float32Array(width * height);
  const inside = new Float32Array(width * height);
  for (let index = 0; index < light.length; index++) {
    light[index] = data[index * channels] ?? 0;
    inside[index] = (data[index * channels + 3] ?? 0) > 0.1 ? 1 : 0;
  }
  const mean = boxBlur(light, width, height, half);
  const squares = boxBlur(
    light.map((value) => value * value),
    width,
    height,
    half,
  );
  const spread = squares.map((value, index) =>
    Math.sqrt(Math.max(0, value - (mean[index] ?? 0) ** 2) * patch),
  );
  return { width, height, light, mean, spread, share: boxBlur(inside, width, height, half) };
}

/** The strongest corners, all well inside the product. */
function spotsOf(plane: Plane): Spot[] {
  const { width, height, share } = plane;
  const strength = cornerStrength(plane);
  const found: (Spot & { strength: number })[] = [];
  for (let y = half + 3; y < height - half - 3; y++)
    for (let x = half + 3; x < width - half - 3; x++) {
      const index = y * width + x;
      const own = strength[index] ?? 0;
      if (own < 1e-4 || (share[index] ?? 0) < 0.85) continue;
      let isPeak = true;
      for (let dy = -2; dy <= 2 && isPeak; dy++)
        for (let dx = -2; dx <= 2; dx++) if ((strength[index + dy * width + dx] ?? 0) > own) isPeak = false;
      if (isPeak) found.push({ x, y, strength: own });
    }
  found.sort((one, other) => other.strength - one.strength || one.y - other.y || one.x - other.x);
  const kept: Spot[] = [];
  for (const spot of found) {
    if (kept.length === mostSpots) break;
    if (kept.every(({ x, y }) => Math.hypot(x - spot.x, y - spot.y) > 2)) kept.push(spot);
  }
  return kept;
}

/** The smaller eigenvalue of the gradients' spread around each pixel. */
function cornerStrength({ width, height, light }: Plane): Float32Array {
  const xx = new Float32Array(light.length);
  const xy = new Float32Array(light.length);
  const yy = new Float32Array(light.length);
  for (let index = width + 1; index < light.length - width - 1; index++) {
    const gx = (light[index + 1] ?? 0) - (light[index - 1] ?? 0);
    const gy = (light[index + width] ?? 0) - (light[index - width] ?? 0);
    xx[index] = gx * gx;
    xy[index] = gx * gy;
    yy[index] = gy * gy;
  }
  const [sxx, sxy, syy] = [xx, xy, yy].map((plane) => boxBlur(plane, width, height, 2));
  return light.map((_, index) => {
    const p = sxx?.[index] ?? 0;
    const q = sxy?.[index] ?? 0;
    const r = syy?.[index] ?? 0;
    return (p + r) / 2 - Math.hypot((p - r) / 2, q);
  });
}

/** The spot most like, if it is like enough and no other comes near. */
function bestOf(
  spots: Spot[],
  likenessTo: (spot: Spot) => number,
): { other: Spot; likeness: number } | undefined {
  const scores = spots.map(likenessTo);
  const likeness = Math.max(leastLikeness, ...scores);
  const other = spots[scores.indexOf(likeness)];
  if (other === undefined) return undefined;
  const isRivalled = spots.some(
    (spot, n) =>
      (scores[n] ?? 0) > likeness - leastLead && Math.hypot(spot.x - other.x, spot.y - other.y) > 3,
  );
  return isRivalled ? undefined : { other, likeness };
}

function likenessOf(options: {
  a: Plane;
  b: Plane;
  spot: Spot;
  other: Spot;
  patches: Float32Array[];
}): number {
  const { a, b, spot, other, patches } = options;
  if (Math.abs(spot.x - other.x) > a.height * reachAcross) return 0;
  if (Math.abs(spot.y - other.y) > a.height * reachDown) return 0;
  const centre = other.y * b.width + other.x;
  if (Math.abs((a.mean[spot.y * a.width + spot.x] ?? 0) - (b.mean[centre] ?? 0)) > 0.15) return 0;
  let most = 0;
  for (const patch of patches)
    for (const step of [0, 1, -1, b.width, -b.width, 2, -2])
      most = Math.max(most, correlation(patch, b, centre + step));
  return most;
}

/** The place within `reach` cells of a spot where a patch fits best, to a fraction of a cell. */
function refine(
  b: Plane,
  { x, y }: Spot,
  patches: Float32Array[],
  reach: number,
): Spot & { likeness: number } {
  const side = 2 * reach + 1;
  const scores = new Float32Array(side * side);
  let best = 0;
  for (let n = 0; n < scores.length; n++) {
    const centre = (y + Math.floor(n / side) - reach) * b.width + x + (n % side) - reach;
    scores[n] = Math.max(...patches.map((patch) => correlation(patch, b, centre)));
    if ((scores[n] ?? 0) > (scores[best] ?? 0)) best = n;
  }
  const column = best % side;
  const row = Math.floor(best / side);
  const between = (step: number) => {
    const bow = 2 * (scores[best] ?? 0) - (scores[best - step] ?? 0) - (scores[best + step] ?? 0);
    return bow <= 1e-6 ? 0 : ((scores[best + step] ?? 0) - (scores[best - step] ?? 0)) / (2 * bow);
  };
  return {
    likeness: scores[best] ?? 0,
    x: x + column - reach + (column > 0 && column < side - 1 ? between(1) : 0),
    y: y + row - reach + (row > 0 && row < side - 1 ? between(side) : 0),
  };
}

/** The lightness around a spot, `stretch` times as wide as it is there, with mean 0 and length 1. */
function patchAround({ width, height, light }: Plane, { x, y }: Spot, stretch: number): Float32Array {
  const out = new Float32Array(patch);
  let n = 0;
  let sum = 0;
  for (let dy = -half; dy <= half; dy++)
    for (let dx = -half; dx <= half; dx++) {
      const value = sample({ width, height }, light, x + dx / stretch, y + dy);
      out[n++] = value;
      sum += value;
    }
  let squares = 0;
  for (n = 0; n < patch; n++) {
    out[n] = (out[n] ?? 0) - sum / patch;
    squares += (out[n] ?? 0) ** 2;
  }
  return squares < 1e-6 ? out.fill(0) : out.map((value) => value / Math.sqrt(squares));
}

function correlation(patch: Float32Array, b: Plane, centre: number): number {
  let sum = 0;
  let n = 0;
  for (let dy = -half; dy <= half; dy++)
    for (let at = centre + dy * b.width - half, last = at + 2 * half; at <= last; at++)
      sum += (patch[n++] ?? 0) * (b.light[at] ?? 0);
  return sum / Math.max(0.1, b.spread[centre] ?? 0);
}

/** Anchors that several neighbours agree with: near spots of one surface move nearly alike. */
function supported(anchors: Anchor[]): Anchor[] {
  return anchors.filter((anchor) => {
    let agree = 0;
    let differ = 0;
    for (const other of anchors) {
      const apart = Math.hypot(other.fromX - anchor.fromX, other.fromY - anchor.fromY);
      if (apart > neighbourhood || apart < 2) continue;
      const turnX = other.toX - other.fromX - (anchor.toX - anchor.fromX);
      const turnY = other.toY - other.fromY - (anchor.toY - anchor.fromY);
      if (Math.abs(turnX) <= 1.5 + 0.35 * apart && Math.abs(turnY) <= 1.5 + 0.15 * apart) agree++;
      else differ++;
    }
    return agree >= 2 && agree * 2 > differ;
  });
}
