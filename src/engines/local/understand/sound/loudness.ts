import { type Sound, soundRate } from '../../../../media/media.ts';
import { type Biquad, runBiquad } from './biquad.ts';
import { truePeak } from './true-peak.ts';

export interface Loudness {
  /** `-Infinity` for a sound that is silent throughout or shorter than 400 ms. */
  integratedLufs: number;
  /** `-Infinity` for silence. */
  truePeakDbtp: number;
}

/** Loudness of a whole programme and its highest peak between the samples, by ITU-R BS.1770-4 and EBU R 128. */
export function measureLoudness(sound: Sound): Loudness {
  return { integratedLufs: integratedLoudness(sound), truePeakDbtp: decibels(truePeak(sound)) };
}

export const decibels = (factor: number) => 20 * Math.log10(factor);

export const fromDecibels = (value: number) => 10 ** (value / 20);

/** The K-weighting of BS.1770-4, tables 1 and 2, for 48 kHz: a head's high shelf, then a high pass. */
const headShelf: Biquad = {
  b: [1.53512485958697, -2.69169618940638, 1.19839281085285],
  a: [-1.69065929318241, 0.73248077421585],
};
const lowCut: Biquad = { b: [1, -2, 1], a: [-1.99004745483398, 0.99007225036621] };

const blockSeconds = 0.4;
/** Blocks overlap by three quarters, so they are put together of steps a quarter as long. */
const stepSamples = Math.round((soundRate * blockSeconds) / 4);

/** Gated loudness in LUFS; `-Infinity` where no block of 400 ms is above -70 LUFS. */
export function integratedLoudness(sound: Sound): number {
  const powers = blockPowers(sound);
  const absolute = powers.filter((power) => loudnessOf(power) > -70);
  const relativeGate = loudnessOf(meanOf(absolute)) - 10;
  return loudnessOf(meanOf(absolute.filter((power) => loudnessOf(power) > relativeGate)));
}

const loudnessOf = (power: number) => -0.691 + 10 * Math.log10(power);

const meanOf = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** K-weighted power of both channels together, in blocks of 400 ms, one every 100 ms. */
function blockPowers({ left, right }: Sound): number[] {
  const steps = [left, right].map(stepEnergies);
  const energies = (steps[0] ?? new Float64Array()).map((energy, step) => energy + (steps[1]?.[step] ?? 0));
  const powers: number[] = [];
  for (let step = 0; step + 4 <= energies.length; step++) {
    const energy = energies.subarray(step, step + 4).reduce((sum, value) => sum + value, 0);
    powers.push(energy / (4 * stepSamples));
  }
  return powers;
}

function stepEnergies(channel: Float32Array): Float64Array {
  const weighted = Float64Array.from(channel);
  runBiquad(weighted, headShelf);
  runBiquad(weighted, lowCut);
  const energies = new Float64Array(Math.floor(channel.length / stepSamples));
  for (let index = 0; index < energies.length * stepSamples; index++) {
    const step = Math.floor(index / stepSamples);
    energies[step] = (energies[step] ?? 0) + (weighted[index] ?? 0) ** 2;
  }
  return energies;
}
