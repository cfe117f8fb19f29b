import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sine } from '../../../../../test/fixtures/local/sound/make-music.ts';
import { type Sound, soundRate } from '../../../../media/media.ts';
import { fromDecibels, integratedLoudness, measureLoudness } from './loudness.ts';

/** A 1 kHz stereo tone whose level in dBFS changes: the test signals of EBU Tech 3341, table 1. */
function levels(parts: readonly (readonly [decibels: number, seconds: number])[]): Sound {
  const tones = parts.map(([decibels, seconds]) =>
    sine({ hertz: 1_000, seconds, peak: fromDecibels(decibels) }),
  );
  const left = new Float32Array(tones.reduce((sum, tone) => sum + tone.left.length, 0));
  let at = 0;
  for (const tone of tones) {
    left.set(tone.left, at);
    at += tone.left.length;
  }
  return { left, right: left.slice() };
}

test('measures the signals of EBU Tech 3341 within its tolerance of 0.1 LU', () => {
  const signals = [
    { parts: [[-23, 20]], lufs: -23 },
    { parts: [[-33, 20]], lufs: -33 },
    {
      parts: [
        [-36, 10],
        [-23, 60],
        [-36, 10],
      ],
      lufs: -23,
    },
    {
      parts: [
        [-72, 10],
        [-36, 10],
        [-23, 60],
        [-36, 10],
        [-72, 10],
      ],
      lufs: -23,
    },
    {
      parts: [
        [-26, 20],
        [-20, 20.1],
        [-26, 20],
      ],
      lufs: -23,
    },
  ] as const;
  for (const { parts, lufs } of signals) {
    const integratedLufs = integratedLoudness(levels(parts));
    assert.ok(Math.abs(integratedLufs - lufs) <= 0.1, `${integratedLufs} LUFS for ${lufs}`);
  }
});

test('finds the peak between the samples', () => {
  // A quarter of the sampling rate, 45 degrees off: every sample is 3 dB below the wave's own peak of -6 dBTP.
  const left = Float32Array.from(
    { length: soundRate },
    (_, index) => 0.5 * Math.sin((Math.PI * index) / 2 + Math.PI / 4),
  );
  left.forEach((sample, index) => {
    left[index] = sample * Math.min(1, index / 4_800, (left.length - index) / 4_800);
  });
  const { truePeakDbtp } = measureLoudness({ left, right: left.slice() });
  assert.ok(truePeakDbtp > -6.4 && truePeakDbtp < -5.8, `${truePeakDbtp} dBTP`);
});

test('hears one side 3 LU below both', () => {
  const { left } = sine({ hertz: 1_000, seconds: 5, peak: 0.1 });
  const both = measureLoudness({ left, right: left }).integratedLufs;
  const one = measureLoudness({ left, right: new Float32Array(left.length) }).integratedLufs;
  assert.ok(Math.abs(both - one - 3.01) < 0.02, `${both} and ${one}`);
});

test('says so of silence and of sounds too short to judge', () => {
  const silent = { integratedLufs: -Infinity, truePeakDbtp: -Infinity };
  assert.deepEqual(measureLoudness(sine({ hertz: 100, seconds: 2, peak: 0 })), silent);
  assert.equal(measureLoudness(sine({ hertz: 100, seconds: 0.3, peak: 0.5 })).integratedLufs, -Infinity);
});
