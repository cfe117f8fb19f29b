import { type Sound, soundRate } from '../../../media/media.ts';
import { seededRandom } from '../random.ts';

/** Chords as steps of the major scale above a root, each a slow bar; all of them end at rest. */
const progressions = [
  [
    [0, 2, 4, 8],
    [5, 7, 9, 11],
    [3, 5, 7, 9],
    [4, 6, 8, 11],
  ],
  [
    [0, 4, 7, 9],
    [3, 5, 9, 11],
    [5, 7, 9, 13],
    [4, 7, 8, 11],
  ],
  [
    [5, 7, 9, 11],
    [3, 5, 7, 11],
    [0, 4, 7, 9],
    [4, 6, 8, 11],
  ],
] as const;

const majorScale = [0, 2, 4, 5, 7, 9, 11];

/**
 * A gentle bed under a film that brought no music: slow pads and a soft pluck in one major key. The seed chooses
 * key, chords and melody; the same seed gives the same samples.
 */
export function makeBed({ seconds, seed }: { seconds: number; seed: number }): Sound {
  const random = seededRandom(seed, 'bed');
  const length = Math.round(seconds * soundRate);
  const bed: Sound = { left: new Float32Array(length), right: new Float32Array(length) };
  const root = 48 + Math.floor(random() * 8);
  const chords = progressions[Math.floor(random() * progressions.length)] ?? progressions[0];
  const beat = 60 / (76 + Math.floor(random() * 5) * 3);
  const bar = beat * 4;
  for (let number = 0; number * bar < seconds; number++) {
    const chord = chords[number % chords.length] ?? chords[0];
    for (const [voice, step] of chord.entries())
      addPad(bed, {
        start: number * bar,
        length: bar * 1.25,
        pitch: pitchOf(root, step),
        pan: voice / 3 - 0.5,
      });
    addPad(bed, { start: number * bar, length: bar * 1.2, pitch: pitchOf(root, chord[0]) - 12, pan: 0 });
    for (let eighth = 0; eighth < 8; eighth++) {
      if (eighth !== 0 && random() > 0.5) continue;
      const step = chord[Math.floor(random() * chord.length)] ?? 0;
      addPluck(bed, {
        start: number * bar + (eighth * beat) / 2,
        pitch: pitchOf(root, step) + 12,
        loudness: 0.05 + random() * 0.03,
        pan: random() - 0.5,
      });
    }
  }
  addRoom(bed);
  return bed;
}

function pitchOf(root: number, step: number): number {
  return root + 12 * Math.floor(step / 7) + (majorScale[step % 7] ?? 0);
}

const frequencyOf = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);

function addPad(
  { left, right }: Sound,
  { start, length, pitch, pan }: { start: number; length: number; pitch: number; pan: number },
): void {
  const from = Math.round(start * soundRate);
  const count = Math.min(left.length - from, Math.round(length * soundRate));
  const frequency = frequencyOf(pitch);
  // Two slightly detuned voices a side beat slowly against each other: width without an effect.
  const steps = [0.9985, 1.0015, 1.0007, 0.9993].map(
    (detune) => (2 * Math.PI * frequency * detune) / soundRate,
  );
  const [lowLeft = 0, highLeft = 0, lowRight = 0, highRight = 0] = steps;
  for (let index = 0; index < count; index++) {
    const time = index / soundRate;
    const swell = Math.min(1, time / 0.9) * Math.min(1, Math.max(0, (length - time) / 1.1));
    const level = 0.034 * swell * swell * (3 - 2 * swell);
    const tone = (step: number) =>
      Math.sin(step * index) + 0.28 * Math.sin(2 * step * index) + 0.07 * Math.sin(3 * step * index);
    const at = from + index;
    left[at] = (left[at] ?? 0) + level * (1 - pan * 0.7) * (tone(lowLeft) + tone(highLeft));
    right[at] = (right[at] ?? 0) + level * (1 + pan * 0.7) * (tone(lowRight) + tone(highRight));
  }
}

function addPluck(
  { left, right }: Sound,
  { start, pitch, loudness, pan }: { start: number; pitch: number; loudness: number; pan: number },
): void {
  const from = Math.round(start * soundRate);
  const count = Math.min(left.length - from, Math.round(1.6 * soundRate));
  const step = (2 * Math.PI * frequencyOf(pitch)) / soundRate;
  for (let index = 0; index < count; index++) {
    const time = index / soundRate;
    const level = loudness * Math.min(1, time / 0.006) * Math.exp(-time * 3.4);
    const bright = Math.exp(-time * 9);
    const tone =
      Math.sin(step * index) +
      0.4 * bright * Math.sin(2 * step * index) +
      0.15 * bright * Math.sin(4 * step * index);
    const at = from + index;
    left[at] = (left[at] ?? 0) + level * (1 - pan * 0.8) * tone;
    right[at] = (right[at] ?? 0) + level * (1 + pan * 0.8) * tone;
  }
}

/** Four crossed echoes with a dull tail: a small room. */
function addRoom({ left, right }: Sound): void {
  for (const [delaySeconds, back] of [
    [0.137, 0.22],
    [0.211, 0.17],
    [0.317, 0.13],
    [0.443, 0.09],
  ] as const) {
    const delay = Math.round(delaySeconds * soundRate);
    let dullLeft = 0;
    let dullRight = 0;
    for (let index = delay; index < left.length; index++) {
      dullLeft += ((right[index - delay] ?? 0) - dullLeft) * 0.25;
      dullRight += ((left[index - delay] ?? 0) - dullRight) * 0.25;
      left[index] = (left[index] ?? 0) + dullLeft * back;
      right[index] = (right[index] ?? 0) + dullRight * back;
    }
  }
}
