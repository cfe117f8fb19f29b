import { type Sound, soundRate } from '../../../media/media.ts';
import { mayExceed, peakAfter } from '../understand/sound/true-peak.ts';

const reach = Math.round(soundRate * 0.012);

/**
 * Holds the wave, also between the samples, within `ceiling`, in place. The gain is the mean of the least gains needed
 * nearby: it is low enough at every peak and changes slowly, so no wave is cut flat. Quiet sound is left alone.
 */
export function limitPeak({ left, right }: Sound, ceiling: number): void {
  const needed = neededGains({ left, right }, ceiling);
  if (needed === undefined) return;
  const gain = meanAround(leastAround(needed));
  for (let index = 0; index < left.length; index++) {
    left[index] = (left[index] ?? 0) * (gain[index] ?? 1);
    right[index] = (right[index] ?? 0) * (gain[index] ?? 1);
  }
}

/** For each sample the gain that holds it and the wave up to the next; undefined if all of them are 1. */
function neededGains({ left, right }: Sound, ceiling: number): Float64Array | undefined {
  const needed = new Float64Array(left.length).fill(1);
  let isLoud = false;
  for (const channel of [left, right])
    for (let index = 0; index < channel.length; index++) {
      if (!mayExceed(channel, index, ceiling)) continue;
      const peak = peakAfter(channel, index);
      if (peak <= ceiling) continue;
      needed[index] = Math.min(needed[index] ?? 1, ceiling / peak);
      isLoud = true;
    }
  return isLoud ? needed : undefined;
}

/** For every sample the least value within `reach` on either side. */
function leastAround(values: Float64Array): Float64Array {
  const least = new Float64Array(values.length);
  // Candidates in rising order of value and of place; the first is always the least of the window.
  const queue = new Int32Array(values.length);
  let head = 0;
  let tail = 0;
  for (let index = 0; index < values.length + reach; index++) {
    const value = values[index];
    if (value !== undefined) {
      while (tail > head && (values[queue[tail - 1] ?? 0] ?? 0) >= value) tail--;
      queue[tail++] = index;
    }
    const centre = index - reach;
    if (centre < 0) continue;
    while ((queue[head] ?? 0) < centre - reach) head++;
    least[centre] = values[queue[head] ?? 0] ?? 1;
  }
  return least;
}

/** The mean within `reach` on either side; beyond the ends the end values go on. */
function meanAround(values: Float64Array): Float64Array {
  const last = values.length - 1;
  const at = (index: number) => values[Math.min(last, Math.max(0, index))] ?? 1;
  const mean = new Float64Array(values.length);
  let sum = 0;
  for (let index = -reach; index <= reach; index++) sum += at(index);
  for (let index = 0; index <= last; index++) {
    mean[index] = sum / (2 * reach + 1);
    sum += at(index + reach + 1) - at(index - reach);
  }
  return mean;
}
