import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heard } from '../../../../../test/fixtures/local/sound/heard.ts';
import { drumTrack, noise } from '../../../../../test/fixtures/local/sound/make-music.ts';
import { type Sound, soundRate } from '../../../../media/media.ts';
import { findBeats } from './beats.ts';
import { bestWindow } from './best-window.ts';

/** Quiet chords for 16 s, then drums: a track with an introduction. */
function withIntroduction(): Sound {
  const track = drumTrack({ bpm: 120, seconds: 40, kick: 0.5, hat: 0.3, snare: 0.4, chords: 0.06 });
  const chords = drumTrack({ bpm: 120, seconds: 40, kick: 0.03, chords: 0.06 });
  for (const side of ['left', 'right'] as const) track[side].set(chords[side].subarray(0, 16 * soundRate));
  return track;
}

test('skips a quiet introduction and starts on the bar where the drums come in', () => {
  const music = withIntroduction();
  const start = bestWindow({ music, beats: findBeats(music), seconds: 8 });
  assert.ok(Math.abs(start - 16) < 0.02, `${start}`);
});

test('starts on a downbeat and leaves room for the film', async () => {
  const music = await heard('music120');
  const beats = findBeats(music);
  for (const seconds of [4, 5, 8, 12]) {
    const start = bestWindow({ music, beats, seconds });
    assert.ok(beats.downbeatsSeconds.includes(start), `${start}`);
    assert.ok(start + seconds <= 15, `${start} + ${seconds}`);
    assert.equal(bestWindow({ music, beats, seconds }), start);
  }
});

test('starts at the first beat when the music is shorter than the film', () => {
  const music = drumTrack({ bpm: 100, seconds: 6, offsetSeconds: 0.8, hat: 0.3, snare: 0.4 });
  const start = bestWindow({ music, beats: findBeats(music), seconds: 15 });
  assert.ok(Math.abs(start - 0.8) < 0.02, `${start}`);
});

test('takes music without a beat from its beginning if all of it is alike', () => {
  const music = noise(12);
  assert.ok(bestWindow({ music, beats: findBeats(music), seconds: 5 }) <= 0.5);
});
