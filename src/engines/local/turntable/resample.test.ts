import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resample } from './resample.ts';

test('keeps what is solid solid, whatever the scale', () => {
  const side = 60;
  const picture = { width: side, height: side, data: Buffer.alloc(side * side * 4, 255) };
  for (const scale of [0.43, 0.77, 1, 1.6]) {
    const size = Math.floor((side - 12) * scale);
    const out = resample(picture, { left: 6, top: 6, width: size, height: size, scale });
    const least = out.reduce((low, value) => Math.min(low, value), 1);
    assert.ok(least > 0.9999, `${least} at ${scale}`);
  }
});
