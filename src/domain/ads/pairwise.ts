import { type Random, seededRandom } from './random.ts';

/**
 * A covering array of strength 2: picks, one value for each axis, such that any two values of two axes meet in at least
 * one. Greedy, one pick at a time, after AETG (Cohen, Dalal, Fredman and Patton, "The AETG System", IEEE Transactions on
 * Software Engineering 23(7), 1997); its dice are seeded, so the same sizes give the same picks. With one axis, each
 * value once.
 */
export function coverPairs(sizes: readonly number[]): number[][] {
  if (sizes.length < 2) return Array.from({ length: sizes[0] ?? 0 }, (_, value) => [value]);
  const random = seededRandom(1997);
  const { candidates, tries } = effortFor(sizes);
  let best: number[][] | undefined;
  for (let index = 0; index < tries; index++) {
    const picks = coverOnce(sizes, candidates, random);
    if (best === undefined || picks.length < best.length) best = picks;
  }
  return best ?? [];
}

/** How hard to look: some hundredths of a second, and a second at most for the largest matrix there may be. */
function effortFor(sizes: readonly number[]): { candidates: number; tries: number } {
  const [a = 1, b = 1] = sizes.toSorted((one, other) => other - one);
  const cost = a * b * sizes.length * sizes.reduce((sum, size) => sum + size, 0);
  const affordable = Math.floor(5_000_000 / cost);
  return affordable >= 25
    ? { candidates: 12, tries: Math.min(10, Math.floor(affordable / 12)) }
    : { candidates: Math.max(2, Math.min(12, affordable)), tries: 1 };
}

function coverOnce(sizes: readonly number[], candidates: number, random: Random): number[][] {
  const open = openPairs(sizes);
  const picks: number[][] = [];
  while (open.count() > 0) {
    let best: number[] = [];
    let most = 0;
    for (let index = 0; index < candidates; index++) {
      const candidate = pickOne(sizes, open, random);
      const covers = open.coveredBy(candidate);
      if (covers > most) [best, most] = [candidate, covers];
    }
    open.cover(best);
    picks.push(best);
  }
  return picks;
}

/** Pairs of values that have not met. */
interface OpenPairs {
  count(): number;
  /** 1 where they have not met, else 0. */
  between(axis: number, value: number, other: number, otherValue: number): number;
  /** How many open pairs have this value. */
  of(axis: number, value: number): number;
  coveredBy(pick: readonly number[]): number;
  cover(pick: readonly number[]): void;
}

function openPairs(sizes: readonly number[]): OpenPairs {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  /** Where the values of each axis begin among all values. */
  const begins = sizes.map((_, axis) => sizes.slice(0, axis).reduce((sum, size) => sum + size, 0));
  const placeOf = (axis: number, value: number) => (begins[axis] ?? 0) + value;
  // A square of all values with all, kept on both sides of its diagonal.
  const open = new Uint8Array(all * all);
  const left = new Int32Array(all);
  let count = 0;
  for (const [axis, size] of sizes.entries())
    for (let place = placeOf(axis, 0); place < placeOf(axis, size); place++) {
      open.fill(1, place * all, place * all + all);
      open.fill(0, place * all + placeOf(axis, 0), place * all + placeOf(axis, size));
      left[place] = all - size;
      count += all - size;
    }
  count /= 2;
  return {
    count: () => count,
    between: (axis, value, other, otherValue) =>
      open[placeOf(axis, value) * all + placeOf(other, otherValue)] ?? 0,
    of: (axis, value) => left[placeOf(axis, value)] ?? 0,
    coveredBy(pick) {
      let covered = 0;
      for (let axis = 0; axis < pick.length; axis++)
        for (let other = axis + 1; other < pick.length; other++)
          covered += this.between(axis, pick[axis] ?? 0, other, pick[other] ?? 0);
      return covered;
    },
    cover(pick) {
      const places = pick.map((value, axis) => placeOf(axis, value));
      for (const [axis, place] of places.entries())
        for (const other of places.slice(axis + 1)) {
          if (open[place * all + other] === 0) continue;
          open[place * all + other] = 0;
          open[other * all + place] = 0;
          left[place] = (left[place] ?? 0) - 1;
          left[other] = (left[other] ?? 0) - 1;
          count -= 1;
        }
    },
  };
}

/**
 * Begins with the value that has most open pairs, goes through the other axes in any order, and takes of each what
 * covers most with those before. So a pick always covers something.
 */
function pickOne(sizes: readonly number[], open: OpenPairs, random: Random): number[] {
  const pick: number[] = sizes.map(() => 0);
  const [first, itsValue] = mostOpen(sizes, open, random);
  pick[first] = itsValue;
  const chosen = [first];
  for (const axis of shuffled(sizes.length, random)) {
    if (axis === first) continue;
    const size = sizes[axis] ?? 0;
    const shift = Math.floor(random() * size);
    let best = 0;
    let bestCovers = -1;
    let bestLeft = -1;
    for (let index = 0; index < size; index++) {
      const value = (index + shift) % size;
      let covers = 0;
      for (const other of chosen) covers += open.between(axis, value, other, pick[other] ?? 0);
      const left = open.of(axis, value);
      if (covers < bestCovers || (covers === bestCovers && left <= bestLeft)) continue;
      best = value;
      bestCovers = covers;
      bestLeft = left;
    }
    pick[axis] = best;
    chosen.push(axis);
  }
  return pick;
}

function mostOpen(sizes: readonly number[], open: OpenPairs, random: Random): [axis: number, value: number] {
  let best: [number, number] = [0, 0];
  let most = 1;
  let equal = 0;
  for (const [axis, size] of sizes.entries())
    for (let value = 0; value < size; value++) {
      const left = open.of(axis, value);
      if (left < most) continue;
      equal = left > most ? 1 : equal + 1;
      // Each of those that are equal with the same chance.
      if (random() * equal < 1) best = [axis, value];
      most = left;
    }
  return best;
}

function shuffled(length: number, random: Random): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let index = length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [order[index], order[other]] = [order[other] ?? 0, order[index] ?? 0];
  }
  return order;
}
