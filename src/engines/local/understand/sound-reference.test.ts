import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heard } from '../../../../test/fixtures/local/sound/heard.ts';
import type { Reference } from '../../../domain/request.ts';
import { understandSound } from './sound-reference.ts';

const audio = (role?: 'music' | 'voice') =>
  ({ kind: 'audio', position: 1, fileId: 'file', ...(role === undefined ? {} : { role }) }) as Reference;

test('tells music from a voice by listening', async () => {
  const music = understandSound(audio(), await heard('music96'));
  assert.deepEqual([music.role, music.roleIsGiven, music.beats.beatsSeconds.length], ['music', false, 24]);
  const voice = understandSound(audio(), await heard('voice'));
  assert.deepEqual([voice.role, voice.roleIsGiven, voice.beats.beatsSeconds.length], ['voice', false, 0]);
  assert.ok(music.roleConfidence > 0.4 && voice.roleConfidence > 0.4);
  assert.ok(Math.abs(voice.loudness.integratedLufs + 18.5) < 0.3, `${voice.loudness.integratedLufs}`);
});

test('believes a role that was given', async () => {
  const { role, roleIsGiven, roleConfidence } = understandSound(audio('music'), await heard('voice'));
  assert.deepEqual([role, roleIsGiven, roleConfidence], ['music', true, 1]);
});
