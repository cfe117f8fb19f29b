import { seededRandom } from '../random.ts';
import { boxBlur } from './box-blur.ts';
import { type Features, unlikeness } from './features.ts';
import type { Anchor } from './find-anchors.ts';
import type { Motion } from './motion.ts';

/** How a flat face moves: for a place half-way, across and down as sums of a constant, a share of x and a share of y. */
interface Plane {
  across: Linear;
  down: Linear;
}
type Linear = [constant: number, x: number, y: number];

/** A face that stays flat while it turns, as a label on a box does: what moves with it, and the outline around that. */
export interface FlatFace {
  plane: Plane;
  /** Corners of the hull of the places half-way, in cells. */
  hull: Place[];
}

interface Place {
  x: number;
  y: number;
}

/** Cells by which what lies on one plane may miss it. */
const off = 0.9;
/** Of fewer spots nothing is known. */
const leastSpots = 14;
/** Of the spots within its hull at least this share must move with a face. */
const leastShare = 0.6;
const tries = 400;

/**
 * The plane on which most spots lie, found by trying threes of them (Fischler and Bolles, "Random sample consensus",
 * 1981). Letters of one word look alike, and a spot that was taken for its neighbour's is told by not moving with the rest.
 */
export function findFlatFace(anchors: readonly Anchor[]): FlatFace | undefined {
  if (anchors.length < leastSpots) return undefined;
  const random = seededRandom(anchors.length, 'flat face');
  const pick = () => anchors[Math.floor(random() * anchors.length)];
  let best: Anchor[] = [];
  for (let n = 0; n < tries; n++) {
    const three = [pick(), pick(), pick()].filter((anchor) => anchor !== undefined);
    const plane = planeThrough(three);
    const found = plane === undefined ? [] : anchors.filter((anchor) => missOf(anchor, plane) < off);
    if (found.length > best.length) best = found;
  }
  const plane = planeThrough(best);
  if (plane === undefined || best.length < leastSpots) return undefined;
  const hull = hullOf(best.map(middleOf));
  const within = anchors.filter((anchor) => distanceFrom(hull, middleOf(anchor)) <= 0).length;
  return best.length < leastShare * within ? undefined : { plane, hull };
}

/** Without the spots on a face that do not move with it. */
export const onFace = ({ plane, hull }: FlatFace, anchors: readonly Anchor[]): Anchor[] =>
  anchors.filter((anchor) => missOf(anchor, plane) < off || distanceFrom(hull, middleOf(anchor)) > beyond);

/** Cells around the hull that are looked at, those that are within in any case, and those in which one motion goes over into the other. */
const around = 30;
const beyond = 2;
const fade = 4;
/** How unlike both views may be where the face is, and how much more so than with the motion that was found there. */
const mostUnlike = 0.08;
const worse = 0.02;
/** Cells by which the motion may be set right. */
const mostChange = 24;
/** By how much across may change from cell to cell: at 2 a view would be folded. */
const steepest = 1.8;

/** Moves all of a face as one plane: its spots and what goes on from them and fits the plane about as well. */
export function keepFlat(motion: Motion, face: FlatFace, [a, b]: readonly [Features, Features]): void {
  const { width, height, across, down } = motion;
  const onPlane = new Float32Array(width * height);
  const way: number[] = [];
  const take = (at: number, isSure: boolean) => {
    const place = { x: at % width, y: Math.floor(at / width) };
    if (onPlane[at] === 1 || distanceFrom(face.hull, place) > (isSure ? beyond : around)) return;
    if (!isSure && !fits(motion, face.plane, [a, b], place)) return;
    onPlane[at] = 1;
    way.push(at);
  };
  for (let at = 0; at < onPlane.length; at++) take(at, true);
  // The list grows while it is walked.
  for (const at of way)
    for (const next of [at - 1, at + 1, at - width, at + width])
      if (next >= 0 && next < onPlane.length) take(next, false);
  const soft = boxBlur(onPlane, width, height, fade);
  for (let at = 0; at < onPlane.length; at++) {
    const share = Math.max(onPlane[at] ?? 0, soft[at] ?? 0);
    const place = { x: at % width, y: Math.floor(at / width) };
    across[at] = (across[at] ?? 0) + (valueAt(face.plane.across, place) - (across[at] ?? 0)) * share;
    down[at] = (down[at] ?? 0) + (valueAt(face.plane.down, place) - (down[at] ?? 0)) * share;
  }
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const unfold = (at: number, beside: number) => {
      const next = across[beside] ?? 0;
      if (onPlane[at] === 0)
        across[at] = Math.min(next + steepest, Math.max(next - steepest, across[at] ?? 0));
    };
    for (let at = row + 1; at < row + width; at++) unfold(at, at - 1);
    for (let at = row + width - 2; at >= row; at--) unfold(at, at + 1);
  }
}

