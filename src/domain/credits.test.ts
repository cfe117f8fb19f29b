import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyEntry, grant, hold, releaseHold, settleHold } from './credits.ts';

const credits = fc.integer({ min: 0, max: 1_000_000 });

test('every entry sums to zero with its counterpart', () => {
  fc.assert(
    fc.property(credits, credits, (held, charged) => {
      for (const entry of [grant(held), hold(held), settleHold(held, charged), releaseHold(held)])
        assert.equal(entry.available + entry.held + entry.counterpart, 0);
    }),
  );
});

test('hold then release changes nothing; hold then settle costs exactly what was charged', () => {
  fc.assert(
    fc.property(credits, credits, (start, price) => {
      const before = { available: start + price, held: 0 };
      const held = applyEntry(before, hold(price));
      assert.deepEqual(applyEntry(held, releaseHold(price)), before);
      const charged = Math.floor(price / 2);
      assert.deepEqual(applyEntry(held, settleHold(price, charged)), {
        available: start + price - charged,
        held: 0,
      });
    }),
  );
});
