import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseAspectRatio } from './choose-aspect-ratio.ts';
import type { Reference } from './request.ts';

const picture = (width: number, height: number): Reference => ({
  kind: 'image',
  position: 1,
  sha256: '0'.repeat(64),
  facts: { kind: 'image', contentType: 'image/jpeg', width, height },
});
const sound: Reference = {
  kind: 'audio',
  position: 1,
  sha256: '1'.repeat(64),
  facts: { kind: 'audio', contentType: 'audio/mpeg', durationSeconds: 4 },
};

test('keeps a ratio that is named, without a word', () => {
  assert.deepEqual(chooseAspectRatio('9:16', [picture(1920, 1080)]), { aspectRatio: '9:16', notes: [] });
});

test('chooses the ratio nearest to the first picture, by proportion', () => {
  const chosen = (width: number, height: number) =>
    chooseAspectRatio('auto', [sound, picture(width, height)]).aspectRatio;
  assert.deepEqual(
    [chosen(4000, 3000), chosen(1080, 1920), chosen(1200, 1000), chosen(3000, 4000), chosen(2100, 900)],
    ['16:9', '9:16', '1:1', '9:16', '16:9'],
  );
  assert.equal(chosen(1330, 1000), '1:1');
});

test('chooses 16:9 where nothing has a shape, and says so', () => {
  const { aspectRatio, notes } = chooseAspectRatio('auto', [sound]);
  assert.equal(aspectRatio, '16:9');
  assert.match(notes[0]?.message ?? '', /16:9 was chosen, because nothing with a shape was given/);
});
