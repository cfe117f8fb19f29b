import type { Motion } from './motion.ts';
import { sample } from './planes.ts';
import { lightOfByte } from './tones.ts';
import type { View } from './view.ts';

/** More than this is no matter of exposure. */
const most = 1.2;

/**
 * How much brighter the second photo is than the first in each channel, in linear light: the ratio of the means
 * over what both show alike. Two exposures would else make a turn flicker.
 */
export function gainOf(from: View, to: View, motion: Motion, owner: Float32Array): [number, number, number] {
  const { width, height, cell, across, down, misfit } = motion;
  const sums = [1e-3, 1e-3, 1e-3];
  const otherSums = [1e-3, 1e-3, 1e-3];
  for (let at = 0; at < width * height; at++) {
    if ((misfit[at] ?? 0) > 0.06 || Math.abs((owner[at] ?? 0) - 0.5) > 0.15) continue;
    const x = ((at % width) + 0.5) * cell - 0.5;
    const y = (Math.floor(at / width) + 0.5) * cell - 0.5;
    const dx = ((across[at] ?? 0) * cell) / 2;
    const dy = ((down[at] ?? 0) * cell) / 2;
    if (sample(from, from.edge, x - dx, y - dy) < 2 || sample(to, to.edge, x + dx, y + dy) < 2) continue;
    const own = (Math.round(y - dy) * from.width + Math.round(x - dx)) * 4;
    const other = (Math.round(y + dy) * to.width + Math.round(x + dx)) * 4;
    for (let n = 0; n < 3; n++) {
      sums[n] = (sums[n] ?? 0) + (lightOfByte[from.colour[own + n] ?? 0] ?? 0);
      otherSums[n] = (otherSums[n] ?? 0) + (lightOfByte[to.colour[other + n] ?? 0] ?? 0);
    }
  }
  const ratio = (n: number) =>
    Math.min(most, Math.max(1 / most, (otherSums[n] ?? 1) / Math.max(1e-3, sums[n] ?? 1)));
  return [ratio(0), ratio(1), ratio(2)];
}
