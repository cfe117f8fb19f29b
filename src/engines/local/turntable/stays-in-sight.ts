import type { View } from './view.ts';

/**
 * Whether the parts of a product can be followed from one view to the next, as far as their outlines tell. Where not, a
 * part would be seen in two places on the way, or pulled in two: a cut shows the product as it is.
 */
export const staysInSight = (one: View, other: View) => !comesBefore(one, other) && !stepsBack(one, other);

/** Share of the product's area from which on a gap in it is that of a handle. */
const leastGap = 0.006;
/** Of a gap, this little is none. */
const closed = 0.05;
/** Of the product's width beside a gap: a loop that is merely seen from its narrow side loses more. */
const keptWidth = 0.85;

/**
 * A gap closes, yet the product stays as wide there: the handle around it comes to stand before the body. Half-way it
 * would be seen beside the body and before it.
 */
function comesBefore(one: View, other: View): boolean {
  const [a, b] = [rowsOf(one), rowsOf(other)];
  const [open, shut] = a.gap > b.gap ? [a, b] : [b, a];
  if (open.gap < leastGap * open.area || shut.gap > closed * open.gap) return false;
  let was = 0;
  let is = 0;
  for (const [y, { gap, width }] of open.rows.entries()) {
    was += gap * width;
    is += gap * (shut.rows[y]?.width ?? 0);
  }
  return is > keptWidth * was;
}

interface Row {
  /** From the first to the last pixel of the product. */
  width: number;
  /** Pixels of ground between them. */
  gap: number;
}

function rowsOf({ width, height, edge }: View): { rows: Row[]; gap: number; area: number } {
  const rows: Row[] = [];
  let gap = 0;
  let area = 0;
  for (let y = 0; y < height; y++) {
    let first = width;
    let last = -1;
    let filled = 0;
    for (let x = 0; x < width; x++) {
      if ((edge[y * width + x] ?? 0) <= 0) continue;
      if (last < 0) first = x;
      last = x;
      filled++;
    }
    const row = last < 0 ? { width: 0, gap: 0 } : { width: last - first + 1, gap: last - first + 1 - filled };
    rows.push(row);
    gap += row.gap;
    area += filled;
  }
  return { rows, gap, area };
}

/** Shares of the product's height: what stands on the line it stands on, and what is well above it. */
const standing = 0.015;
const lifted = 0.08;

/** A foot away from the axis stands in front in one view and further back, so higher up, in the other. */
function stepsBack(one: View, other: View): boolean {
  return [-1, 1].some((side) => {
    const [a, b] = [heightBeside(one, side), heightBeside(other, side)];
    return Math.min(a, b) < standing && Math.max(a, b) > lifted;
  });
}

/** How far above the line it stands on the outer half of one side ends, as a share of the product's height. */
function heightBeside({ width, height, axis, base, edge }: View, side: number): number {
  const isProduct = (x: number, y: number) => (edge[y * width + x] ?? 0) > 0;
  let farthest = 0;
  let top = height;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!isProduct(x, y)) continue;
      farthest = Math.max(farthest, side * (x - axis));
      top = Math.min(top, y);
    }
  let lowest = top;
  for (let y = top; y < height; y++)
    for (let x = 0; x < width; x++) if (side * (x - axis) >= farthest / 2 && isProduct(x, y)) lowest = y;
  return Math.max(0, base - 1 - lowest) / (base - top);
}
