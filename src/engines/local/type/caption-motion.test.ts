import assert from 'node:assert/strict';
import test from 'node:test';
import { captionAt } from './caption-motion.ts';

const motions = ['rise', 'fade', 'type', 'track'] as const;
const cueOf = (motion: (typeof motions)[number], startSeconds = 1, endSeconds = 4) => ({
  startSeconds,
  endSeconds,
  motion,
});

for (const motion of motions) {
  test(`${motion}: is unseen before and after its time and at rest in between`, () => {
    const cue = cueOf(motion);
    assert.equal(captionAt(cue, { seconds: 0.99 }).opacity, 0);
    assert.equal(captionAt(cue, { seconds: 4 }).opacity, 0);
    const { opacity, clip = 1, typed = 1, tracking = 0 } = captionAt(cue, { seconds: 2.5 });
    assert.deepEqual([opacity, clip, typed, tracking], [1, 1, 1, 0]);
  });

  test(`${motion}: comes without a step back and goes smoothly`, () => {
    const cue = cueOf(motion);
    const at = (frame: number) => {
      const { opacity, clip = 1, typed = 1, tracking = 0 } = captionAt(cue, { seconds: 1 + frame / 100 });
      return opacity + clip + typed - tracking;
    };
    for (let frame = 1; frame < 100; frame++) assert.ok(at(frame) >= at(frame - 1) - 1e-9, `${frame}`);
    for (let frame = 270; frame < 299; frame++) {
      const [before, after] = [frame, frame + 1].map(
        (index) => captionAt(cue, { seconds: 1 + index / 100 }).opacity,
      );
      assert.ok((before ?? 0) >= (after ?? 0) && (before ?? 0) - (after ?? 0) < 0.12);
    }
  });
}

test('is in within 0.45 s and out within 0.3 s, a second line 0.09 s later', () => {
  const cue = cueOf('rise');
  assert.ok((captionAt(cue, { seconds: 1.44 }).clip ?? 0) < 1);
  assert.equal(captionAt(cue, { seconds: 1.451 }).clip, 1);
  assert.ok((captionAt(cue, { seconds: 1.5, line: 1, lines: 2 }).clip ?? 0) < 1);
  assert.equal(captionAt(cue, { seconds: 1.541, line: 1, lines: 2 }).clip, 1);
  assert.equal(captionAt(cue, { seconds: 3.69 }).opacity, 1);
  assert.ok(captionAt(cue, { seconds: 3.75 }).opacity < 1);
});

test('types the lines one after the other', () => {
  const cue = cueOf('type');
  assert.ok((captionAt(cue, { seconds: 1.3, line: 0, lines: 2 }).typed ?? 0) > 0.5);
  assert.equal(captionAt(cue, { seconds: 1.3, line: 1, lines: 2 }).typed, 0);
});

test('a very short cue still comes and goes', () => {
  const cue = cueOf('rise', 0, 0.3);
  const seen = [0.02, 0.15, 0.29].map((seconds) => captionAt(cue, { seconds, line: 1, lines: 2 }).opacity);
  assert.ok((seen[1] ?? 0) > (seen[0] ?? 0) && (seen[1] ?? 0) > (seen[2] ?? 0), seen.join());
});
