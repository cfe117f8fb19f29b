import { inkOf, mainGroups, marksOf, movedIn, withNear } from './print-marks.ts';
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

/** Degrees a print is followed by. */
const farthest = 75;
/** Less is no turn that would be seen. */
const nearest = 4;
const tilts = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3];
/** Likeness from which on two marks are one. Of six products those of one mark reach 0.8; the switch on a lamp's foot 0.6, others 0.3. */
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
  const [a, b] = [movedIn(own, other), movedIn(other, own)];
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
  if (seen.length === 0 || !isOnWall(seen, bodies.from) || !isOnWall(seen, bodies.to)) return undefined;
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

/** Where between its neighbours a parabola through three values is highest, -0.5 to 0.5: the best may stand at the end. */
function peak(before: number, own: number, after: number): number {
  const bow = 2 * own - before - after;
  return bow <= 0 ? 0 : Math.min(0.5, Math.max(-0.5, (after - before) / (2 * bow)));
}

const spotsIn = ({ centre, radius }: Body, marks: readonly number[], height: number): Spot[] =>
  marks.map((mark) => {
    const y = ((Math.floor(mark / unrolledColumns) + 0.5) * height) / unrolledRows - 0.5;
    const row = Math.round(y);
    return { x: (centre[row] ?? 0) + (radius[row] ?? 0) * Math.sin(angleOf(mark % unrolledColumns)), y };
  });

/** How much one view shows that the other has not at the same place. */
export function inkMoved(view: View, other: View): number {
  return inkOf(movedIn(unrolled(view, bodyOf(view)), unrolled(other, bodyOf(other))));
}

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
