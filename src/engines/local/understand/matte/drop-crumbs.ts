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
  const { rows, columns } = spans(solid, width, height);
  const crumbs = new Uint8Array(subject.length);
  for (let index = Math.max(0, floor); index < subject.length; index++) {
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

/** The first and last solid pixel of each row or column; none: first after last. */
interface Spans {
  first: Int32Array;
  last: Int32Array;
}

function spans(solid: Uint8Array, width: number, height: number): { rows: Spans; columns: Spans } {
  const rows = { first: new Int32Array(height).fill(width), last: new Int32Array(height).fill(-1) };
  const columns = { first: new Int32Array(width).fill(height), last: new Int32Array(width).fill(-1) };
  for (let y = 0, index = 0; y < height; y++)
    for (let x = 0; x < width; x++, index++) {
      if (solid[index] === 0) continue;
      if (x < (rows.first[y] ?? 0)) rows.first[y] = x;
      rows.last[y] = x;
      if (y < (columns.first[x] ?? 0)) columns.first[x] = y;
      columns.last[x] = y;
    }
  return { rows, columns };
}

const within = ({ first, last }: Spans, line: number, at: number) =>
  at > (first[line] ?? 0) && at < (last[line] ?? 0);
