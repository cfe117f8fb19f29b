import { labelRegions } from '../regions.ts';
import { type GroundLike, shadeChroma } from './ground-like.ts';
import type { OffGround } from './off-ground.ts';

/** A crumb is at most this share of the subject. */
const largest = 0.004;
/** The shadow of a crumb takes at most this much lightness, in OKLab; the subject throws colour into it. */
const deepest = 0.35;
const thrown = 2.2;
/** Crumbs lie on the floor: below this share of the subject's height. */
const floorFrom = 0.85;

/**
 * Takes pieces of shadow off the rim of the subject: what is darkened ground by its colour and lies beyond everything
 * that is not, in its row and in its column. A pale part within the outline, such as the glass of a bottle, stays.
 */
export function dropCrumbs(
  subject: Uint8Array,
  { off, like, width }: { off: OffGround; like: GroundLike; width: number },
): Uint8Array {
  const height = subject.length / width;
  const solid = subject.slice();
  let area = 0;
  for (const pixel of subject) area += pixel;
  const top = subject.indexOf(1) / width;
  const bottom = subject.lastIndexOf(1) / width;
  // What the picture cuts off below stands on nothing that is seen.
  if (bottom >= height - 1) return subject;
  const floor = Math.floor(top + (bottom - top) * floorFrom) * width;
  for (let index = Math.max(0, floor); index < subject.length; index++) {
    if (subject[index] === 0) continue;
    const lightness = off.lightness[index] ?? 1;
    const isShade = lightness < -like.darker && lightness > -deepest;
    if (isShade && (off.chroma[index] ?? 1) < thrown * shadeChroma(like, lightness)) solid[index] = 0;
  }
  const rows = spans(solid, { lines: height, step: width, length: width, stride: 1 });
  const columns = spans(solid, { lines: width, step: 1, length: height, stride: width });
  const crumbs = new Uint8Array(subject.length);
  for (let index = 0; index < subject.length; index++) {
    if (subject[index] === 0 || solid[index] === 1) continue;
    const x = index % width;
    const y = (index - x) / width;
    if (!within(rows, y, x) && !within(columns, x, y)) crumbs[index] = 1;
  }
  const { regions } = labelRegions(crumbs, 1, width);
  // A subject whose own foot looks like shaded ground is left alone.
  if (regions.some((region) => region.area > area * largest)) return subject;
  const kept = subject.slice();
  for (let index = 0; index < kept.length; index++) if (crumbs[index] === 1) kept[index] = 0;
  return kept;
}

/** The first and last solid pixel of each line; none: first after last. */
interface Spans {
  first: Int32Array;
  last: Int32Array;
}

function spans(
  solid: Uint8Array,
  { lines, step, length, stride }: { lines: number; step: number; length: number; stride: number },
): Spans {
  const first = new Int32Array(lines).fill(length);
  const last = new Int32Array(lines).fill(-1);
  for (let line = 0; line < lines; line++)
    for (let at = 0; at < length; at++) {
      if (solid[line * step + at * stride] === 0) continue;
      if (at < (first[line] ?? 0)) first[line] = at;
      last[line] = at;
    }
  return { first, last };
}

const within = ({ first, last }: Spans, line: number, at: number) =>
  at > (first[line] ?? 0) && at < (last[line] ?? 0);
