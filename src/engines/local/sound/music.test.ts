import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heard, peakOf } from '../../../../test/fixtures/local/sound/heard.ts';
import { drumTrack } from '../../../../test/fixtures/local/sound/make-music.ts';
import { soundRate } from '../../../media/media.ts';
import { findBeats } from '../understand/sound/beats.ts';
import { levelsOf, toMono } from '../understand/sound/mono.ts';
import { cutMusic, lastBeat } from './music.ts';

const between = (levels: Float32Array, from: number, to: number) =>
  Math.max(...levels.slice(Math.round(from / 0.02), Math.round(to / 0.02)));

test('ends on a downbeat that leaves time to ring, or on a beat', async () => {
  const beats = findBeats(await heard('music120'));
  // Bars of 2 s: in 9.5 s the last downbeat is at 8; in 9 s it is there too; 8.7 s leave too little after it.
  for (const [seconds, expected] of [
    [9.5, 8],
    [9, 8],
    [8.7, 7.5],
  ] as const) {
    const stop = lastBeat({ beats, fromSeconds: 2, seconds });
    assert.ok(Math.abs(stop - expected) < 0.01, `${seconds} s: ${stop}`);
  }
});

test('lets the last beat ring out and plays nothing new after it', () => {
  const source = drumTrack({ bpm: 120, seconds: 30, hat: 0.4, snare: 0.5, chords: 0.15 });
  const part = cutMusic({ source, beats: findBeats(source), fromSeconds: 4, seconds: 9 });
  const levels = levelsOf(toMono(part), 0.02);
  assert.ok(between(levels, 8, 8.1) > 0.15, 'the last kick is heard');
  assert.ok(between(levels, 8.5, 8.6) < 0.3 * between(levels, 8, 8.1), 'the beat after it is not');
  const fall = [8.1, 8.4, 8.7, 8.94].map((at) => between(levels, at, at + 0.06));
  assert.deepEqual(fall, fall.toSorted().reverse(), 'it only falls');
  assert.ok((fall[2] ?? 0) > 0.0005, `still rings after 0.7 s: ${fall[2]}`);
  assert.ok((fall[3] ?? 1) < 0.003, `is gone at the end: ${fall[3]}`);
});

test('leaves an ending of its own alone', async () => {
  const source = await heard('music96');
  const part = cutMusic({ source, beats: findBeats(source), fromSeconds: 0, seconds: 15 });
  const at = Math.round(13 * soundRate);
  assert.deepEqual(part.left.slice(at, at + 9_600), source.left.slice(at, at + 9_600));
});

test('keeps the attack of a kick on the first sample', () => {
  const source = drumTrack({ bpm: 100, seconds: 12 });
  const part = cutMusic({ source, beats: findBeats(source), fromSeconds: 2.4, seconds: 5 });
  const loudest = (samples: Float32Array) => peakOf(samples.slice(0, 0.02 * soundRate));
  assert.ok(loudest(part.left) > 0.95 * loudest(source.left.slice(2.4 * soundRate)));
});
