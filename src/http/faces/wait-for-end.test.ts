import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../../test/accounts.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { submitSample } from '../../../test/generations.ts';
import { openGenerationFeed } from '../generation-feed.ts';
import { waitForEnd } from './wait-for-end.ts';

const { store } = await createTestDatabase();

test('answers with what there is as soon as the server stops', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const { id } = await submitSample(store, owner);
  const feed = await openGenerationFeed(store);
  const caller = { accountId: owner.account.id, keyId: owner.key.id, purse: 'live' } as const;
  const startedAt = performance.now();
  const waiting = waitForEnd({ store, feed }, caller, {
    id,
    seconds: 60,
    signal: new AbortController().signal,
  });
  setTimeout(() => feed.stop(), 200);
  assert.equal((await waiting)?.status, 'pending');
  assert.ok(performance.now() - startedAt < 9_000, 'sooner than the next look');
  const late = { id, seconds: 60, signal: new AbortController().signal };
  assert.equal((await waitForEnd({ store, feed }, caller, late))?.status, 'pending');
});
