import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moves } from '../understand/directions/meaning.ts';
import { ease } from './ease.ts';
import { cameraFor } from './moves.ts';
import { type View, viewAt } from './view.ts';

test('starts and ends at rest and never turns back', () => {
  assert.equal(ease(0), 0);
  assert.equal(ease(1), 1);
  assert.ok(Math.abs(ease(0.5) - 0.5) < 1e-12);
  let before = 0;
  for (let step = 1; step <= 100; step++) {
    const now = ease(step / 100);
    assert.ok(now > before);
    before = now;
  }
  assert.ok(ease(0.01) < 0.002);
});

for (const move of moves)
  test(`moves without a jump: ${move}`, () => {
    const camera = cameraFor({ move, pace: 'fast', startSeconds: 1, endSeconds: 4 });
    let before = viewAt(camera, 0, 1);
    for (let frame = 1; frame <= 120; frame++) {
      const view = viewAt(camera, frame / 24, 1);
      assert.ok(stepOf(before, view) < 0.02, `frame ${frame}: ${stepOf(before, view)}`);
      before = view;
    }
    if (move === 'handheld') return;
    const { seconds: _, ...last } = camera.keys.at(-1) ?? assert.fail();
    for (const [axis, value] of Object.entries(last))
      assert.ok(Math.abs(before[axis as keyof View] - value) < 1e-9, axis);
  });

function stepOf(one: View, other: View): number {
  return (
    Math.hypot(one.x - other.x, one.y - other.y) +
    Math.hypot(one.pan - other.pan, one.tilt - other.tilt) +
    Math.abs(one.dolly - other.dolly) +
    Math.abs(one.zoom - other.zoom) +
    Math.abs(one.orbitDegrees - other.orbitDegrees) / 60
  );
}

test('passes every key of a path in one smooth line', () => {
  const rest = viewAt({ keys: [], easing: 'soft', handheld: 0 }, 0, 1);
  const keys = [0, 0.5, 1.25, 2].map((seconds, index) => ({
    ...rest,
    seconds,
    x: [0, 0.1, 0.05, 0.2][index] ?? 0,
    zoom: [1, 1.1, 1.3, 1.2][index] ?? 1,
  }));
  const camera = { keys, easing: 'through', handheld: 0 } as const;
  for (const { seconds, x, zoom } of keys) {
    const view = viewAt({ ...camera, keys }, seconds, 1);
    assert.ok(Math.abs(view.x - x) < 1e-9 && Math.abs(view.zoom - zoom) < 1e-9);
  }
  // No corner at a key: the steps on both sides of it are alike.
  const at = (seconds: number) => viewAt({ ...camera, keys }, seconds, 1).x;
  for (const { seconds } of keys.slice(1, -1))
    assert.ok(Math.abs(at(seconds) - at(seconds - 1e-4) - (at(seconds + 1e-4) - at(seconds))) < 1e-6);
});

test('trembles the same way for the same seed only', () => {
  const camera = cameraFor({ move: 'handheld', pace: 'normal', startSeconds: 0, endSeconds: 4 });
  assert.deepEqual(viewAt(camera, 1.3, 5), viewAt(camera, 1.3, 5));
  assert.notDeepEqual(viewAt(camera, 1.3, 5), viewAt(camera, 1.3, 6));
});
