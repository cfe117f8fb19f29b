import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleStoryboard } from '../../../../test/fixtures/sample-storyboard.ts';
import { momentsOf } from './moments.ts';

test('a shot is seen while it is alone: outside of the transitions at its ends', () => {
  const storyboard = { ...sampleStoryboard, captions: [] };
  assert.deepEqual(momentsOf(storyboard, 0, 3), [8, 27, 46]);
  const [first = 0, , last = 0] = momentsOf(storyboard, 1, 3);
  assert.ok(first / 24 > 2.75 && last / 24 < 4);
});

test('a caption that is coming has come, and one that is leaving has not left', () => {
  const [caption] = sampleStoryboard.captions;
  assert.ok(caption !== undefined);
  const at = (startSeconds: number, endSeconds: number) =>
    momentsOf({ ...sampleStoryboard, captions: [{ ...caption, startSeconds, endSeconds }] }, 0, 3).map(
      (frame) => frame / 24,
    );
  const [first = 0] = at(0.2, 2);
  assert.ok(first > 0.2 + 0.6 && first < 1.7, `${first} s`);
  const [, , last = 0] = at(0.2, 2);
  assert.ok(last < 2 - 0.3 && last > 1.2, `${last} s`);
});

test('one frame is enough for a shot of one frame', () => {
  const shots = sampleStoryboard.shots.map((shot, index) =>
    index === 0 ? { ...shot, endSeconds: 1 / 24 } : { ...shot, startSeconds: 1 / 24 },
  );
  assert.ok(momentsOf({ ...sampleStoryboard, shots, transitions: [] }, 0, 3).length >= 1);
});
