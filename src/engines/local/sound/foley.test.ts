import assert from 'node:assert/strict';
import { test } from 'node:test';
import { peakOf } from '../../../../test/fixtures/local/sound/heard.ts';
import { foleySounds } from '../../../domain/storyboard.ts';
import { soundRate } from '../../../media/media.ts';
import { levelsOf, toMono } from '../understand/sound/mono.ts';
import { makeFoley } from './foley.ts';
import { mixSound } from './mix.ts';

test('puts the loudest moment of every sound on the moment asked for', () => {
  for (const sound of foleySounds) {
    const cue = { kind: 'foley', sound, startSeconds: 2, gainDb: 0 } as const;
    const mix = mixSound({ seconds: 4, seed: 9, cues: [cue], sounds: [] }) ?? assert.fail();
    const isLong = sound === 'whoosh' || sound === 'shimmer';
    const window = isLong ? 0.1 : 0.01;
    const levels = levelsOf(toMono(mix), window);
    const peak = (levels.indexOf(peakOf(levels)) + 0.5) * window;
    assert.ok(Math.abs(peak - 2) <= window, `${sound}: ${peak} s`);
  }
});

test('makes sounds that begin and end in silence, the same for the same seed', () => {
  for (const sound of foleySounds) {
    const made = makeFoley(sound, 4);
    const { left } = made.sound;
    const peak = peakOf(left);
    assert.ok(Math.abs(left[0] ?? 1) < 0.02 * peak, `${sound} begins with ${left[0]}`);
    const last = peakOf(left.slice(-0.002 * soundRate));
    assert.ok(last < 0.02 * peak, `${sound} ends with ${last} of ${peak}`);
    assert.deepEqual(makeFoley(sound, 4), made, sound);
    assert.notDeepEqual(makeFoley(sound, 5), made, sound);
  }
});
