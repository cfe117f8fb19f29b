import type { Sound } from '../../../../media/media.ts';

/** Input samples on either side of a point between two samples. */
const reach = 12;

/** Weights of the neighbours for a place between two samples, from 0 to 1: sinc under a Blackman window. */
const weightsAt = (place: number) =>
  Float64Array.from({ length: 2 * reach }, (_, tap) => {
    const distance = tap - (reach - 1) - place;
    return sinc(distance) * blackman(distance / reach);
  });

const [quarter, half, threeQuarters] = [weightsAt(1 / 4), weightsAt(2 / 4), weightsAt(3 / 4)];

function sinc(distance: number): number {
  return distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance);
}

function blackman(place: number): number {
  return 0.42 + 0.5 * Math.cos(Math.PI * place) + 0.08 * Math.cos(2 * Math.PI * place);
}

/** The highest peak of the wave through the samples, fourfold oversampled as BS.1770-4, annex 2, asks. */
export function truePeak({ left, right }: Sound): number {
  let peak = 0;
  for (const channel of [left, right])
    for (let index = 0; index < channel.length; index++) peak = Math.max(peak, Math.abs(channel[index] ?? 0));
  // A wave rises between samples to less than twice what they show, so only the loud places are looked at closely.
  for (const channel of [left, right])
    for (let index = -1; index < channel.length; index++)
      if (mayExceed(channel, index, peak)) peak = Math.max(peak, peakAfter(channel, index));
  return peak;
}

/** The highest peak from sample `index` up to the next one, both ends included. */
export function peakAfter(channel: Float32Array, index: number): number {
  const ends = Math.max(Math.abs(channel[index] ?? 0), Math.abs(channel[index + 1] ?? 0));
  const from = index - reach + 1;
  const first = Math.max(0, -from);
  const last = Math.min(2 * reach, channel.length - from);
  let [early, middle, late] = [0, 0, 0];
  for (let tap = first; tap < last; tap++) {
    const sample = channel[from + tap] ?? 0;
    early += (quarter[tap] ?? 0) * sample;
    middle += (half[tap] ?? 0) * sample;
    late += (threeQuarters[tap] ?? 0) * sample;
  }
  return Math.max(ends, Math.abs(early), Math.abs(middle), Math.abs(late));
}

/** Whether the wave between a sample and the next can be higher than `peak`. */
export function mayExceed(channel: Float32Array, index: number, peak: number): boolean {
  return 2 * Math.max(Math.abs(channel[index] ?? 0), Math.abs(channel[index + 1] ?? 0)) > peak;
}
