import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../database.ts';
import { runWhale, type WhaleOptions } from '../whale/run-whale.ts';

/** The sizes of `npm run whale` are larger; the code is the same. */
const size = { smallAccounts: 40, atOnce: 3, workMs: 100, workers: 3 };

async function passes(whale: WhaleOptions['whale']): Promise<void> {
  const { url } = await createTestDatabase();
  const result = await runWhale({ ...size, url, whale });
  assert.deepEqual(result.violations, { at_claims: 0, from_outside: 0 });
  assert.deepEqual(result.imbalances, []);
  assert.ok(result.most_running > 20, `at most ${result.most_running} ran, so no limit was met`);
  assert.ok(result.whale_claims > 50, `the whale was starved: it was served ${result.whale_claims} times`);
  // All of the small ones have begun by now, and the whale is far from done: they did not wait for it.
  const whole = 'rows' in whale ? whale.rows : whale.pending;
  assert.ok(result.whale_claims < whole / 2, `the whale was served ${result.whale_claims} times of ${whole}`);
}

test('a large batch beside many small accounts breaks no limit and makes nobody wait', () =>
  passes({ rows: 5_000 }));

test('so do many generations of one account that wait already', () => passes({ pending: 3_000 }));
