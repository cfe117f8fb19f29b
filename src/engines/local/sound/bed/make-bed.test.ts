import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peakOf } from '../../../../../test/fixtures/local/sound/heard.ts';
import { bedMoods } from '../../../../domain/storyboard.ts';
import { soundRate } from '../../../../media/media.ts';
import { findBeats } from '../../understand/sound/beats.ts';
import { levelsOf, quantile, toMono } from '../../understand/sound/mono.ts';
import { eachSpectrum } from '../../understand/sound/spectra.ts';
import { compose } from './compose.ts';
import { makeBed } from './make-bed.ts';
import { moods } from './moods.ts';

/** Centre of the magnitudes up to 16 kHz, in hertz. */
function centreOf(mono: Float32Array): number {
  let moment = 0;
  let sum = 0;
  eachSpectrum(mono, { size: 2_048, hop: 2_048 }, (magnitudes) => {
    for (let bin = 1; bin < 683; bin++) {
      sum += magnitudes[bin] ?? 0;
      moment += ((magnitudes[bin] ?? 0) * bin * soundRate) / 2_048;
    }
  });
  return moment / sum;
}

test('gives every mood a colour, a density and a key of its own', () => {
  const heard = Object.fromEntries(
    bedMoods.map((mood) => {
      const options = { mood, bpm: 96, seconds: 12, seed: 8 };
      const { notes, hits } = compose(options);
      const begins = new Set([...notes, ...hits].map(({ startSeconds }) => startSeconds.toFixed(2)));
      return [mood, { centre: centreOf(toMono(makeBed(options))), density: begins.size / 12 }];
    }),
  );
  const order = (of: 'centre' | 'density') =>
    [...bedMoods].sort((one, other) => (heard[one]?.[of] ?? 0) - (heard[other]?.[of] ?? 0));
  const numbers = JSON.stringify(heard);
  assert.equal(order('centre')[0], 'calm', numbers);
  assert.deepEqual(new Set(order('centre').slice(-2)), new Set(['bright', 'neon']), numbers);
  assert.equal(order('density')[0], 'calm', numbers);
  assert.equal(order('density').at(-1), 'neon', numbers);
  const thirds = bedMoods.map((mood) => [mood, moods[mood].scale[2] === 4 ? 'major' : 'minor']);
  assert.deepEqual(Object.fromEntries(thirds), {
    calm: 'major',
    warm: 'major',
    bright: 'major',
    dramatic: 'minor',
    neon: 'minor',
  });
});

test('keeps its bars on a grid that begins with the film', () => {
  for (const [mood, bpm] of [
    ['bright', 112],
    ['neon', 104],
  ] as const) {
    const beats = findBeats(makeBed({ mood, bpm, seconds: 12, seed: 2 }));
    assert.ok(Math.abs(beats.bpm - bpm) < 0.5, `${mood}: ${beats.bpm}`);
    const early = beats.beatsSeconds.slice(0, 16);
    const errors = early.map((beat) => Math.abs(beat - Math.round((beat * bpm) / 60) * (60 / bpm)));
    assert.ok(Math.max(...errors) < 0.02, `${mood}: ${Math.max(...errors)}`);
  }
});

test('comes home on a half bar and leaves the last chord time to ring, at any tempo and length', () => {
  for (const mood of bedMoods)
    for (const bpm of [64, 84, 96.25, 128])
      for (const seconds of [4, 5, 8, 10, 15]) {
        const { closeSeconds, notes } = compose({ mood, bpm, seconds, seed: 1 });
        const halfBars = (closeSeconds * bpm) / 120;
        assert.ok(Math.abs(halfBars - Math.round(halfBars)) < 1e-6, `${closeSeconds}`);
        assert.ok(
          seconds - closeSeconds >= 1.2 && seconds - closeSeconds < 1.26 + 120 / bpm,
          `${closeSeconds}`,
        );
        const last = notes.filter(
          ({ part, startSeconds }) => part === 'bass' && startSeconds === closeSeconds,
        );
        assert.equal(last.length, 1);
        const [home] = last;
        const tones = new Set(
          notes
            .filter(({ part, startSeconds }) => part === 'pad' && startSeconds === closeSeconds)
            .map(({ pitch }) => (((pitch - (home?.pitch ?? 0)) % 12) + 12) % 12),
        );
        assert.ok(
          [0, moods[mood].scale[2], 7].every((tone) => tones.has(tone ?? -1)),
          `${[...tones]}`,
        );
      }
});

test('never clicks, never falls silent before its end, and fades to nothing', () => {
  for (const mood of bedMoods) {
    const { left } = makeBed({ mood, bpm: 100, seconds: 8, seed: 3 });
    const levels = levelsOf(left, 0.1);
    const usual = quantile(levels, 0.5);
    const quietest = Math.min(...levels.slice(1, 65));
    assert.ok(quietest > 0.05 * usual, `${mood} falls to ${quietest} of ${usual}`);
    assert.ok((levels.at(-1) ?? 1) < 0.02 * usual, `${mood} ends at ${levels.at(-1)}`);
    let step = 0;
    for (let index = 1; index < left.length; index++)
      step = Math.max(step, Math.abs((left[index] ?? 0) - (left[index - 1] ?? 0)));
    const peak = peakOf(left);
    assert.ok(step < 0.5 * peak, `${mood} jumps by ${step} of ${peak}`);
  }
});

test('writes the same piece for the same seed and others for others', () => {
  const write = (seed: number) =>
    JSON.stringify(compose({ mood: 'warm', bpm: 92, seconds: 8, seed }).notes.map(({ pitch }) => pitch));
  assert.equal(write(1), write(1));
  assert.ok(new Set([1, 2, 3, 4, 5, 6].map(write)).size >= 5);
});
