import type { Subject } from '../understand/picture.ts';
import { resample } from './resample.ts';

type Shape = Pick<Subject, 'cutOut' | 'box'>;

/** Rows of the small silhouettes that are laid over each other, and their columns to each side of the axis. */
const rows = 48;
const side = 96;
/** How far, in those columns, an axis may stray from the middle of the foot. */
const stray = 14;

/**
 * Where each photo has the axis that the product turns around, in photo pixels: the middle of the foot, moved so
 * that the silhouettes of neighbours cover each other best, above all in their lower half. A lid that leans on a
 * candle would else push the glass aside as it comes round.
 */
export function axesOf(subjects: readonly Shape[]): number[] {
  const feet = subjects.map(footAxis);
  const shapes = subjects.map((subject, n) => silhouette(subject, feet[n] ?? 0));
  const offsets = [0];
  for (let n = 1; n < shapes.length; n++) {
    const [before, own] = [shapes[n - 1], shapes[n]];
    if (before === undefined || own === undefined) break;
    const shift = (offsets[n - 1] ?? 0) + bestShift(before, own);
    offsets.push(shift);
  }
  // All by the same amount, so that none of them stands far from its own foot.
  const middle = [...offsets].sort((a, b) => a - b)[offsets.length >> 1] ?? 0;
  return subjects.map(({ box }, n) => {
    const photoPixels = (box.bottom - box.top) / rows;
    return (feet[n] ?? 0) + ((offsets[n] ?? 0) - middle) * photoPixels;
  });
}

/** The middle, across, of what stands on the floor: the lowest eighth of the subject, in photo pixels. */
export function footAxis({ cutOut, box }: Shape): number {
  let sum = 0;
  let weight = 0;
  for (let y = Math.floor(box.bottom - (box.bottom - box.top) / 8); y < box.bottom; y++)
    for (let x = box.left; x < box.right; x++) {
      const alpha = cutOut.data[(y * cutOut.width + x) * 4 + 3] ?? 0;
      sum += alpha * (x + 0.5);
      weight += alpha;
    }
  return weight === 0 ? (box.left + box.right) / 2 : sum / weight;
}

/** A small alpha with the axis in the middle column. */
function silhouette({ cutOut, box }: Shape, axis: number): Float32Array {
  const scale = rows / (box.bottom - box.top);
  const cut = { left: axis - side / scale, top: box.top, width: 2 * side, height: rows, scale };
  const rgba = resample(cutOut, cut);
  return Float32Array.from({ length: 2 * side * rows }, (_, index) => rgba[index * 4 + 3] ?? 0);
}

/**
 * How many columns to the right the axis lies in `own` when it covers `before` best, to a fraction. Zero unless the
 * foot is plainly wrong and the other place plainly right: a shape that is mostly gaps fits nowhere well.
 */
function bestShift(before: Float32Array, own: Float32Array): number {
  const overlaps = Array.from({ length: 2 * stray + 1 }, (_, n) => overlap(before, own, n - stray));
  const most = Math.max(...overlaps);
  const whole = Math.min(overlap(before, before, 0), overlap(own, own, 0));
  if (most < whole * 0.9 || most < (overlaps[stray] ?? 0) * 1.04) return 0;
  const best = overlaps.indexOf(most);
  const [low, mid, high] = [overlaps[best - 1], most, overlaps[best + 1]];
  const bow = low === undefined || high === undefined ? 0 : 2 * mid - low - high;
  return best - stray + (bow <= 0 ? 0 : ((high ?? 0) - (low ?? 0)) / (2 * bow));
}

function overlap(before: Float32Array, own: Float32Array, shift: number): number {
  let sum = 0;
  for (let y = 0; y < rows; y++) {
    const weight = y < rows / 2 ? 0.3 : 1;
    for (let x = stray; x < 2 * side - stray; x++)
      sum += weight * Math.min(before[y * 2 * side + x] ?? 0, own[y * 2 * side + x + shift] ?? 0);
  }
  return sum;
}
