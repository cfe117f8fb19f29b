import { soundRate } from '../../../../media/media.ts';
import { levelsOf, quantile } from './mono.ts';
import { eachSpectrum } from './spectra.ts';

/** How strongly something begins, in steps of `onsetStepSeconds`; each band is scaled to a mean square of 1. */
export interface Onsets {
  /** Kick and bass, below 160 Hz. */
  low: Float32Array;
  /** Snare, chords, voice. */
  middle: Float32Array;
  /** Hats, consonants, above 4 kHz. */
  high: Float32Array;
}

const hop = 240;

export const onsetStepSeconds = hop / soundRate;

const size = 1_024;
const bands = { low: [30, 160], middle: [160, 4_000], high: [4_000, 14_000] } as const;
/** Rises are measured against the spectrum of 15 ms before. */
const lookBack = 3;

/**
 * Spectral flux of the compressed magnitudes (Dixon, "Onset detection revisited", DAFx 2006) in three bands. A band
 * that hardly sounds stays near zero instead of being blown up to the others' size.
 */
export function measureOnsets(mono: Float32Array): Onsets {
  const steps = Math.ceil(mono.length / hop);
  const onsets = {
    low: new Float32Array(steps),
    middle: new Float32Array(steps),
    high: new Float32Array(steps),
  };
  const loud = quantile(levelsOf(mono, 0.05), 0.9);
  if (loud === 0) return onsets;
  const past = Array.from({ length: lookBack }, () => new Float32Array(size / 2));
  eachSpectrum(mono, { size, hop }, (magnitudes, step) => {
    const before = past[step % lookBack] as Float32Array;
    const now = magnitudes.map((magnitude) => Math.log1p((compression * magnitude) / loud));
    for (const name of ['low', 'middle', 'high'] as const)
      onsets[name][step] = rise(before, now, bands[name]);
    before.set(now);
  });
  for (const band of Object.values(onsets)) normalise(band);
  return onsets;
}

const compression = 30;

function rise(before: Float32Array, now: Float32Array, [from, to]: readonly [number, number]): number {
  const first = Math.max(1, Math.round((from * size) / soundRate));
  const last = Math.round((to * size) / soundRate);
  let sum = 0;
  for (let bin = first; bin <= last; bin++) sum += Math.max(0, (now[bin] ?? 0) - (before[bin] ?? 0));
  return sum / (last - first + 1);
}

/** Rises smaller than this are the restlessness of a band in which little happens. */
const leastRise = 0.02;

function normalise(band: Float32Array): void {
  let square = 0;
  for (const value of band) square += value ** 2;
  const scale = Math.max(leastRise, Math.sqrt(square / band.length));
  for (let step = 0; step < band.length; step++) band[step] = (band[step] ?? 0) / scale;
}
