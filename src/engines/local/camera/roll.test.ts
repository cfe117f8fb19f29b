import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rolled, unrolled } from './roll.ts';

const frames = [
  { width: 1280, height: 720 },
  { width: 720, height: 720 },
  { width: 720, height: 1280 },
];

test('a rolled picture covers the whole frame, and touches its border', () => {
  for (const frame of frames)
    for (const rollDegrees of [-20, -3, 7, 20]) {
      const corners = [0, frame.width].flatMap((x) => [0, frame.height].map((y) => ({ x, y })));
      const sources = corners.map((corner) => unrolled(corner, { rollDegrees }, frame));
      const beyond = sources.map(({ x, y }) => Math.max(-x, x - frame.width, -y, y - frame.height));
      const furthest = Math.max(...beyond);
      assert.ok(Math.abs(furthest) < 1e-6, `${JSON.stringify(frame)} ${rollDegrees}: ${furthest}`);
    }
});

test('what is rolled and unrolled is where it was, and the picture turns against the camera', () => {
  const [frame] = frames as [{ width: number; height: number }];
  const there = rolled({ x: 1000, y: 360 }, { rollDegrees: 10 }, frame);
  assert.ok(there.y < 360);
  const back = unrolled(there, { rollDegrees: 10 }, frame);
  assert.ok(Math.abs(back.x - 1000) + Math.abs(back.y - 360) < 1e-9);
});
