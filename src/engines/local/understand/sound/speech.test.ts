import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heard } from '../../../../../test/fixtures/local/sound/heard.ts';
import { drumTrack, noise, sine } from '../../../../../test/fixtures/local/sound/make-music.ts';
import { type Sound, soundRate } from '../../../../media/media.ts';
import { findBeats } from './beats.ts';
import { judgeSpeech } from './speech.ts';

const judge = (sound: Sound) => judgeSpeech(sound, findBeats(sound));

const firstSeconds = ({ left, right }: Sound, seconds: number): Sound => ({
  left: left.subarray(0, seconds * soundRate),
  right: right.subarray(0, seconds * soundRate),
});

test('hears that a voice is a voice, whole or three seconds of it', async () => {
  for (const name of ['voice', 'man'] as const)
    for (const seconds of [60, 3]) {
      const { isSpeech, confidence } = judge(firstSeconds(await heard(name), seconds));
      assert.ok(isSpeech && confidence > 0.4, `${name} ${seconds} s: ${isSpeech} ${confidence}`);
    }
});

test('hears that music, drums, pads, a tone and noise are none', async () => {
  const others = {
    music96: await heard('music96'),
    music120: await heard('music120'),
    drums: drumTrack({ bpm: 100, seconds: 10, hat: 0.3, snare: 0.5 }),
    pads: drumTrack({ bpm: 60, seconds: 10, kick: 0, chords: 0.2 }),
    tone: sine({ hertz: 300, seconds: 6, peak: 0.4 }),
    noise: noise(6),
  };
  for (const [name, sound] of Object.entries(others)) {
    const { isSpeech, confidence } = judge(sound);
    assert.ok(!isSpeech && confidence > 0.15, `${name}: ${isSpeech} ${confidence}`);
  }
});

test('still hears a voice over quiet music', async () => {
  const voice = await heard('voice');
  const music = await heard('music96');
  const over = (one: Float32Array, other: Float32Array) =>
    one.map((sample, index) => sample + 0.1 * (other[index] ?? 0));
  const { isSpeech } = judge({
    left: over(voice.left, music.left),
    right: over(voice.right, music.right),
  });
  assert.equal(isSpeech, true);
});

test('is not sure about silence', () => {
  assert.deepEqual(judge(sine({ hertz: 100, seconds: 3, peak: 0 })), { isSpeech: false, confidence: 0 });
});
