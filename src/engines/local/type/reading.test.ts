import assert from 'node:assert/strict';
import test from 'node:test';
import { readingSeconds } from './reading.ts';

test('gives a text the time it takes to read', () => {
  assert.equal(readingSeconds(''), 0.8);
  assert.equal(readingSeconds('Quiet by design'), 1.8);
  assert.ok(Math.abs(readingSeconds('静かな朝のために') - (0.8 + 8 / 7)) < 1e-9);
  assert.ok(Math.abs(readingSeconds('조용한 mug') - (0.8 + 3 / 7 + 4 / 15)) < 1e-9);
  assert.equal(readingSeconds('é'.normalize('NFD')), readingSeconds('é'));
});
