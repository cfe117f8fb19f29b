import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soundRate } from '../../../media/media.ts';
import type { SoundCue, Storyboard } from '../storyboard.ts';
import type { SoundReference } from '../understand/sound-reference.ts';
import { makeBed } from './bed.ts';
import { highestPeak } from './limit-peak.ts';
import { mixSound } from './mix.ts';

const storyboard = (sound: SoundCue[], seconds = 4): Storyboard => ({
  version: 1,
  fps: 24,
  frames: seconds * 24,
  width: 16,
  height: 16,
  seed: 3,
  set: { wall: '#808080', light: 'soft', feature: 'none' },
  shots: [],
  transitions: [],
  sound,
  posterSeconds: 0,
});

function tone(seconds: number, level: number): SoundReference['sound'] {
  const left = Float32Array.from(
    { length: seconds * soundRate },
    (_, index) => level * Math.sin((2 * Math.PI * 220 * index) / soundRate),
  );
  return { left, right: left.slice() };
}

const peakOf = (plane: Float32Array, from = 0, to = plane.length / soundRate) =>
  plane
    .subarray(from * soundRate, to * soundRate)
    .reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const music: SoundCue = { kind: 'music', position: 1, startSeconds: 0, endSeconds: 4 };

test('makes a bed of exactly the length of the film, heard but never near clipping', () => {
  const mix = mixSound(storyboard([{ kind: 'bed', startSeconds: 0, endSeconds: 4 }]), []);
  assert.equal(mix?.left.length, 4 * soundRate);
  assert.equal(mix?.right.length, 4 * soundRate);
  const peak = peakOf(mix?.left ?? new Float32Array());
  assert.ok(peak > 0.1 && peak <= highestPeak, `peak ${peak}`);
});

test('makes the same bed for the same seed and another for another', () => {
  const one = makeBed({ seconds: 2, seed: 5 });
  assert.deepEqual(makeBed({ seconds: 2, seed: 5 }), one);
  assert.notDeepEqual(makeBed({ seconds: 2, seed: 6 }), one);
});

test('holds loud music below the peak without clipping it flat', () => {
  const sounds: SoundReference[] = [{ position: 1, role: 'music', roleIsGiven: true, sound: tone(4, 1.8) }];
  const mix = mixSound(storyboard([music]), sounds);
  const left = mix?.left ?? new Float32Array();
  assert.ok(peakOf(left) <= highestPeak + 1e-6);
  const flat = left.reduce(
    (count, value, index) => count + Number(index > 0 && Math.abs(value) > 0.5 && value === left[index - 1]),
    0,
  );
  assert.ok(flat < 20, `${flat} samples stand still`);
});

test('fades music in and out and trims it to the film', () => {
  const sounds: SoundReference[] = [{ position: 1, role: 'music', roleIsGiven: true, sound: tone(9, 0.5) }];
  const mix = mixSound(storyboard([music]), sounds);
  const left = mix?.left ?? new Float32Array();
  assert.equal(left.length, 4 * soundRate);
  assert.ok(peakOf(left, 3.98, 4) < 0.05);
  assert.ok(peakOf(left, 1, 2) > 0.45);
});

test('ducks music under a voice and lets it rise again', () => {
  const sounds: SoundReference[] = [
    { position: 1, role: 'music', roleIsGiven: true, sound: tone(4, 0.4) },
    {
      position: 2,
      role: 'voice',
      roleIsGiven: true,
      sound: { left: new Float32Array(soundRate), right: new Float32Array(soundRate) },
    },
  ];
  const voice: SoundCue = { kind: 'voice', position: 2, startSeconds: 1, endSeconds: 2 };
  const mix = mixSound(storyboard([music, voice]), sounds);
  const left = mix?.left ?? new Float32Array();
  assert.ok(peakOf(left, 1.1, 1.9) < 0.2);
  assert.ok(peakOf(left, 0.2, 0.7) > 0.35);
});

test('makes no sound where the storyboard asks for none', () => {
  assert.equal(mixSound(storyboard([]), []), undefined);
});
