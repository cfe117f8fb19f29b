import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cameraPath, ease, viewAt } from './camera-path.ts';
import { moves } from './understand/directions.ts';

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
    const path = cameraPath({ move, pace: 'fast', startSeconds: 1, endSeconds: 4 });
    let before = viewAt(path, 0);
    assert.deepEqual(before, path.from);
    for (let frame = 1; frame <= 120; frame++) {
      const view = viewAt(path, frame / 24);
      const step = Math.hypot(view.x - before.x, view.y - before.y) + Math.abs(view.zoom - before.zoom);
      assert.ok(step < 0.012, `frame ${frame}: ${step}`);
      before = view;
    }
    assert.ok(Math.abs(before.zoom - path.to.zoom) < 1e-12);
    assert.ok(Math.abs(before.x - path.to.x) < 1e-12);
  });
