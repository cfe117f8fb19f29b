import type { Print } from './draw-print.ts';
import { channels, type Features, featuresOf } from './features.ts';
import { findMotion, halvedMotion } from './find-motion.ts';
import { findPrint } from './find-print.ts';
import { gainOf } from './gain.ts';
import { liftPrint } from './lift-print.ts';
import type { Morph, Seen } from './morph.ts';
import { qualityOf } from './morph-quality.ts';
import type { Motion } from './motion.ts';
import { smooth } from './planes.ts';
import type { View } from './view.ts';

/** Rows of cells that views are matched in: print of a label is still told apart, and it takes no second. */
const matchedRows = 246;

/** Prepares the turn from one aligned view to the next; both have one size (see `alignViews`). */
export function prepareMorph(from: View, to: View): Morph {
  // Of clear glass nothing would be left under its print: what is seen there is the set.
  const isClear = from.shown !== undefined || to.shown !== undefined;
  const print = isClear ? undefined : findPrint(from, to);
  if (print === undefined) return joinedWith(from, to);
  const [own, other] = [liftPrint(from, print.from), liftPrint(to, print.to)];
  const { angle, tilt, bodies } = print;
  return joinedWith(own.bare, other.bare, { angle, tilt, bodies, from: own.layer, to: other.layer });
}

/** Joins views as they are; `print` is laid over the pictures between them. */
export function joinedWith(from: View, to: View, print?: Print): Morph {
  const finest = Math.max(1, from.height / matchedRows);
  const [a, b] = [featuresOf(from, finest), featuresOf(to, finest)];
  const motion = halvedMotion(findMotion(a, b));
  const owner = ownerOf(motion);
  const seen = { a: a[1], b: b[1], motion, owner };
  const morph = {
    from,
    to,
    motion,
    owner,
    handsOver: handsOverAt(seen, from.axis / motion.cell),
    ...reachOf(a[1], b[1]),
    gain: gainOf(from, to, motion, owner),
    ...(print === undefined ? {} : { print }),
  };
  return { ...morph, quality: qualityOf(morph, seen) };
}

function ownerOf({ width, height, across }: Motion): Float32Array {
  const owner = across.map((_, at) => {
    const x = at % width;
    const slope = ((across[x < width - 1 ? at + 1 : at] ?? 0) - (across[x > 0 ? at - 1 : at] ?? 0)) / 2;
    return Math.min(1, Math.max(0, 0.5 + slope / 4));
  });
  let smoothed: Float32Array = owner;
  for (let pass = 0; pass < 3; pass++) smoothed = smooth(smoothed, width, height);
  return smoothed;
}

/** Share of the product's cells that must go on one side and come on the other for a part to change sides. */
const leastHanded = 0.006;

/**
 * Looks for the gap of a handle, which closes on one side of the axis while one opens on the other. Faces of a box
 * also go on one side and come on the other, but those are truly seen at once.
 */
function handsOverAt({ a, b, motion, owner }: Seen, axis: number): boolean {
  const { width, height, across, down } = motion;
  const closes = { left: 0, right: 0 };
  const opens = { left: 0, right: 0 };
  let all = 0;
  for (let at = 0; at < width * height; at++) {
    const x = at % width;
    const y = Math.floor(at / width);
    if ((a.data[at * channels + 3] ?? 0) > 0) all++;
    const side = x < axis ? 'left' : 'right';
    const dx = (across[at] ?? 0) / 2;
    const dy = (down[at] ?? 0) / 2;
    if ((owner[at] ?? 0) < 0.3 && isGap(a, x - dx, y - dy)) closes[side]++;
    if ((owner[at] ?? 0) > 0.7 && isGap(b, x + dx, y + dy)) opens[side]++;
  }
  const least = all * leastHanded;
  const isMet = (out: number, into: number) => out > least && into > least;
  return isMet(closes.left, opens.right) || isMet(closes.right, opens.left);
}

/** Ground between the outer edges of a row. */
function isGap({ width, height, data }: Features, x: number, y: number): boolean {
  const column = Math.min(width - 1, Math.max(0, Math.round(x)));
  const row = Math.min(height - 1, Math.max(0, Math.round(y)));
  const at = (row * width + column) * channels;
  return (data[at + 3] ?? 0) < 0.02 && (data[at + 4] ?? 0) > 0.2;
}

/** Rows of cells that content may move up or down on its way. */
const slack = 6;

function reachOf(a: Features, b: Features): Pick<Morph, 'first' | 'last'> {
  const { width, height } = a;
  const first = new Int32Array(height).fill(width);
  const last = new Int32Array(height).fill(-1);
  for (let at = 0; at < width * height; at++) {
    if ((a.data[at * channels + 3] ?? 0) + (b.data[at * channels + 3] ?? 0) === 0) continue;
    const y = Math.floor(at / width);
    const x = at - y * width;
    for (let row = Math.max(0, y - slack); row <= Math.min(height - 1, y + slack); row++) {
      if (x - 2 < (first[row] ?? 0)) first[row] = x - 2;
      if (x + 2 > (last[row] ?? 0)) last[row] = x + 2;
    }
  }
  return { first, last };
}
