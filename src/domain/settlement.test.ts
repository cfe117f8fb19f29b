import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { priceBooks, priceOf } from './price-book.ts';
import { settle } from './settlement.ts';

const priceBook = priceBooks.published;

const cases: [requested: number, measured: number, billed: number | 'too_short'][] = [
  [5, 5, 5],
  [5, 4.97, 5],
  [5, 5.04, 5],
  [5, 7.9, 5],
  [5, 4.5, 5],
  [5, 4.49, 4],
  [5, 4.4, 4],
  [5, 3.2, 'too_short'],
  [4, 3.6, 4],
  [4, 3.4, 'too_short'],
  [15, 7.6, 7],
  [15, 14.5, 15],
  [5, 0, 'too_short'],
];

for (const [requestedSeconds, measuredSeconds, billed] of cases)
  test(`${measuredSeconds} s delivered of ${requestedSeconds} s: ${billed === 'too_short' ? 'no delivery' : `billed as ${billed} s`}`, () => {
    const settlement = settle({ priceBook, requestedSeconds, measuredSeconds });
    if (billed === 'too_short') assert.equal(settlement.status, 'too_short');
    else
      assert.deepEqual(settlement, {
        status: 'charge',
        billedSeconds: billed,
        price: priceOf(priceBook, billed),
      });
  });

test('never charges more than the price of the length asked for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 15 }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (requestedSeconds, measuredSeconds) => {
        const settlement = settle({ priceBook, requestedSeconds, measuredSeconds });
        const held = priceOf(priceBook, requestedSeconds)?.credits ?? 0;
        assert.ok(settlement.status === 'too_short' || settlement.price.credits <= held);
      },
    ),
  );
});
