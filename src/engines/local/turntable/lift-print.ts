import type { Spot } from './find-print.ts';
import type { View } from './view.ts';

/** Print by itself, in pixels of its view: what it does to the colour that lies under it. */
export interface PrintLayer {
  left: number;
  top: number;
  width: number;
  height: number;
  /**
   * Red, green and blue of each pixel in 32,767ths: below zero the share of light that is taken away, above it the share
   * of what is missing to white that is added. So a mark stays a mark in shade and under a highlight, and is exact where
   * it was photographed.
   */
  ink: Int16Array;
}

type Box = Pick<PrintLayer, 'left' | 'top' | 'width' | 'height'>;

/** As shares of a view's height: how far around a stroke's edge print is lifted, and over what width that fades. */
const around = 0.02;
const fade = 0.008;
/** Edges this near above one another are those of one stroke. */
const inside = 0.15;
/** Pixels above and below a mark that say what lies under it, each with its neighbours to both sides. */
const sampled = 3;

/** Takes print off a view. What lay under it is read above and below it, since light changes little along the axis. */
export function liftPrint(view: View, spots: readonly Spot[]): { bare: View; layer: PrintLayer } {
  const share = shareOfPrint(view, spots);
  const box = boxOf(share, view);
  const colour = new Uint8ClampedArray(view.colour);
  const ink = new Int16Array(box.width * box.height * 3);
  for (let x = box.left; x < box.left + box.width; x++)
    for (let y = box.top; y < box.top + box.height; y++) {
      if ((share[y * view.width + x] ?? 0) === 0) continue;
      let end = y;
      while ((share[end * view.width + x] ?? 0) > 0) end++;
      const [above, below] = [meanAround(view, share, x, y - 1, -1), meanAround(view, share, x, end, 1)];
      for (let row = y; row < end; row++) {
        const at = row * view.width + x;
        const part = (row - y + 0.5) / (end - y);
        for (let n = 0; n < 3; n++) {
          const upper = above?.[n] ?? below?.[n] ?? view.colour[at * 4 + n] ?? 0;
          const lower = below?.[n] ?? upper;
          const photo = view.colour[at * 4 + n] ?? 0;
          const under = upper + (lower - upper) * part;
          colour[at * 4 + n] = photo + (under - photo) * (share[at] ?? 0);
          const place = ((row - box.top) * box.width + x - box.left) * 3 + n;
          ink[place] = Math.round(inkOf(photo, colour[at * 4 + n] ?? 0) * 32767);
        }
      }
      y = end;
    }
  keepMainKind({ view, colour, box, ink });
  return { bare: { ...view, colour }, layer: { ...box, ink } };
}

/**
 * Print is darker than what it lies on, or lighter, or both. Of the lesser kind this share at least must be there: a glint
 * beside a dark mark belongs to the light and does not turn.
 */
const leastSecond = 0.2;

/** Gives what is not print back to the view. */
function keepMainKind(lifted: { view: View; colour: Uint8ClampedArray; box: Box; ink: Int16Array }): void {
  const { view, colour, box, ink } = lifted;
  const places = Array.from(ink.keys(), (place) => {
    const pixel = Math.floor(place / 3);
    const y = box.top + Math.floor(pixel / box.width);
    return (y * view.width + box.left + (pixel % box.width)) * 4 + (place % 3);
  });
  const sums = { darker: 0, lighter: 0 };
  for (const at of places) {
    const added = (view.colour[at] ?? 0) - (colour[at] ?? 0);
    sums[added < 0 ? 'darker' : 'lighter'] += added * added;
  }
  if (Math.min(sums.darker, sums.lighter) >= leastSecond * Math.max(sums.darker, sums.lighter)) return;
  const main = sums.darker > sums.lighter ? -1 : 1;
  for (const [place, at] of places.entries()) {
    if ((ink[place] ?? 0) * main > 0) continue;
    ink[place] = 0;
    colour[at] = view.colour[at] ?? 0;
  }
}

const inkOf = (photo: number, under: number) =>
  photo <= under ? (under === 0 ? 0 : photo / under - 1) : (photo - under) / (255 - under);

/** 1 on print and close around it, fading to 0. */
function shareOfPrint({ width, height }: View, spots: readonly Spot[]): Float32Array {
  const share = new Float32Array(width * height);
  const reach = Math.max(3, around * height);
  const soft = Math.max(1.5, fade * height);
  for (const spot of spots)
    for (let y = Math.max(0, Math.ceil(spot.y - reach)); y <= Math.min(height - 1, spot.y + reach); y++)
      for (let x = Math.max(0, Math.ceil(spot.x - reach)); x <= Math.min(width - 1, spot.x + reach); x++) {
        const own = Math.min(1, Math.max(0, (reach - Math.hypot(x - spot.x, y - spot.y)) / soft));
        if (own > (share[y * width + x] ?? 0)) share[y * width + x] = own;
      }
  for (let x = 0; x < width; x++) closeColumn(share.subarray(x), width, inside * height);
  return share;
}

/** What lies between the upper and the lower edge of a stroke is print as well: a closing along the column. */
function closeColumn(share: Float32Array, pitch: number, most: number): void {
  const column = Array.from({ length: Math.ceil(share.length / pitch) }, (_, y) => share[y * pitch] ?? 0);
  if (column.every((value) => value === 0)) return;
  const reach = Math.ceil(most / 2);
  const around = (values: readonly number[], y: number) =>
    values.slice(Math.max(0, y - reach), y + reach + 1);
  const grown = column.map((_, y) => Math.max(...around(column, y)));
  for (const y of column.keys()) share[y * pitch] = Math.min(...around(grown, y));
}

function boxOf(share: Float32Array, { width, height }: View): Box {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (const [at, value] of share.entries()) {
    if (value === 0) continue;
    const x = at % width;
    const y = Math.floor(at / width);
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  }
  return { left, top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** The mean colour of some pixels beside print, from row `y` on upwards (-1) or downwards (1); undefined beyond the product. */
function meanAround(
  { width, height, colour, edge }: View,
  share: Float32Array,
  x: number,
  y: number,
  step: 1 | -1,
): number[] | undefined {
  const sums = [0, 0, 0];
  let count = 0;
  for (let n = 0; n < sampled; n++)
    for (let column = x - 1; column <= x + 1; column++) {
      const row = y + n * step;
      const at = row * width + column;
      if (row < 0 || row >= height || (edge[at] ?? 0) <= 0 || (share[at] ?? 0) > 0.5) continue;
      count++;
      for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + (colour[at * 4 + c] ?? 0);
    }
  return count === 0 ? undefined : sums.map((sum) => sum / count);
}
