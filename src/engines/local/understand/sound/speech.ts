import { type Sound, soundRate } from '../../../../media/media.ts';
import type { Beats } from './beats.ts';
import { createFft } from './fft.ts';
import { levelsOf, quantile, toMono } from './mono.ts';
import { eachSpectrum } from './spectra.ts';

export interface SpeechJudgement {
  isSpeech: boolean;
  /** From 0 (could be either) to 1. */
  confidence: number;
}

/**
 * Whether a sound is speech rather than music, by what Scheirer and Slaney found to tell them apart ("Construction and
 * evaluation of a robust multifeature speech/music discriminator", ICASSP 1997): many quiet frames, a level that
 * swings about four times a second, a colour that wanders between vowels and hisses; and no bass drum, no steady beat.
 */
export function judgeSpeech(sound: Sound, beats: Beats): SpeechJudgement {
  const mono = toMono(sound);
  const levels = levelsOf(mono, levelSeconds);
  if (quantile(levels, 0.95) === 0) return { isSpeech: false, confidence: 0 };
  const { wander, lowShare } = colourOf(mono);
  const likeness =
    0.25 * ramp(quietShare(levels), 0.1, 0.27) +
    0.2 * ramp(syllableShare(levels), 0.2, 0.4) +
    0.15 * ramp(wander, 0.5, 0.9) +
    0.15 * (1 - ramp(lowShare, 0.03, 0.12)) +
    0.25 * (1 - beats.confidence);
  const isSpeech = likeness > limit;
  const confidence = isSpeech ? (likeness - limit) / (1 - limit) : (limit - likeness) / limit;
  return { isSpeech, confidence };
}

/** Drums alone reach 0.55 and hiss 0.4; every voice measured lay above 0.95. */
const limit = 0.72;

const levelSeconds = 0.02;

/** Share of frames less than half as loud as the second around them. */
function quietShare(levels: Float32Array): number {
  const reach = Math.round(0.5 / levelSeconds);
  const quiet = levels.filter((level, index) => {
    const near = levels.subarray(Math.max(0, index - reach), index + reach);
    return level < (0.5 * near.reduce((sum, value) => sum + value, 0)) / near.length;
  });
  return quiet.length / levels.length;
}

const swingFrames = 128;

/** Of how the level swings, the share at the pace of syllables, 2 to 8 a second. */
function syllableShare(levels: Float32Array): number {
  const transform = createFft(swingFrames);
  let atPace = 0;
  let all = 0;
  for (let start = 0; start === 0 || start + swingFrames <= levels.length; start += swingFrames / 2) {
    const real = swingsFrom(levels, start);
    const imaginary = new Float64Array(swingFrames);
    transform(real, imaginary);
    for (let bin = 1; bin < swingFrames / 2; bin++) {
      const hertz = bin / (swingFrames * levelSeconds);
      const power = (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2;
      all += power;
      if (hertz >= 2 && hertz <= 8) atPace += power;
    }
  }
  return all === 0 ? 0 : atPace / all;
}

/** Levels less their mean under a Hann window; beyond the end they do not swing. */
function swingsFrom(levels: Float32Array, start: number): Float64Array {
  const part = levels.subarray(start, start + swingFrames);
  const mean = part.reduce((sum, value) => sum + value, 0) / part.length;
  return Float64Array.from(
    { length: swingFrames },
    (_, at) => ((part[at] ?? mean) - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / swingFrames)),
  );
}

const size = 1_024;
const binHertz = soundRate / size;
const highestBin = Math.round(16_000 / binHertz);
/** Up to 70 Hz: below any voice. */
const lowBins = 1;

/** How far the centre of the spectrum wanders, in octaves, where there is sound; and the share of the power that is bass. */
function colourOf(mono: Float32Array): { wander: number; lowShare: number } {
  const centres: number[] = [];
  const powers: number[] = [];
  let low = 0;
  eachSpectrum(mono, { size, hop: 960 }, (magnitudes) => {
    let power = 0;
    let moment = 0;
    for (let bin = 1; bin <= highestBin; bin++) {
      const binPower = (magnitudes[bin] ?? 0) ** 2;
      power += binPower;
      moment += binPower * Math.log2(bin);
      if (bin <= lowBins) low += binPower;
    }
    powers.push(power);
    centres.push(power === 0 ? 0 : moment / power);
  });
  const gate = quantile(powers, 0.9) * 0.001;
  const sounding = centres.filter((_, index) => (powers[index] ?? 0) > gate);
  const total = powers.reduce((sum, power) => sum + power, 0);
  return { wander: deviation(sounding), lowShare: total === 0 ? 0 : low / total };
}

function deviation(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const ramp = (value: number, from: number, to: number) =>
  Math.min(1, Math.max(0, (value - from) / (to - from)));
