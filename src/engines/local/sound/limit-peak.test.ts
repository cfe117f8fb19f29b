import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drumTrack, sine } from '../../../../test/fixtures/local/sound/make-music.ts';
import { truePeak } from '../understand/sound/true-peak.ts';
import { limitPeak } from './limit-peak.ts';
import { scale } from './stereo.ts';

test('holds the wave between the samples below the ceiling', () => {
  const drums = drumTrack({ bpm: 120, seconds: 4, snare: 0.8, hat: 0.8 });
  scale(drums, 3);
  limitPeak(drums, 0.8);
  const peak = truePeak(drums);
  assert.ok(peak <= 0.8 * 1.002 && peak > 0.75, `${peak}`);
});

test('cuts no wave flat', () => {
  const tone = sine({ hertz: 220, seconds: 1, peak: 1.8 });
  limitPeak(tone, 0.8);
  const flat = tone.left.reduce(
    (count, value, index) => count + Number(Math.abs(value) > 0.5 && value === tone.left[index - 1]),
    0,
  );
  assert.ok(flat < 20, `${flat} samples stand still`);
});

test('leaves quiet sound alone', () => {
  const tone = sine({ hertz: 220, seconds: 1, peak: 0.7 });
  const before = tone.left.slice();
  limitPeak(tone, 0.8);
  assert.deepEqual(tone.left, before);
});
