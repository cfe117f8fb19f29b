import { channels, type Features, featuresOf, weights } from './features.ts';
import { findMotion } from './find-motion.ts';
import type { View } from './view.ts';

/** A view made ready for comparison with others. */
export interface Sketch {
  pyramid: [Features, Features, Features];
  colours: Float32Array;
}

export function sketchOf(view: View): Sketch {
  const pyramid = featuresOf(view, 1);
  return { pyramid, colours: coloursOf(pyramid[0]) };
}

/**
 * How far one view is from another around the product: what the motion between them moves and cannot explain, how
 * little the outlines cover each other, and how far print has wandered across, which adds up along a turn as plain
 * differences do not. Around 0.1 for a plain bottle's neighbours, around 1 for a headphone's front and side.
 */
export function viewDistance(from: Sketch, to: Sketch): number {
  const [a, b] = [from.pyramid[0], to.pyramid[0]];
  const motion = findMotion(from.pyramid, to.pyramid);
  let cells = 0;
  let moved = 0;
  let misfit = 0;
  let both = 0;
  let either = 0;
  for (let at = 0; at < motion.width * motion.height; at++) {
    const [own, other] = [a.data[at * channels + 3] ?? 0, b.data[at * channels + 3] ?? 0];
    both += Math.min(own, other);
    either += Math.max(own, other);
    if (own + other === 0) continue;
    cells++;
    moved += Math.hypot(motion.across[at] ?? 0, motion.down[at] ?? 0) / motion.height;
    misfit += Math.min(0.5, motion.misfit[at] ?? 0);
  }
  const uncovered = 1 - both / Math.max(1e-6, either);
  return (moved + 4 * misfit) / Math.max(1, cells) + 0.3 * uncovered + 6 * printShift(a, b);
}

/** A handle that changes sides has gone far enough; how far no longer matters. */
const farShift = 0.12;

/** Bands of rows in which print is followed across. */
const bands = 12;

/**
 * How far busy spots have wandered across, as a share of the height: the earth mover's distance (Rubner et al.,
 * 2000) along x, which in one dimension is the area between the two running sums, in the bands together.
 */
function printShift(a: Features, b: Features): number {
  const { width, height } = a;
  let squares = 0;
  for (let band = 0; band < bands; band++) {
    const top = Math.floor((band * height) / bands);
    const bottom = Math.floor(((band + 1) * height) / bands);
    const [own, other] = [a, b].map(({ data }) =>
      Float32Array.from({ length: width }, (_, x) => {
        let sum = 0;
        for (let y = top; y < bottom; y++) sum += data[(y * width + x) * channels + 5] ?? 0;
        return sum;
      }),
    );
    const sum = (values: Float32Array | undefined) => values?.reduce((all, value) => all + value, 0) ?? 0;
    const [ownSum, otherSum] = [sum(own), sum(other)];
    if (Math.min(ownSum, otherSum) < 1) continue;
    let run = 0;
    let area = 0;
    for (let x = 0; x < width; x++) {
      run += (own?.[x] ?? 0) / ownSum - (other?.[x] ?? 0) / otherSum;
      area += Math.abs(run);
    }
    squares += Math.min(farShift, area / height) ** 2;
  }
  return Math.sqrt(squares / bands);
}

const side = 9;

/** How much of a product is of which colour: a softly filled OKLab histogram that sums to 1. */
function coloursOf({ data }: Features): Float32Array {
  const bins = new Float32Array(side ** 3);
  let all = 0;
  for (let at = 0; at < data.length; at += channels) {
    const share = (data[at + 3] ?? 0) / weights.share;
    if (share < 0.9) continue;
    const place = [
      ((data[at] ?? 0) / weights.lightness) * 5,
      4 + (data[at + 1] ?? 0) / weights.hue / 0.045,
      4 + (data[at + 2] ?? 0) / weights.hue / 0.045,
    ];
    all++;
    for (let corner = 0; corner < 8; corner++) {
      let bin = 0;
      let part = 1;
      for (const [axis, value] of place.entries()) {
        const inside = Math.min(side - 1.001, Math.max(0, value));
        const up = (corner >> axis) & 1;
        bin = bin * side + Math.floor(inside) + up;
        part *= up === 1 ? inside % 1 : 1 - (inside % 1);
      }
      bins[bin] = (bins[bin] ?? 0) + part;
    }
  }
  return bins.map((value) => value / Math.max(1, all));
}

/** How much of the colours two views have in common, 0 to 1. */
export function commonColours(from: Sketch, to: Sketch): number {
  return from.colours.reduce((sum, value, bin) => sum + Math.min(value, to.colours[bin] ?? 0), 0);
}
