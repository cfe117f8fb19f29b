import assert from 'node:assert/strict';
import { it } from 'node:test';
import { rateOf } from './job.ts';

it('keeps whole and NTSC rates exact', () => {
  assert.deepEqual(rateOf(24), { numerator: 24, denominator: 1 });
  assert.deepEqual(rateOf(23.976), { numerator: 24_000, denominator: 1_001 });
  assert.deepEqual(rateOf(29.97), { numerator: 30_000, denominator: 1_001 });
  assert.deepEqual(rateOf(12.5), { numerator: 12_500, denominator: 1_000 });
});

it('refuses what is no rate of a film', () => {
  for (const fps of [0, -1, 121, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => rateOf(fps), RangeError);
});
