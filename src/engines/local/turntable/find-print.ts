import { smooth } from './planes.ts';
import { angleOf, type Body, bodyOf, unrolled, unrolledColumns, unrolledRows } from './unroll.ts';
import type { View } from './view.ts';

/** Print that turns round with a body whose light stands still. */
export interface TurnedPrint {
  /** From the first view to the second, in radians, positive to the right. */
  angle: number;
  /** How far a mark comes down from the body's side to its front, as a share of the radius: the camera looks down on it. */
  tilt: number;
  /** 0 to 1: how alike the marks are that were found in both views. */
  likeness: number;
  bodies: { from: Body; to: Body };
  /** Where the edges of strokes lie, in pixels of each view. */
  from: Spot[];
  to: Spot[];
}

export interface Spot {
  x: number;
  y: number;
}

const cells = unrolledRows * unrolledColumns;
/** Degrees a print is followed by. */
const farthest = 75;
/** Less is no turn that would be seen. */
const nearest = 4;
const tilts = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3];
/** Likeness from which on two marks are one. Of six products those of one mark reach 0.5, others 0.3. */
const leastLikeness = 0.42;
/** More cells than these are a pattern all over, which the motion of all that is seen carries better. */
const mostMarks = 5_000;
/** Squared steps of lightness that the marks of a view add up to at least. */
const leastInk = 8;

/**
 * Looks for the one angle by which what moves between two views of a round body turns from the one to the other: a mark on
 * metal or glaze, under highlights that stay where the lamps are. Undefined where there is no such print.
 */
export function findPrint(from: View, to: View): TurnedPrint | undefined {
  const bodies = { from: bodyOf(from), to: bodyOf(to) };
  const own = unrolled(from, bodies.from);
  const other = unrolled(to, bodies.to);
  const [a, b] = [softened(movedIn(own, other)), softened(movedIn(other, own))];
  const [inkA, inkB] = [inkOf(a), inkOf(b)];
  if (Math.min(inkA, inkB) < leastInk) return undefined;
  const marks = marksOf(a);
  if (marks.length > mostMarks) return undefined;
  const sumOf = (degrees: number, tilt: number) => {
    let sum = 0;
    for (const mark of marks) sum += (a[mark] ?? 0) * (b[met(mark, degrees, tilt, bodies.to)] ?? 0);
    return sum;
  };
  let best = { degrees: 0, tilt: 0, sum: 0 };
  for (let degrees = -farthest; degrees <= farthest; degrees++)
    for (const tilt of Math.abs(degrees) < nearest ? [] : tilts) {
      const sum = sumOf(degrees, tilt);
      if (sum > best.sum) best = { degrees, tilt, sum };
    }
  const likeness = best.sum / Math.sqrt(inkA * inkB);
  if (likeness < leastLikeness) return undefined;
  const { degrees, tilt } = best;
  const shared = marks.filter((mark) => (a[mark] ?? 0) * (b[met(mark, degrees, tilt, bodies.to)] ?? 0) > 0);
  const seen = mainGroups(shared);
  if (!isOnWall(seen, bodies.from) || !isOnWall(seen, bodies.to)) return undefined;
  const stands = (mark: number) => met(mark, degrees, tilt, bodies.to);
  return {
    angle: ((degrees + peak(sumOf(degrees - 1, tilt), best.sum, sumOf(degrees + 1, tilt))) * Math.PI) / 180,
    tilt,
    likeness,
    bodies,
    from: spotsIn(bodies.from, withNear(seen, marksOf(own)), from.height),
    to: spotsIn(bodies.to, withNear(seen.map(stands), marksOf(other)), to.height),
  };
}

/** As shares of the height: how far above and below print a wall goes on, and how much wider it may become over its rows. */
const beyond = 0.03;
const flare = 0.35;

/** Whether marks lie on a wall: the top of a foot or a lid also looks as wide as a body, and is none. */
function isOnWall(marks: readonly number[], { radius }: Body): boolean {
  const rows = marks.map((mark) => (Math.floor(mark / unrolledColumns) / unrolledRows) * radius.length);
  const first = Math.max(0, Math.floor(Math.min(...rows) - beyond * radius.length));
  const last = Math.min(radius.length - 1, Math.ceil(Math.max(...rows) + beyond * radius.length));
  const wall = radius.subarray(first, last + 1);
  return Math.max(...wall) - Math.min(...wall) <= flare * (last - first);
}

