import { soundRate } from '../../../../media/media.ts';

/** One period of a wave, with its first sample once more at the end. */
export type Wave = Float32Array;

export const waveLength = 2_048;

/** Strengths of a wave's partials, the first the fundamental. */
export type Partials = (number: number) => number;

/** Highest partial that is kept: above it, ears hear little and sampling folds it back. */
const highestHertz = 14_000;

/** Makes waves of a timbre without partials too high for a pitch; those of one octave share one. */
export function waveMaker(partials: Partials): (hertz: number) => Wave {
  const made = new Map<number, Wave>();
  return (hertz) => {
    const octave = Math.ceil(Math.log2(hertz));
    const known = made.get(octave);
    if (known !== undefined) return known;
    const count = Math.max(1, Math.min(64, Math.floor(highestHertz / 2 ** octave)));
    const wave = makeWave(partials, count);
    made.set(octave, wave);
    return wave;
  };
}

/**
 * The partials' phases are spread so that their peaks do not meet (Schroeder, "Synthesis of low-peak-factor signals",
 * IEEE Transactions on Information Theory 16, 1970): a rich wave without a jump that the limiter would have to catch.
 */
function makeWave(partials: Partials, count: number): Wave {
  const wave = new Float32Array(waveLength + 1);
  let square = 0;
  for (let number = 1; number <= count; number++) {
    const strength = partials(number);
    if (strength === 0) continue;
    square += strength ** 2;
    const phase = (Math.PI * number * (number - 1)) / count;
    for (let index = 0; index <= waveLength; index++)
      wave[index] =
        (wave[index] ?? 0) + strength * Math.sin((2 * Math.PI * number * index) / waveLength - phase);
  }
  // Equal power for every timbre: a dark and a bright wave of one voice are as loud.
  const scale = 1 / Math.sqrt(square);
  return wave.map((sample) => sample * scale);
}

export const frequencyOf = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);

/** Steps through a wave of `waveLength` for one sample at a frequency. */
export const stepOf = (hertz: number) => (hertz * waveLength) / soundRate;
