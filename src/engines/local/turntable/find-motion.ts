import { type Pull, pullOf } from './anchor-pull.ts';
import { type Features, unlikeness } from './features.ts';
import { findAnchors } from './find-anchors.ts';
import { findFlatFace, keepFlat, onFace } from './flat-face.ts';
import type { Motion } from './motion.ts';
import { sample, smooth } from './planes.ts';
import { aggregate, cheapestPlaces, cheapestRows, type Labelling } from './smooth-labels.ts';

/** Costs beyond this are all the same: no match. */
const noMatch = 0.5;

/**
 * The motion between two views, coarse to fine, pyramids given from fine to coarse. Across, every row keeps its
 * order: `across` never changes by more than 2 from cell to cell, and where it changes by exactly that much, one
 * view shows something that the other does not (the half-way view of Belhumeur, "A Bayesian approach to binocular
 * stereopsis", 1996).
 */
export function findMotion(first: readonly Features[], second: readonly Features[]): Motion {
  const [fineA, fineB] = [first[0], second[0]];
  if (fineA === undefined || fineB === undefined) throw new Error('A pyramid needs one level at least.');
  const found = findAnchors(fineA, fineB);
  const face = findFlatFace(found);
  const anchors = face === undefined ? found : onFace(face, found);
  let motion: Motion | undefined;
  for (let level = first.length - 1; level >= 0; level--) {
    const [a, b] = [first[level], second[level]];
    if (a === undefined || b === undefined)
      throw new Error('Both views need one pyramid each of one height.');
    const pull = pullOf(anchors, a, a.cell / fineA.cell);
    if (motion === undefined) {
      motion = still(a);
      matchAcross({ a, b, motion, pull, range: Math.ceil(a.width * 0.45), downSteps: [-3, 0, 3] });
      matchDown({ a, b, motion, pull, range: 5 });
      matchAcross({ a, b, motion, pull, range: 6, downSteps: [0] });
      matchDown({ a, b, motion, pull, range: 3 });
    } else {
      motion = finer(motion, a);
      matchAcross({ a, b, motion, pull, range: level === 0 ? 2 : 3, downSteps: [0] });
      matchDown({ a, b, motion, pull, range: level === 0 ? 1 : 2 });
    }
    motion.misfit = misfitOf(a, b, motion);
  }
  if (motion === undefined) throw new Error('A pyramid needs one level at least.');
  for (let pass = 0; pass < 3; pass++) motion.across = smooth(motion.across, motion.width, motion.height);
  for (let pass = 0; pass < 6; pass++) motion.down = smooth(motion.down, motion.width, motion.height);
  if (face !== undefined) keepFlat(motion, face, [fineA, fineB]);
  return motion;
}

function still({ width, height, cell }: Features): Motion {
  const zeros = () => new Float32Array(width * height);
  return { width, height, cell, across: zeros(), down: zeros(), misfit: zeros() };
}

interface Match {
  a: Features;
  b: Features;
  motion: Motion;
  pull: Pull;
  /** Labels to each side of what the motion is so far. */
  range: number;
}

function matchAcross({ a, b, motion, pull, range, downSteps }: Match & { downSteps: number[] }): void {
  const { width, height, across, down } = motion;
  const labels = 2 * range + 1;
  const cost = new Float32Array(width * height * labels);
  const place = new Float64Array(4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      for (let l = 0; l < labels; l++) {
        const dx = ((across[index] ?? 0) + l - range) / 2;
        let least = noMatch;
        for (const extra of downSteps) {
          const dy = ((down[index] ?? 0) + extra) / 2;
          place[0] = x - dx;
          place[1] = y - dy;
          place[2] = x + dx;
          place[3] = y + dy;
          least = Math.min(least, unlikeness(a, b, place) + Math.abs(extra) * 0.01);
        }
        cost[index * labels + l] =
          least + pullTo((pull.across[index] ?? 0) - 2 * dx, pull.weight[index] ?? 0);
      }
    }
  const problem: Labelling = {
    width,
    height,
    labels,
    cost,
    base: across,
    across: { perUnit: 0.03, most: 1 },
    down: { perUnit: 0.2, most: 1.2 },
  };
  motion.across = smooth(smooth(cheapestRows(problem, aggregate(problem), 2), width, height), width, height);
}

/** What it costs to be `off` cells from where the anchors pull. */
const pullTo = (off: number, weight: number) => weight * Math.min(1.5, Math.abs(off) * 0.25);

function matchDown({ a, b, motion, pull, range }: Match): void {
  const { width, height, across, down } = motion;
  const labels = 2 * range + 1;
  const cost = new Float32Array(width * height * labels);
  const place = new Float64Array(4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const dx = (across[index] ?? 0) / 2;
      for (let l = 0; l < labels; l++) {
        const dy = ((down[index] ?? 0) + l - range) / 2;
        place[0] = x - dx;
        place[1] = y - dy;
        place[2] = x + dx;
        place[3] = y + dy;
        cost[index * labels + l] =
          Math.min(noMatch, unlikeness(a, b, place)) +
          pullTo((pull.down[index] ?? 0) - 2 * dy, pull.weight[index] ?? 0);
      }
    }
  const bend = { perUnit: 0.08, most: 0.5 };
  const problem: Labelling = { width, height, labels, cost, base: down, across: bend, down: bend };
  motion.down = smooth(smooth(cheapestPlaces(problem, aggregate(problem)), width, height), width, height);
}

/** A motion on a grid of cells half as large. */
function finer(motion: Motion, to: Features): Motion {
  const out = still(to);
  for (let y = 0; y < to.height; y++)
    for (let x = 0; x < to.width; x++) {
      const index = y * to.width + x;
      out.across[index] = 2 * sample(motion, motion.across, (x - 0.5) / 2, (y - 0.5) / 2);
      out.down[index] = 2 * sample(motion, motion.down, (x - 0.5) / 2, (y - 0.5) / 2);
    }
  return out;
}

function misfitOf(a: Features, b: Features, { width, height, across, down }: Motion): Float32Array {
  const place = new Float64Array(4);
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const index = y * width + x;
      const dx = (across[index] ?? 0) / 2;
      const dy = (down[index] ?? 0) / 2;
      place[0] = x - dx;
      place[1] = y - dy;
      place[2] = x + dx;
      place[3] = y + dy;
      out[index] = unlikeness(a, b, place);
    }
  return smooth(out, width, height);
}

/** The same motion on cells twice as large, for drawing: it is smooth, and four times as fast to turn round. */
export function halvedMotion(motion: Motion): Motion {
  const width = Math.ceil(motion.width / 2);
  const height = Math.ceil(motion.height / 2);
  const shrunk = (values: Float32Array, scale: number) =>
    Float32Array.from(
      { length: width * height },
      (_, at) => scale * sample(motion, values, (at % width) * 2 + 0.5, Math.floor(at / width) * 2 + 0.5),
    );
  return {
    width,
    height,
    cell: motion.cell * 2,
    across: shrunk(motion.across, 0.5),
    down: shrunk(motion.down, 0.5),
    misfit: shrunk(motion.misfit, 1),
  };
}
