import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCallbackLimit } from './callback-limit.ts';

test('twenty callbacks a minute are read about one attempt, whatever comes about others', () => {
  let now = 0;
  const allows = createCallbackLimit(() => now);
  const read = (attempt: string, times: number) =>
    Array.from({ length: times }, () => allows(attempt)).filter(Boolean).length;
  assert.equal(read('att_1', 50), 20);
  assert.equal(read('att_2', 5), 5);
  now += 59_999;
  assert.equal(read('att_1', 5), 0);
  now += 1;
  assert.equal(read('att_1', 50), 20);
});

test('what is kept has a bound', () => {
  const allows = createCallbackLimit(() => 0);
  for (let n = 0; n < 30; n += 1) allows('att_first');
  for (let n = 0; n < 10_000; n += 1) allows(`att_${n}`);
  assert.equal(allows('att_first'), true);
});
