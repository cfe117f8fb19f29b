import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FailureCandidate, type FailureDimension, judgeFailures } from './systematic-failure.ts';

const candidate = (
  dimension: FailureDimension,
  failures: number,
  attempts: number,
  value = 'x',
): FailureCandidate => ({ dimension, value, failures, attempts });

test('five failures that are a fifth of the attempts are systematic; one fewer of either is not', () => {
  assert.equal(judgeFailures(5, [candidate('engine', 5, 25)]).systematic, true);
  assert.equal(judgeFailures(5, [candidate('engine', 5, 26)]).systematic, false);
  assert.equal(judgeFailures(4, [candidate('engine', 4, 4)]).systematic, false);
  assert.equal(judgeFailures(500, []).systematic, false);
});

test('failures concentrate on what explains most of them, not on what merely has some', () => {
  const everywhere = candidate('engine', 30, 100);
  const shop = candidate('workflow', 30, 40, 'shop');
  const portrait = candidate('ratio', 15, 50);
  assert.deepEqual(judgeFailures(30, [everywhere, portrait, shop]).concentration, shop);
  assert.deepEqual(judgeFailures(30, [everywhere, portrait]).concentration, everywhere);
});

test('the engine is believed before a workflow that is all it ever does', () => {
  const engine = candidate('engine', 30, 100);
  assert.deepEqual(judgeFailures(30, [candidate('workflow', 30, 100), engine]).concentration, engine);
});
