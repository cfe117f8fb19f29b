import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heard } from '../../../../test/fixtures/local/sound/heard.ts';
import { sine } from '../../../../test/fixtures/local/sound/make-music.ts';
import { type Sound, soundRate } from '../../../media/media.ts';
import { integratedLoudness } from '../understand/sound/loudness.ts';
import { levelsOf } from '../understand/sound/mono.ts';
import { duck, speakingOf, whileSpeaking } from './duck.ts';
import { levelTo } from './level-to.ts';
import { addSound, silence } from './stereo.ts';
import { prepareVoice } from './voice.ts';

/** A second of tone from 1 s on, in a row of 4 s. */
function oneWord(): Sound {
  const voice = silence(4);
  addSound(voice, { source: sine({ hertz: 300, seconds: 1, peak: 0.3 }), atSeconds: 1 });
  return voice;
}

test('follows the voice itself: down before the word, held, and slowly up again', () => {
  const music = sine({ hertz: 1_000, seconds: 4, peak: 0.3 });
  const voice = oneWord();
  duck(music, { voice, voiceLufs: integratedLoudness(voice) });
  const decibels = Array.from(
    levelsOf(music.left, 0.02),
    (level) => 20 * Math.log10(level / (0.3 * Math.SQRT1_2)),
  );
  const at = (seconds: number) => decibels[Math.round(seconds / 0.02)] ?? 0;
  assert.ok(at(0.85) > -0.5, `untouched until shortly before: ${at(0.85)}`);
  assert.ok(at(1.02) < -6, `has made way when the word begins: ${at(1.02)}`);
  assert.ok(at(1.5) < -8 && at(1.5) > -16, `under the word: ${at(1.5)}`);
  assert.ok(Math.abs(at(2.1) - at(1.5)) < 1, `held over a short gap: ${at(2.1)}`);
  assert.ok(at(2.4) > at(2.2) + 2 && at(2.4) < -0.5, `on its way up: ${at(2.4)}`);
  assert.ok(at(3) > -0.5, `back: ${at(3)}`);
});

test('puts a real voice 8 to 10 LU above the music under it', async () => {
  const { sound: voice } = prepareVoice(await heard('voice'), { fromSeconds: 0, seconds: 7, lufs: -15 });
  for (const name of ['music96', 'music120'] as const) {
    const music = await heard(name);
    levelTo(music, -14.5);
    duck(music, { voice, voiceLufs: -15 });
    const under = integratedLoudness(whileSpeaking(music, speakingOf(voice)));
    const distance = integratedLoudness(voice) - under;
    assert.ok(distance >= 8 && distance <= 10, `${name}: ${distance} LU`);
  }
});

test('takes rumble out of a voice and keeps its loudness', async () => {
  const voice = await heard('voice');
  const rumble = sine({ hertz: 25, seconds: 6.9, peak: 0.2 });
  addSound(rumble, { source: voice, atSeconds: 0 });
  const { sound } = prepareVoice(rumble, { fromSeconds: 0, seconds: 6, lufs: -15 });
  assert.ok(Math.abs(integratedLoudness(sound) + 15) < 0.2);
  // Before its first word there is only the rumble.
  const lead = levelsOf(sound.left.slice(0, 0.06 * soundRate), 0.04)[0] ?? 1;
  assert.ok(lead < 0.03, `${lead}`);
});

test('leaves music alone under a silent voice', () => {
  const music = sine({ hertz: 440, seconds: 2, peak: 0.3 });
  const before = music.left.slice();
  duck(music, { voice: silence(2), voiceLufs: -15 });
  assert.deepEqual(music.left, before);
});
