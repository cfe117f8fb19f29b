import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { heard, peakOf } from '../../../../test/fixtures/local/sound/heard.ts';
import { noise, sine } from '../../../../test/fixtures/local/sound/make-music.ts';
import { bedMoods, type SoundCue } from '../../../domain/storyboard.ts';
import { createMedia } from '../../../media/create-media.ts';
import { type Sound, soundRate } from '../../../media/media.ts';
import { findBeats } from '../understand/sound/beats.ts';
import { measureLoudness } from '../understand/sound/loudness.ts';
import type { SoundReference } from '../understand/sound-reference.ts';
import { noteOnQuietMix } from './master.ts';
import { mixSound } from './mix.ts';

const reference = (position: number, role: 'music' | 'voice', sound: Sound): SoundReference => ({
  position,
  role,
  roleIsGiven: true,
  roleConfidence: 1,
  sound,
  beats: findBeats(sound),
  loudness: measureLoudness(sound),
});

const music = (position: number, seconds: number, fromSeconds = 0): SoundCue => ({
  kind: 'music',
  position,
  fromSeconds,
  startSeconds: 0,
  endSeconds: seconds,
});

const voice: SoundCue = { kind: 'voice', position: 3, fromSeconds: 0, startSeconds: 1, endSeconds: 8 };

const bed = (mood: (typeof bedMoods)[number], seconds: number): SoundCue => ({
  kind: 'bed',
  mood,
  bpm: 96,
  startSeconds: 0,
  endSeconds: seconds,
});

const foley: SoundCue[] = (['whoosh', 'tick', 'thud', 'shimmer'] as const).map((sound, index) => ({
  kind: 'foley',
  sound,
  startSeconds: 1 + index,
  gainDb: -14,
}));

function mixed(options: {
  seconds: number;
  cues: SoundCue[];
  sounds?: SoundReference[];
  seed?: number;
}): Sound {
  return mixSound({ seed: 3, sounds: [], ...options }) ?? assert.fail('no sound');
}

test('brings every kind of mix to -14 LUFS and -2 dBTP, exactly as long as the film', async () => {
  const sounds = [
    reference(1, 'music', await heard('music96')),
    reference(2, 'music', await heard('music120')),
    reference(3, 'voice', await heard('voice')),
  ];
  const mixes: [string, number, SoundCue[]][] = [
    ['music 96', 15, [music(1, 15)]],
    ['music 120', 8, [music(2, 8, 2)]],
    ['voice', 9, [voice]],
    ['voice over music', 12, [music(1, 12), voice]],
    ['voice over a bed', 9, [bed('warm', 9), voice]],
    ['foley over a bed', 6, [bed('calm', 6), ...foley]],
    ...bedMoods.map((mood): [string, number, SoundCue[]] => [mood, 4, [bed(mood, 4)]]),
    ['a long bed', 15, [bed('neon', 15)]],
  ];
  for (const [name, seconds, cues] of mixes) {
    const mix = mixed({ seconds, cues, sounds });
    const { integratedLufs, truePeakDbtp } = measureLoudness(mix);
    assert.ok(Math.abs(integratedLufs + 14) < 0.3, `${name}: ${integratedLufs} LUFS`);
    assert.ok(truePeakDbtp <= -1.95, `${name}: ${truePeakDbtp} dBTP`);
    assert.deepEqual([mix.left.length, mix.right.length], [seconds * soundRate, seconds * soundRate], name);
    assert.equal(noteOnQuietMix(mix), undefined, name);
  }
});

test('stays below -1 dBTP as AAC in the film', async () => {
  const media = createMedia();
  const directory = await mkdtemp(join(tmpdir(), 'kinora-mix-'));
  try {
    const mixes = {
      voice: mixed({ seconds: 6, cues: [voice], sounds: [reference(3, 'voice', await heard('voice'))] }),
      calm: mixed({ seconds: 6, cues: [bed('calm', 6), ...foley] }),
      neon: mixed({ seconds: 6, cues: [bed('neon', 6)] }),
    };
    for (const [name, sound] of Object.entries(mixes)) {
      const path = join(directory, `${name}.mp4`);
      const encoder = await media.encode({ path, width: 16, height: 16, fps: 2, sound });
      for (let frame = 0; frame < 12; frame++) await encoder.write(Buffer.alloc(384, 128));
      await encoder.finish();
      const decoded = measureLoudness(await media.decodeAudio(path, { maxSeconds: 10 }));
      assert.ok(decoded.truePeakDbtp <= -1, `${name}: ${decoded.truePeakDbtp} dBTP`);
      assert.ok(Math.abs(decoded.integratedLufs + 14) < 0.5, `${name}: ${decoded.integratedLufs} LUFS`);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('begins and ends without a click, whatever is cut through', () => {
  const sounds = [
    reference(1, 'music', noise(20, 0.5)),
    reference(2, 'music', sine({ hertz: 220, seconds: 20, peak: 0.5 })),
  ];
  const cut: SoundCue = { kind: 'foley', sound: 'whoosh', startSeconds: 0.05, gainDb: 0 };
  const mixes = [[music(1, 4, 3.21)], [music(2, 4, 3.211)], [bed('neon', 4), cut]];
  for (const [index, cues] of mixes.entries()) {
    const { left } = mixed({ seconds: 4, cues, sounds });
    const edges = { first: left[0] ?? 1, last: left.at(-1) ?? 1 };
    assert.ok(Math.abs(edges.first) < 0.001 && Math.abs(edges.last) < 0.001, JSON.stringify(edges));
    const ends = {
      begin: peakOf(left.slice(0, 0.0005 * soundRate)),
      end: peakOf(left.slice(-0.002 * soundRate)),
    };
    assert.ok(ends.begin < 0.08 && ends.end < 0.01, `${index}: ${JSON.stringify(ends)}`);
  }
});

test('makes the same samples of the same seed and another piece of another', () => {
  const options = { seconds: 4, cues: [bed('bright', 4), ...foley] };
  assert.deepEqual(mixed({ ...options, seed: 5 }), mixed({ ...options, seed: 5 }));
  assert.notDeepEqual(mixed({ ...options, seed: 6 }), mixed({ ...options, seed: 5 }));
});

test('does not blow up the hiss of a nearly silent recording, and says so', () => {
  const sounds = [reference(1, 'music', noise(6, 0.0006))];
  const mix = mixed({ seconds: 4, cues: [music(1, 4)], sounds });
  const before = measureLoudness(noise(4, 0.0006)).integratedLufs;
  const { integratedLufs } = measureLoudness(mix);
  assert.ok(integratedLufs - before < 24.5, `raised by ${integratedLufs - before} dB`);
  assert.match(noteOnQuietMix(mix)?.message ?? '', /below the usual -14 LUFS/);
});

test('keeps silence silent', () => {
  const sounds = [reference(1, 'music', sine({ hertz: 100, seconds: 6, peak: 0 }))];
  const { left } = mixed({ seconds: 4, cues: [music(1, 4)], sounds });
  assert.ok(left.every((sample) => sample === 0));
});

test('makes no sound where none is asked for, and none up that was not sent', () => {
  assert.equal(mixSound({ seconds: 4, seed: 1, cues: [], sounds: [] }), undefined);
  assert.throws(() => mixed({ seconds: 4, cues: [music(2, 4)] }), /plays audio 2 as music/);
});
