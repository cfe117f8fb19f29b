import type { Sound } from '../../../../media/media.ts';

const factor = 4;
/** Input samples on either side of a point between two samples. */
const reach = 12;

/** Weights of the neighbours for each of the places between two samples: sinc under a Blackman window. */
const phases = Array.from({ length: factor - 1 }, (_, phase) =>
  Float64Array.from({ length: 2 * reach }, (_, tap) => {
    const distance = tap - (reach - 1) - (phase + 1) / factor;
    return sinc(distance) * blackman(distance / reach);
  }),
);

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
  let peak = Math.max(Math.abs(channel[index] ?? 0), Math.abs(channel[index + 1] ?? 0));
  for (const weights of phases) {
    let value = 0;
    for (let tap = 0; tap < 2 * reach; tap++)
      value += (weights[tap] ?? 0) * (channel[index - reach + 1 + tap] ?? 0);
    peak = Math.max(peak, Math.abs(value));
  }
  return peak;
}

/** Whether the wave between a sample and the next can be higher than `peak`. */
export function mayExceed(channel: Float32Array, index: number, peak: number): boolean {
  return 2 * Math.max(Math.abs(channel[index] ?? 0), Math.abs(channel[index + 1] ?? 0)) > peak;
}
