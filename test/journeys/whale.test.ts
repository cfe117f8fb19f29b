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
  assert.ok(result.whale_claims > 50, 'the whale was starved');
  assert.ok(result.start_ms.max < 1_000, `a small account waited ${result.start_ms.max} ms`);
}

test('a large batch beside many small accounts breaks no limit and makes nobody wait', () =>
  passes({ rows: 5_000 }));

test('so do many generations of one account that wait already', () => passes({ pending: 3_000 }));
