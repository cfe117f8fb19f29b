import { edgeWidth } from './edge-distance.ts';
import type { Morph } from './morph.ts';
import { sample } from './planes.ts';

/** For each cell of one in-between picture, where its colours come from and how they mix. */
export interface Warp {
  width: number;
  height: number;
  cell: number;
  /** From a pixel of the picture to its place in the first and in the second view, in pixels. */
  fromX: Float32Array;
  fromY: Float32Array;
  toX: Float32Array;
  toY: Float32Array;
  /** Share of the second view, 0 to 1, in colour and in shape. */
  mix: Float32Array;
  shape: Float32Array;
  /** About how far inside the picture's outline the cell lies, in pixels. */
  inside: Float32Array;
}

/** The motion between the views as it applies to the picture at `amount`, row by row turned round exactly. */
export function warpAt(morph: Omit<Morph, 'quality'>, amount: number): Warp {
  const { from, to, motion } = morph;
  const { width, height, cell } = motion;
  const rows = turnRowsRound(morph, amount);
  const plane = () => new Float32Array(width * height);
  const warp: Warp = {
    width,
    height,
    cell,
    fromX: plane(),
    fromY: plane(),
    toX: plane(),
    toY: plane(),
    mix: plane(),
    shape: plane(),
    inside: plane().fill(-farOutside),
  };
  for (let y = 0; y < height; y++) {
    const last = Math.min(width - 1, morph.last[y] ?? 0);
    for (let x = Math.max(0, morph.first[y] ?? 0); x <= last; x++) {
      const at = y * width + x;
      let row = y;
      let down = 0;
      for (let pass = 0; pass < 3; pass++) {
        down = sample(motion, rows.down, x, row);
        row = y - (amount - 0.5) * down;
      }
      const fromX = sample(motion, rows.fromX, x, row);
      const toX = sample(motion, rows.toX, x, row);
      const owner = sample(motion, rows.owner, x, row);
      const shape = shapeAt(amount, owner);
      warp.fromX[at] = (fromX - x) * cell;
      warp.toX[at] = (toX - x) * cell;
      warp.fromY[at] = -amount * down * cell;
      warp.toY[at] = (1 - amount) * down * cell;
      warp.mix[at] = mixAt(amount, owner, sample(motion, rows.misfit, x, row));
      warp.shape[at] = shape;
      const middle = (cell - 1) / 2;
      const edgeA = sample(from, from.edge, fromX * cell + middle, (y - amount * down) * cell + middle);
      const edgeB = sample(to, to.edge, toX * cell + middle, (y + (1 - amount) * down) * cell + middle);
      warp.inside[at] = edgeA * (1 - shape) + edgeB * shape;
    }
  }
  return warp;
}

/** `inside` of a cell that neither view reaches. */
const farOutside = 20 * edgeWidth;

interface TurnedRows {
  fromX: Float32Array;
  toX: Float32Array;
  down: Float32Array;
  owner: Float32Array;
  misfit: Float32Array;
}

/** How much faster than the turn itself a part goes out of sight, or comes, when one hands over to the other. */
const handOverSpeed = 1.75;

/**
 * For each place of each row of the picture at `amount`: what stands there in both views, in cells. A row's own
 * places never overtake each other, so walking along it once finds them all.
 */
function turnRowsRound(morph: Omit<Morph, 'quality'>, amount: number): TurnedRows {
  const { motion, owner } = morph;
  const { width, height, across, down, misfit } = motion;
  const plane = () => new Float32Array(width * height);
  const rows: TurnedRows = { fromX: plane(), toX: plane(), down: plane(), owner: plane(), misfit: plane() };
  const placeOf = new Float32Array(width);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    placeRow(morph, amount, row, placeOf);
    let u = 0;
    for (let x = 0; x < width; x++) {
      while (u < width - 2 && (placeOf[u + 1] ?? 0) < x) u++;
      const here = placeOf[u] ?? 0;
      const span = (placeOf[u + 1] ?? 0) - here;
      const part = span < 1e-4 ? 0 : Math.min(1, Math.max(0, (x - here) / span));
      const at = row + u;
      const d = (across[at] ?? 0) * (1 - part) + (across[at + 1] ?? 0) * part;
      rows.fromX[row + x] = u + part - d / 2;
      rows.toX[row + x] = u + part + d / 2;
      rows.down[row + x] = (down[at] ?? 0) * (1 - part) + (down[at + 1] ?? 0) * part;
      rows.owner[row + x] = (owner[at] ?? 0) * (1 - part) + (owner[at + 1] ?? 0) * part;
      rows.misfit[row + x] = (misfit[at] ?? 0) * (1 - part) + (misfit[at + 1] ?? 0) * part;
    }
  }
  return rows;
}

/** Where each cell of a row of the half-way picture stands in the picture at `amount`. */
function placeRow(
  { motion, owner, handsOver, from }: Omit<Morph, 'quality'>,
  amount: number,
  row: number,
  placeOf: Float32Array,
) {
  const { width, across, cell } = motion;
  const still = Math.min(width - 1, Math.round(from.axis / cell));
  const early = handsOver ? Math.min(1, amount * handOverSpeed) : amount;
  const late = handsOver ? Math.max(0, 1 - (1 - amount) * handOverSpeed) : amount;
  const stretch = (u: number) => {
    const own = ((owner[row + u] ?? 0) + (owner[row + u + 1] ?? 0)) / 2;
    const sooner = own < 0.5 ? early : late;
    const progress = amount + (sooner - amount) * ease(Math.abs(own - 0.5) * 4);
    return Math.max(0, 1 + (progress - 0.5) * ((across[row + u + 1] ?? 0) - (across[row + u] ?? 0)));
  };
  placeOf[still] = still + (amount - 0.5) * (across[row + still] ?? 0);
  for (let u = still; u < width - 1; u++) placeOf[u + 1] = (placeOf[u] ?? 0) + stretch(u);
  for (let u = still; u > 0; u--) placeOf[u - 1] = (placeOf[u] ?? 0) - stretch(u - 1);
}

/** What only one view shows keeps to that view; what both show changes over quickly, half-way. */
function mixAt(amount: number, owner: number, misfit: number): number {
  const middle = 0.5 - (owner - 0.5) * 1.2;
  const half = misfit > 0.08 ? 0.06 : 0.15;
  return ease((amount - middle) / (2 * half) + 0.5);
}

/** As `mixAt`, but outlines change over slowly, and are the photos' own at the ends. */
function shapeAt(amount: number, owner: number): number {
  const middle = 0.5 - (owner - 0.5) * 1.2;
  const own = ease((amount - middle) / 0.5 + 0.5);
  const ends = Math.min(1, Math.min(amount, 1 - amount) / 0.08);
  return amount + (own - amount) * ends;
}

function ease(value: number): number {
  const t = Math.min(1, Math.max(0, value));
  return t * t * (3 - 2 * t);
}
