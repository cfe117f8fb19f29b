import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPriceBook, priceBooks, priceOf } from './price-book.ts';

test('reproduces every published figure (R39-R42) and the series between them (I2)', () => {
  const series = [243, 303, 363, 424, 484, 545, 605, 665, 726, 786, 847, 907];
  const credits = Array.from({ length: 12 }, (_, index) => priceOf(priceBooks.published, index + 4)?.credits);
  assert.deepEqual(credits, series);
  const cents = [4, 8, 15].map((seconds) => priceOf(priceBooks.published, seconds)?.usdCents);
  assert.deepEqual(cents, [242, 484, 907]);
});

test('500 clips of 5 s cost 151,500 credits (R58)', () => {
  assert.equal((priceOf(priceBooks.published, 5)?.credits ?? 0) * 500, 151_500);
});

test('the headline book is $0.3024 a second (I1)', () => {
  assert.deepEqual(priceOf(priceBooks.headline, 5), { credits: 151, usdCents: 151 });
  assert.deepEqual(priceOf(priceBooks.headline, 10), { credits: 302, usdCents: 302 });
});

test('has no price for a length outside 4 to 15 s, instead of a wrong one', () => {
  for (const book of Object.values(priceBooks))
    for (const seconds of [0, 3, 3.5, 16, -4, Number.NaN]) assert.equal(priceOf(book, seconds), undefined);
});

test('is found again by the id frozen on a hold', () => {
  assert.equal(findPriceBook('published@1'), priceBooks.published);
  assert.equal(findPriceBook('published@2'), undefined);
});
