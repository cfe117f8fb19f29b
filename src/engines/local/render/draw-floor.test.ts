import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiddenFrom, solidRow } from './draw-floor.ts';

const row = { v: 0, u: 0, du: 1, from: 0, to: 8, opacity: 1, step: 0 };

test('hides what is behind the floor only where solid rows reach from side to side', () => {
  const far = { ...row, v: 1.5 };
  const near = { ...row, v: 3 };
  assert.equal(hiddenFrom([undefined, far, near, near], 8, 2), 2);
  assert.equal(hiddenFrom([undefined, far, near, near], 8, 0), 1);
  assert.equal(hiddenFrom([near, { ...near, to: 7 }, near], 8, 2), 2);
  assert.equal(hiddenFrom([near, { ...near, from: 1 }], 8, 2), 2);
});

test('finds from where on a picture is solid', () => {
  const data = new Uint8ClampedArray(new SharedArrayBuffer(2 * 4 * 4)).fill(255);
  assert.equal(solidRow({ width: 2, height: 4, data }), 0);
  data[2 * 4 + 3] = 254;
  assert.equal(solidRow({ width: 2, height: 4, data }), 2);
});