function fits(
  { width, across, down }: Motion,
  plane: Plane,
  [a, b]: readonly [Features, Features],
  { x, y }: Place,
): boolean {
  const unlike = (dx: number, dy: number) =>
    unlikeness(a, b, Float64Array.of(x - dx / 2, y - dy / 2, x + dx / 2, y + dy / 2));
  const at = y * width + x;
  const [ownAcross, ownDown] = [across[at] ?? 0, down[at] ?? 0];
  const [flatAcross, flatDown] = [valueAt(plane.across, { x, y }), valueAt(plane.down, { x, y })];
  if (Math.hypot(flatAcross - ownAcross, flatDown - ownDown) > mostChange) return false;
  const flat = unlike(flatAcross, flatDown);
  return flat < mostUnlike && flat < unlike(ownAcross, ownDown) + worse;
}

const middleOf = ({ fromX, fromY, toX, toY }: Anchor): Place => ({
  x: (fromX + toX) / 2,
  y: (fromY + toY) / 2,
});

const valueAt = ([constant, x, y]: Linear, place: Place) => constant + x * place.x + y * place.y;

function missOf(anchor: Anchor, { across, down }: Plane): number {
  const place = middleOf(anchor);
  return Math.hypot(
    anchor.toX - anchor.fromX - valueAt(across, place),
    anchor.toY - anchor.fromY - valueAt(down, place),
  );
}

/** By least squares; undefined where the places lie on one line. */
function planeThrough(anchors: readonly Anchor[]): Plane | undefined {
  const places = anchors.map(middleOf);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x0, y0] = [mean(places.map(({ x }) => x)), mean(places.map(({ y }) => y))];
  let [xx, xy, yy] = [0, 0, 0];
  for (const { x, y } of places) {
    xx += (x - x0) ** 2;
    xy += (x - x0) * (y - y0);
    yy += (y - y0) ** 2;
  }
  const area = xx * yy - xy * xy;
  if (!(area > 30)) return undefined;
  const linear = (values: readonly number[]): Linear => {
    const v0 = mean(values);
    let [xv, yv] = [0, 0];
    for (const [n, { x, y }] of places.entries()) {
      xv += (x - x0) * ((values[n] ?? 0) - v0);
      yv += (y - y0) * ((values[n] ?? 0) - v0);
    }
    const [perX, perY] = [(xv * yy - yv * xy) / area, (yv * xx - xv * xy) / area];
    return [v0 - perX * x0 - perY * y0, perX, perY];
  };
  return {
    across: linear(anchors.map(({ fromX, toX }) => toX - fromX)),
    down: linear(anchors.map(({ fromY, toY }) => toY - fromY)),
  };
}

/** Andrew's monotone chain (1979), counterclockwise where y goes up. */
function hullOf(places: readonly Place[]): Place[] {
  const sorted = places.toSorted((one, other) => one.x - other.x || one.y - other.y);
  const chain = (points: readonly Place[]) => {
    const kept: Place[] = [];
    for (const point of points) {
      for (;;) {
        const [before, last] = kept.slice(-2);
        if (before === undefined || last === undefined || turnOf(before, last, point) > 0) break;
        kept.pop();
      }
      kept.push(point);
    }
    return kept.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

const turnOf = (a: Place, b: Place, c: Place) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

/** How far a place lies beyond the nearest of the sides that it is outside of; 0 or less inside. */
function distanceFrom(hull: readonly Place[], place: Place): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const [n, corner] of hull.entries()) {
    const next = hull[(n + 1) % hull.length] ?? corner;
    const length = Math.hypot(next.x - corner.x, next.y - corner.y);
    if (length > 0) most = Math.max(most, -turnOf(corner, next, place) / length);
  }
  return most;
}
