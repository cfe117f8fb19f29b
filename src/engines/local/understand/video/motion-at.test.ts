import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inDuration, motionAt } from './motion-at.ts';

test('a path can be asked at any moment and played in another time', () => {
  const point = { x: 0, y: 0, zoom: 1, rollDegrees: 0 };
  const samples = [
    { seconds: 0, ...point },
    { seconds: 1, ...point, x: 0.1, zoom: 1.2 },
    { seconds: 2, ...point, x: 0.1, zoom: 1.44 },
  ];
  assert.deepEqual(motionAt(samples, -1), { ...point });
  assert.equal(motionAt(samples, 9).zoom, 1.44);
  assert.ok(Math.abs(motionAt(samples, 0.5).zoom - Math.sqrt(1.2)) < 1e-9);
  for (let step = 0; step <= 40; step++) {
    const { x } = motionAt(samples, step / 20);
    assert.ok(x >= 0 && x <= 0.1, `${x} overshoots`);
  }
  assert.deepEqual(
    inDuration(samples, 6).map(({ seconds }) => seconds),
    [0, 3, 6],
  );
  assert.deepEqual(motionAt([], 3), point);
});
