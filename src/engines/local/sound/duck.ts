import { type Sound, soundRate } from '../../../media/media.ts';
import { decibels, fromDecibels, integratedLoudness } from '../understand/sound/loudness.ts';
import { addSound, cutOut, shape, silence } from './stereo.ts';

/** Units by which a voice stands above the music under it. */
const voiceAboveMusic = 9;
const leastDuckDb = 5;
const mostDuckDb = 16;

/**
 * Makes music give way, in place, while a voice of `voiceLufs` speaks: by as much as this music needs, for music as
 * loud as the voice about 10 dB.
 */
export function duck(music: Sound, { voice, voiceLufs }: { voice: Sound; voiceLufs: number }): void {
  const speaking = speakingOf(voice);
  const under = integratedLoudness(whileSpeaking(music, speaking));
  if (under === -Infinity) return;
  const depth = Math.min(mostDuckDb, Math.max(leastDuckDb, under - voiceLufs + voiceAboveMusic));
  shape(music, (at) => fromDecibels(-depth * between(speaking, at / stepSeconds)));
}

/** The stretches of `sound` during which a voice is heard, one after another. */
export function whileSpeaking(sound: Sound, speaking: Float32Array): Sound {
  const steps = [...speaking.keys()].filter((step) => (speaking[step] ?? 0) > 0.9);
  const together = silence(steps.length * stepSeconds);
  for (const [index, step] of steps.entries())
    addSound(together, {
      source: cutOut(sound, { fromSeconds: step * stepSeconds, seconds: stepSeconds }),
      atSeconds: index * stepSeconds,
    });
  return together;
}

function between(values: Float32Array, place: number): number {
  const step = Math.floor(place);
  const now = values[step] ?? 0;
  return now + ((values[step + 1] ?? now) - now) * (place - step);
}

const stepSeconds = 0.005;

const attackSeconds = 0.08;
const releaseSeconds = 0.35;
/** The gap between two words is too short for music to rise into. */
const holdSeconds = 0.2;
/** Below its own speaking level by this much, a voice is silent. */
const silentDb = -26;

/**
 * How much a voice speaks, from 0 to 1 in steps of `stepSeconds`: the key of a side chain. It rises ahead of the first
 * word, so that the music has made way when it comes, and falls slowly after the last.
 */
export function speakingOf(voice: Sound): Float32Array {
  const levels = levelsInSteps(voice);
  const speaking = levels.toSorted()[Math.floor(levels.length * 0.95)] ?? 0;
  if (speaking === 0) return levels;
  const keyed = levels.map((level) => Math.min(1, Math.max(0, (decibels(level / speaking) - silentDb) / 8)));
  const held = mostWithin(keyed, { before: holdSeconds, after: attackSeconds });
  return smooth(held);
}

function levelsInSteps({ left, right }: Sound): Float32Array {
  const step = Math.round(stepSeconds * soundRate);
  const levels = new Float32Array(Math.ceil(left.length / step));
  for (let number = 0; number < levels.length; number++) {
    let energy = 0;
    for (let index = number * step; index < (number + 1) * step; index++)
      energy += (left[index] ?? 0) ** 2 + (right[index] ?? 0) ** 2;
    levels[number] = Math.sqrt(energy / (2 * step));
  }
  return levels;
}

/** The most of every step and those up to `before` seconds earlier and `after` seconds later. */
function mostWithin(
  values: Float32Array,
  { before, after }: { before: number; after: number },
): Float32Array {
  const back = Math.round(before / stepSeconds);
  const ahead = Math.round(after / stepSeconds);
  return values.map((_, index) =>
    values
      .subarray(Math.max(0, index - back), index + ahead + 1)
      .reduce((most, value) => Math.max(most, value), 0),
  );
}

/** One pole, quick upwards and slow downwards; the times are those to nine tenths. */
function smooth(values: Float32Array): Float32Array {
  const rise = 1 - Math.exp((-2.3 * stepSeconds) / attackSeconds);
  const fall = 1 - Math.exp((-2.3 * stepSeconds) / releaseSeconds);
  let value = values[0] ?? 0;
  return values.map((target) => {
    value += (target - value) * (target > value ? rise : fall);
    return value;
  });
}
