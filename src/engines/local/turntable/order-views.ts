import { runsOverEdge } from '../understand/matte/bleed.ts';
import type { Subject } from '../understand/picture.ts';
import type { Box } from '../understand/soft-edge.ts';
import { alignViews } from './view.ts';
import { commonColours, type Sketch, sketchOf, viewDistance } from './view-distance.ts';

/** The order in which a turn shows its views, as indexes into what was given. */
export interface ViewOrder {
  order: number[];
  /** How alike each view is to the next in the order, 0 to 1; one fewer than `order`. */
  steps: number[];
  /** The views that do not belong to the turn. */
  apart: { index: number; reason: 'close-up' | 'another product' }[];
}

/** Rows of the small views that are compared. */
const rows = 96;

/** Views of one product have at least this share of their colours in common with some other view of it. */
const leastCommon = 0.5;

/**
 * Puts photos of one product (up to 8) into the order in which they lie around it: the shortest open path by
 * `viewDistance`. A path has two directions, and mirrored photos leave them equal: it goes so that the first photo
 * given, the one a shop shows first, comes as late as may be, so that a turn ends near it; if that is the very
 * middle, so that the lower index comes first. Close-ups and other products are told apart, not forced in.
 */
export function orderViews(subjects: readonly Subject[]): ViewOrder {
  // By shape, not by place in the list: what is found must not depend on how the photos were shuffled.
  const whole = subjects
    .flatMap(({ bleed, box }, index) => (runsOverEdge(bleed) ? [] : [{ index, slimness: slimness(box) }]))
    .sort((one, other) => one.slimness - other.slimness)
    .map(({ index }) => index);
  const apart: ViewOrder['apart'] = subjects.flatMap((_, index) =>
    whole.includes(index) ? [] : [{ index, reason: 'close-up' as const }],
  );
  const views = alignViews(
    whole.flatMap((index) => subjects[index] ?? []),
    rows,
  );
  const sketches = new Map<number, Sketch>();
  for (const [n, view] of views.entries()) sketches.set(whole[n] ?? n, sketchOf(view));
  const kept = ofOneProduct(sketches);
  for (const index of whole) if (!kept.includes(index)) apart.push({ index, reason: 'another product' });
  const distance = distancesOf(
    whole.filter((index) => kept.includes(index)),
    sketches,
  );
  const order = directed(shortestPath(kept, distance), kept[0] ?? 0);
  const steps = order.slice(1).map((index, n) => Math.exp(-distance(order[n] ?? index, index)));
  return { order, steps, apart: apart.sort((one, other) => one.index - other.index) };
}

const slimness = ({ left, top, right, bottom }: Box) => (bottom - top) / (right - left);

/** The first view and all that share their colours with it, if need be by way of others. */
function ofOneProduct(sketches: ReadonlyMap<number, Sketch>): number[] {
  if (sketches.size === 0) return [];
  const kept = [Math.min(...sketches.keys())];
  // The list grows while it is walked.
  for (const index of kept)
    for (const other of sketches.keys()) {
      const [one, two] = [sketches.get(index), sketches.get(other)];
      if (one === undefined || two === undefined || kept.includes(other)) continue;
      if (commonColours(one, two) >= leastCommon) kept.push(other);
    }
  return kept.sort((one, other) => one - other);
}

type Distance = (one: number, other: number) => number;

function distancesOf(kept: readonly number[], sketches: ReadonlyMap<number, Sketch>): Distance {
  const known = new Map<string, number>();
  for (const [n, one] of kept.entries())
    for (const other of kept.slice(n + 1)) {
      const [from, to] = [sketches.get(one), sketches.get(other)];
      if (from !== undefined && to !== undefined) known.set(`${one} ${other}`, viewDistance(from, to));
    }
  return (one, other) => known.get(`${one} ${other}`) ?? known.get(`${other} ${one}`) ?? 0;
}

/**
 * The shortest path through all places, by dynamic programming over the sets of places visited (Held and Karp,
 * 1962): 8 places are 2,048 steps.
 */
function shortestPath(places: readonly number[], distance: Distance): number[] {
  let paths = places.map((place) => ({ path: [place], length: 0 }));
  for (let size = 1; size < places.length; size++) {
    const best = new Map<string, { path: number[]; length: number }>();
    for (const { path, length } of paths)
      for (const place of places) {
        const last = path.at(-1);
        if (last === undefined || path.includes(place)) continue;
        const longer = { path: [...path, place], length: length + distance(last, place) };
        const key = `${[...longer.path].sort((one, other) => one - other)} ${place}`;
        const known = best.get(key);
        if (known === undefined || longer.length < known.length) best.set(key, longer);
      }
    paths = [...best.values()];
  }
  const shortest = Math.min(...paths.map(({ length }) => length));
  return paths.find(({ length }) => length === shortest)?.path ?? [];
}

/** Of a path's two directions the one that comes to `hero` later. */
function directed(path: number[], hero: number): number[] {
  const at = path.indexOf(hero);
  const fromEnd = path.length - 1 - at;
  if (at !== fromEnd) return at > fromEnd ? path : path.toReversed();
  return (path[0] ?? 0) <= (path.at(-1) ?? 0) ? path : path.toReversed();
}
