import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../test/database.ts';
import { migrate } from './migrate.ts';

const { store } = await createTestDatabase();

test('does nothing the second time, also when two processes start at once', async () => {
  const results = await Promise.all([migrate(store), migrate(store)]);
  assert.deepEqual(results, [{ applied: [] }, { applied: [] }]);
});

test('refuses a database that a newer Kinora has migrated', async () => {
  await store.query("insert into migrations (number, name) values (9999, '9999_future.sql')");
  await assert.rejects(migrate(store), { code: 'unavailable', message: /schema 9999; this Kinora knows/ });
});