/** Where between its neighbours a parabola through three values is highest, -0.5 to 0.5. */
function peak(before: number, own: number, after: number): number {
  const bow = 2 * own - before - after;
  return bow <= 0 ? 0 : (after - before) / (2 * bow);
}

/** Marks this many cells apart belong together; a group of less than this share of all is chance. */
const together = 14;
const leastGroup = 0.15;

function mainGroups(marks: readonly number[]): number[] {
  const left = new Set(marks);
  const kept: number[] = [];
  for (const first of marks) {
    if (!left.delete(first)) continue;
    const group = [first];
    // The list grows while it is walked.
    for (const mark of group)
      for (const other of left) if (apart(mark, other) <= together && left.delete(other)) group.push(other);
    if (group.length >= leastGroup * marks.length) kept.push(...group);
  }
  return kept;
}

/** All marks of one view in a group and close beside it: a letter may stand where in the other view another one does. */
const withNear = (group: readonly number[], marks: readonly number[]) =>
  marks.filter((mark) => group.some((other) => apart(mark, other) <= together / 2));

const apart = (one: number, other: number) =>
  Math.hypot(
    Math.floor(one / unrolledColumns) - Math.floor(other / unrolledColumns),
    (one % unrolledColumns) - (other % unrolledColumns),
  );

const spotsIn = ({ centre, radius }: Body, marks: readonly number[], height: number): Spot[] =>
  marks.map((mark) => {
    const y = ((Math.floor(mark / unrolledColumns) + 0.5) * height) / unrolledRows - 0.5;
    const row = Math.round(y);
    return { x: (centre[row] ?? 0) + (radius[row] ?? 0) * Math.sin(angleOf(mark % unrolledColumns)), y };
  });

/** How much one view shows that the other has not at the same place. */
export function inkMoved(view: View, other: View): number {
  return inkOf(softened(movedIn(unrolled(view, bodyOf(view)), unrolled(other, bodyOf(other)))));
}

/** What the other view has not at the same place, or a few cells beside it. */
function movedIn(own: Float32Array, other: Float32Array): Float32Array {
  const out = new Float32Array(cells);
  for (let row = 2; row < unrolledRows - 2; row++)
    for (let column = 3; column < unrolledColumns - 3; column++) {
      const at = row * unrolledColumns + column;
      const step = own[at] ?? 0;
      if (step === 0 || Number.isNaN(step)) continue;
      let like = 0;
      let isSeen = false;
      for (let rows = -2; rows <= 2; rows++)
        for (let columns = -3; columns <= 3; columns++) {
          const there = other[at + rows * unrolledColumns + columns] ?? 0;
          if (Number.isNaN(there)) continue;
          isSeen = true;
          like = Math.max(like, Math.sign(step) * there);
        }
      if (isSeen) out[at] = Math.sign(step) * Math.max(0, Math.abs(step) - 1.2 * like);
    }
  return out;
}

const softened = (values: Float32Array) => smooth(values, unrolledColumns, unrolledRows);

const inkOf = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);

const marksOf = (values: Float32Array) =>
  Array.from(values.keys()).filter((at) => Math.abs(values[at] ?? 0) > 0.01);

const cosines = Float64Array.from({ length: unrolledColumns }, (_, column) => Math.cos(angleOf(column)));

/** The cell that a mark stands in once it has turned; -1 where that is out of sight. */
function met(mark: number, degrees: number, tilt: number, { radius }: Body): number {
  const column = (mark % unrolledColumns) + degrees;
  if (column < 0 || column >= unrolledColumns) return -1;
  const row = Math.floor(mark / unrolledColumns);
  const perRow = radius.length / unrolledRows;
  const wide = (radius[Math.round((row + 0.5) * perRow - 0.5)] ?? 0) / perRow;
  const lower = tilt * wide * ((cosines[column] ?? 0) - (cosines[column - degrees] ?? 0));
  return Math.round(row + lower) * unrolledColumns + column;
}
