import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stretchesOf } from './check.ts';

const runs = (flags: string, least: number) =>
  stretchesOf(flags.length, { holds: (frame) => flags[frame] === '1', least });

test('finds the long runs, also at both ends, and leaves the short ones', () => {
  assert.deepEqual(runs('1110110111', 3), [
    { from: 0, to: 3 },
    { from: 7, to: 10 },
  ]);
  assert.deepEqual(runs('1111', 3), [{ from: 0, to: 4 }]);
  assert.deepEqual(runs('0101', 2), []);
  assert.deepEqual(runs('', 1), []);
});
