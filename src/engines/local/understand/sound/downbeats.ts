import { soundRate } from '../../../../media/media.ts';
import { createFft, type Fft } from './fft.ts';
import { type Onsets, onsetStepSeconds } from './onsets.ts';

const size = 16_384;

/**
 * Which of the first four beats is a bar's first. Chords and bass notes mostly change there, so it is the phase at
 * which the notes of a beat differ most from those of the beat before. A snare on two and four rules those out.
 */
export function findDownbeat(options: {
  mono: Float32Array;
  onsets: Onsets;
  beatsSeconds: readonly number[];
}): number {
  const { mono, onsets, beatsSeconds } = options;
  const transform = createFft(size);
  const notes = beatsSeconds.map((beat) => notesAfter({ mono, beat, transform }));
  const change = meansByPhase(notes, (now, index) =>
    index === 0 ? undefined : difference(notes[index - 1] ?? [], now),
  );
  const hiss = meansByPhase(beatsSeconds, (beat) => hissAt(onsets, beat));
  const even = (hiss[0] ?? 0) + (hiss[2] ?? 0);
  const odd = (hiss[1] ?? 0) + (hiss[3] ?? 0);
  const possible = odd > backbeat * even ? [0, 2] : even > backbeat * odd ? [1, 3] : [0, 1, 2, 3];
  const most = Math.max(...possible.map((phase) => change[phase] ?? 0));
  // Where nothing stands out the music most likely begins with a bar.
  return possible.find((phase) => (change[phase] ?? 0) > 0.9 * most) ?? 0;
}

/** How much sharper two of four beats must begin to be taken for the snare's. */
const backbeat = 1.25;

function meansByPhase<T>(beats: readonly T[], of: (beat: T, index: number) => number | undefined): number[] {
  return [0, 1, 2, 3].map((phase) => {
    const values = beats
      .map((beat, index) => (index % 4 === phase ? of(beat, index) : undefined))
      .filter((value) => value !== undefined);
    return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  });
}

/** What begins on a beat above 4 kHz. */
function hissAt({ high }: Onsets, beat: number): number {
  const step = Math.round(beat / onsetStepSeconds);
  return Math.max(...[-2, -1, 0, 1, 2, 3].map((offset) => high[step + offset] ?? 0));
}

const lowestPitch = 31;
const pitches = 54;

/** How strongly each semitone from G1 to C6 sounds after a beat, its attack left out; the loudest is 1. */
function notesAfter(options: { mono: Float32Array; beat: number; transform: Fft }): Float64Array {
  const { mono, beat, transform } = options;
  const real = new Float64Array(size);
  const start = Math.round((beat + 0.04) * soundRate);
  const length = Math.round(0.3 * soundRate);
  for (let at = 0; at < length; at++)
    real[at] = (mono[start + at] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * at) / length));
  const imaginary = new Float64Array(size);
  transform(real, imaginary);
  const notes = new Float64Array(pitches);
  for (let bin = 1; bin < size / 2; bin++) {
    const pitch = Math.round(69 + 12 * Math.log2((bin * soundRate) / size / 440)) - lowestPitch;
    if (pitch < 0 || pitch >= pitches) continue;
    notes[pitch] = Math.max(notes[pitch] ?? 0, (real[bin] ?? 0) ** 2 + (imaginary[bin] ?? 0) ** 2);
  }
  const loudest = Math.max(1e-12, ...notes);
  return notes.map((power) => Math.sqrt(power / loudest));
}

/** One less the cosine between two rows: 0 for the same notes. */
function difference(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let product = 0;
  let oneSquare = 0;
  let otherSquare = 0;
  for (let index = 0; index < one.length; index++) {
    product += (one[index] ?? 0) * (other[index] ?? 0);
    oneSquare += (one[index] ?? 0) ** 2;
    otherSquare += (other[index] ?? 0) ** 2;
  }
  return 1 - product / Math.max(1e-12, Math.sqrt(oneSquare * otherSquare));
}
