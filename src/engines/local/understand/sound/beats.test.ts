import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heard } from '../../../../../test/fixtures/local/sound/heard.ts';
import {
  type DrumTrack,
  drumTrack,
  noise,
  sine,
} from '../../../../../test/fixtures/local/sound/make-music.ts';
import { type Beats, findBeats } from './beats.ts';

/** The largest distance of a true beat from the nearest beat found, in milliseconds. */
function worstError({ beatsSeconds }: Pick<Beats, 'beatsSeconds'>, truth: readonly number[]): number {
  const errors = truth.map((beat) => Math.min(...beatsSeconds.map((found) => Math.abs(found - beat))));
  return 1_000 * Math.max(...errors);
}

const every = (interval: number, seconds: number, from = 0) =>
  Array.from(
    { length: Math.ceil((seconds - from) / interval - 1e-6) },
    (_, index) => from + index * interval,
  );

for (const [name, bpm] of [
  ['music96', 96],
  ['music120', 120],
] as const)
  test(`finds every beat and bar of the ${bpm} BPM sample within 10 ms`, async () => {
    const beats = findBeats(await heard(name));
    assert.ok(Math.abs(beats.bpm / bpm - 1) < 0.001, `${beats.bpm} BPM`);
    assert.ok(beats.confidence > 0.9, `${beats.confidence}`);
    assert.equal(beats.beatsSeconds.length, (15 * bpm) / 60);
    const beat = worstError(beats, every(60 / bpm, 15));
    const bar = worstError({ beatsSeconds: beats.downbeatsSeconds }, every(240 / bpm, 15));
    assert.ok(beat < 10 && bar < 10, `beats ${beat} ms, bars ${bar} ms`);
  });

const tracks: Record<string, Omit<DrumTrack, 'seconds'>> = {
  'plain drums at 80': { bpm: 80, hat: 0.3 },
  'drums at 100': { bpm: 100, hat: 0.3, snare: 0.5 },
  'drums and chords at 128': { bpm: 128, hat: 0.3, snare: 0.5, chords: 0.1 },
  'drums at 140': { bpm: 140, hat: 0.4, snare: 0.6 },
  'a tempo between whole numbers': { bpm: 117.3, hat: 0.4, snare: 0.4 },
  'a swing at 110': { bpm: 110, hat: 0.5, hatsAt: [0, 2 / 3], snare: 0.5 },
  'off-beat hats louder than the kicks, at 120': { bpm: 120, hat: 1.6, kick: 0.4 },
  'off-beat hats louder than the kicks, at 90': { bpm: 90, hat: 1.6, kick: 0.4 },
  'sixteenths of hats at 95': { bpm: 95, hat: 1.2, kick: 0.4, hatsAt: [0, 0.25, 0.5, 0.75] },
  'kick and snare in turn at 84': {
    bpm: 84,
    kickEvery: 2,
    snare: 0.9,
    hat: 0.3,
    hatsAt: [0, 0.5],
    chords: 0.1,
  },
  'a first kick after 1.37 s': { bpm: 104, hat: 0.3, snare: 0.4, offsetSeconds: 1.37, chords: 0.1 },
  'a track 40 dB too quiet': { bpm: 100, kick: 0.007, hat: 0.004, snare: 0.005 },
};

for (const [name, track] of Object.entries(tracks))
  test(`keeps time with ${name}`, () => {
    const beats = findBeats(drumTrack({ seconds: 15, ...track }));
    const { bpm, offsetSeconds = 0 } = track;
    assert.ok(Math.abs(beats.bpm / bpm - 1) < 0.01, `${beats.bpm} BPM`);
    const error = worstError(beats, every(60 / bpm, 15, offsetSeconds));
    assert.ok(error < 10, `${error} ms`);
    assert.ok(Math.abs(beats.firstBeatSeconds - offsetSeconds) < 0.01, `first ${beats.firstBeatSeconds}`);
  });

test('finds the bars where the chords change, not where the snare is', () => {
  const { downbeatsSeconds } = findBeats(
    drumTrack({ bpm: 116, seconds: 15, kickEvery: 2, snare: 0.9, hat: 0.3, chords: 0.1 }),
  );
  const error = worstError({ beatsSeconds: downbeatsSeconds }, every(240 / 116, 15));
  assert.ok(error < 20, `${error} ms`);
});

test('finds the beat in five seconds', () => {
  const beats = findBeats(drumTrack({ bpm: 120, seconds: 5, hat: 0.3 }));
  assert.ok(Math.abs(beats.bpm - 120) < 1, `${beats.bpm}`);
  assert.ok(worstError(beats, every(0.5, 5)) < 10);
});

test('finds no beat where there is none', async () => {
  const beatless = {
    noise: noise(10),
    tone: sine({ hertz: 440, seconds: 8, peak: 0.5 }),
    silence: sine({ hertz: 440, seconds: 3, peak: 0 }),
    nothing: sine({ hertz: 440, seconds: 0, peak: 0 }),
    woman: await heard('voice'),
    man: await heard('man'),
  };
  for (const [name, sound] of Object.entries(beatless)) {
    const { beatsSeconds, downbeatsSeconds, confidence } = findBeats(sound);
    assert.ok(confidence < 0.2, `${name}: ${confidence}`);
    assert.deepEqual([...beatsSeconds, ...downbeatsSeconds], [], name);
  }
});
