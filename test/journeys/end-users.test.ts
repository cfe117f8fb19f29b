// The same run as npm run end-users, small.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase } from '../database.ts';
import { brokenPromises, runEndUsers } from '../end-users/run-end-users.ts';

const { url: databaseUrl } = await createTestDatabase();

test('each of many people gets one video of a budget that pays one, however often they ask at once', async () => {
  const home = await mkdtemp(join(tmpdir(), 'kinora-end-users-'));
  try {
    const result = await runEndUsers({ databaseUrl, home, users: 40, slots: 20, atOnce: 12 });
    assert.deepEqual(brokenPromises(result), [], JSON.stringify(result));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
