import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import { newGeneration, submitSample } from '../../test/generations.ts';
import { claimIdempotencyKey } from './idempotency.ts';
import { findImbalances, readBalances } from './ledger.ts';
import { findGeneration, listEvents } from './read-generations.ts';
import { submitGeneration } from './submit-generation.ts';

const { store } = await createTestDatabase();

test('holds the price, writes the generation and its event in one go', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const generation = await submitSample(store, owner);
  assert.equal(generation.status, 'pending');
  assert.deepEqual((await readBalances(store, owner.account.id)).live, { available: 697, held: 303 });
  const events = await listEvents(store, generation.id, 0);
  assert.deepEqual(
    events.map(({ type }) => type),
    ['generation.created'],
  );
  assert.deepEqual(await findImbalances(store), []);
});

test('answers with the row as it is stored', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const changes = { tags: ['a'], workflow: 'w', priority: 3, metadata: { sku: 'MUG-01' }, endUserId: 'u' };
  const generation = await submitSample(store, owner, changes);
  assert.deepEqual(
    await findGeneration(store, { accountId: owner.account.id, purse: 'live' }, generation.id),
    generation,
  );
});

test('refuses what the balance does not cover and writes nothing', async () => {
  const owner = await openAccount(store, { credits: 302 });
  const submitted = await submitGeneration(store, newGeneration(owner), undefined);
  assert.deepEqual(submitted, { status: 'refused', refusal: { reason: 'credits', available: 302 } });
  const rows = await store.query('select 1 from generations where account_id = $1', [owner.account.id]);
  assert.equal(rows.length, 0);
});

test('20 parallel submits of 75 against 500 credits: exactly 6 are accepted', async () => {
  const owner = await openAccount(store, { credits: 500 });
  const price = { credits: 75, usdCents: 75 };
  const submitted = await Promise.all(
    Array.from({ length: 20 }, () => submitGeneration(store, newGeneration(owner, { price }), undefined)),
  );
  assert.equal(submitted.filter(({ status }) => status === 'accepted').length, 6);
  assert.deepEqual((await readBalances(store, owner.account.id)).live, { available: 50, held: 450 });
});

test('completes the idempotency key with the generation, and only for whoever holds it', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const scope = owner.account.id;
  const call = { scope, key: 'k', requestHash: 'h', leaseSeconds: 60 };
  const claim = await claimIdempotencyKey(store, call);
  assert.equal(claim.status, 'claimed');
  const token = claim.status === 'claimed' ? claim.token : '';
  const stale = await submitGeneration(store, newGeneration(owner), {
    scope,
    key: 'k',
    token: 'lease_other',
  });
  assert.equal(stale.status, 'superseded');
  assert.equal((await readBalances(store, scope)).live.held, 0);
  const submitted = await submitGeneration(store, newGeneration(owner), { scope, key: 'k', token });
  assert.equal(submitted.status, 'accepted');
  const again = await claimIdempotencyKey(store, call);
  const id = submitted.status === 'accepted' ? submitted.generation.id : '';
  assert.deepEqual(again, { status: 'completed', resultId: id });
});

test('spends test credits for test keys only', async () => {
  const owner = await openAccount(store, { credits: 1_000, testCredits: 400, mode: 'test' });
  await submitSample(store, owner);
  const balances = await readBalances(store, owner.account.id);
  assert.deepEqual(balances, {
    live: { available: 1_000, held: 0 },
    test: { available: 97, held: 303 },
  });
});

test('the ledger refuses to be changed or emptied', async () => {
  await openAccount(store, { credits: 10 });
  await assert.rejects(store.query('update ledger_entries set available = 0'), /append-only/);
  await assert.rejects(store.query('delete from ledger_entries'), /append-only/);
  await assert.rejects(store.query('truncate ledger_entries cascade'), /append-only/);
});
