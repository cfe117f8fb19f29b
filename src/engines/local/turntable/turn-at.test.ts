import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turnAt } from './turn-at.ts';

const steps = [0.8, 0.5, 0.8];
const along = (progress: number) => {
  const { pair, amount } = turnAt({ steps }, progress);
  return pair + amount;
};

test('begins on the first view and ends on the last', () => {
  assert.deepEqual(turnAt({ steps }, 0), { pair: 0, amount: 0 });
  const end = turnAt({ steps }, 1);
  assert.equal(end.pair, 2);
  assert.ok(Math.abs(end.amount - 1) < 1e-9);
});

test('never turns back and never stands still between its ends', () => {
  for (let n = 1; n <= 240; n++) assert.ok(along(n / 240) > along((n - 1) / 240));
});

test('starts and stops gently', () => {
  const fastest = Math.max(...Array.from({ length: 99 }, (_, n) => along((n + 1) / 100) - along(n / 100)));
  assert.ok(along(0.01) < fastest / 5);
  assert.ok(3 - along(0.99) < fastest / 5);
});

test('gives the two views that differ most the most time', () => {
  const shown = [0, 0, 0];
  for (let n = 0; n < 1000; n++) {
    const { pair } = turnAt({ steps: [0.9, 0.4, 0.9] }, n / 1000);
    shown[pair] = (shown[pair] ?? 0) + 1;
  }
  const [before = 0, middle = 0, after = 0] = shown;
  assert.ok(Math.abs(before - after) <= 2, `${shown}`);
  // Its angle counts twice the others', but it lies where the turn is fastest.
  assert.ok(middle > 1.3 * before, `${shown}`);
});

test('passes a photo without a jump in speed where the angles before and after are alike', () => {
  const even = (progress: number) => {
    const { pair, amount } = turnAt({ steps: [0.7, 0.7] }, progress);
    return pair + amount;
  };
  const before = even(0.5) - even(0.499);
  const after = even(0.501) - even(0.5);
  assert.ok(Math.abs(before - after) < before * 0.01, `${before} and ${after}`);
});

test('shows the only view of a turn without steps', () => {
  assert.deepEqual(turnAt({ steps: [] }, 0.6), { pair: 0, amount: 0 });
});
