import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import { claimGeneration, samplePlan, submitSample } from '../../test/generations.ts';
import {
  cancelGeneration,
  completeGeneration,
  type Delivery,
  type Failure,
  failGeneration,
  requeueGeneration,
} from './end-generation.ts';
import { findExpiredLeases } from './expired-leases.ts';
import { renewLease } from './hold-lease.ts';
import { findImbalances, readBalances } from './ledger.ts';
import { findGeneration, listAttempts, listEvents } from './read-generations.ts';

const { store } = await createTestDatabase();

const delivery: Delivery = {
  chargedCredits: 303,
  outputFileId: 'file_video',
  posterFileId: 'file_poster',
  outputFacts: { kind: 'video', contentType: 'video/mp4', width: 1280, height: 720, sizeBytes: 1 },
  storyboard: { shots: [] },
  notes: [],
  checks: [{ name: 'size', status: 'passed', message: 'It is 1280×720.' }],
};

let engines = 0;

/** A processing generation of a fresh account with 1,000 credits. */
async function processing(leaseSeconds = 60) {
  engines += 1;
  const engine = `engine-${engines}`;
  const owner = await openAccount(store, { credits: 1_000 });
  await submitSample(store, owner, { plan: { ...samplePlan, engine } });
  const claimed = await claimGeneration(store, { engine, leaseSeconds });
  assert.ok(claimed);
  return { engine, accountId: owner.account.id, claimed };
}

const running = async (accountId: string) =>
  (await store.query<{ running: number }>('select running from accounts where id = $1', [accountId]))[0]
    ?.running;

test('completing settles the hold, ends the attempt, frees the slot and tells it once', async () => {
  const { accountId, claimed } = await processing();
  assert.equal(await completeGeneration(store, claimed, delivery), true);
  assert.equal(await completeGeneration(store, claimed, delivery), false);
  const row = await findGeneration(store, { accountId, purse: 'live' }, claimed.id);
  assert.equal(row?.status, 'complete');
  assert.equal(row?.chargedCredits, 303);
  assert.deepEqual(row?.checks, delivery.checks);
  assert.deepEqual((await readBalances(store, accountId)).live, { available: 697, held: 0 });
  assert.equal(await running(accountId), 0);
  assert.deepEqual(
    (await listAttempts(store, claimed.id)).map(({ result }) => result),
    ['succeeded'],
  );
  assert.deepEqual(
    (await listEvents(store, claimed.id, 0)).map(({ type }) => type),
    ['generation.created', 'generation.processing', 'generation.complete'],
  );
  assert.deepEqual(await findImbalances(store), []);
});

test('a shorter video costs less and the rest comes back', async () => {
  const { accountId, claimed } = await processing();
  await completeGeneration(store, claimed, { ...delivery, chargedCredits: 243 });
  assert.deepEqual((await readBalances(store, accountId)).live, { available: 757, held: 0 });
});

test('failing gives everything back', async () => {
  const { accountId, claimed } = await processing();
  const failure: Failure = {
    code: 'check_failed',
    message: 'It is black.',
    checks: [{ name: 'black', status: 'failed', message: 'It is black.', measured: 0.001, limit: 0.03 }],
  };
  assert.equal(await failGeneration(store, claimed, failure), true);
  assert.equal(await failGeneration(store, claimed, failure), false);
  const row = await findGeneration(store, { accountId, purse: 'live' }, claimed.id);
  assert.deepEqual([row?.failureCode, row?.checks], ['check_failed', failure.checks]);
  assert.deepEqual((await readBalances(store, accountId)).live, { available: 1_000, held: 0 });
  assert.equal(await running(accountId), 0);
  assert.deepEqual(await findImbalances(store), []);
});

test('a worker that lost its lease can neither complete nor fail what another has taken over', async () => {
  const { engine, accountId, claimed } = await processing(0);
  const [expired] = (await findExpiredLeases(store, { all: false, limit: 100 })).filter(
    ({ id }) => id === claimed.id,
  );
  assert.ok(expired);
  const lost = { result: 'lost', message: 'silent', waitSeconds: 0 } as const;
  assert.equal(await requeueGeneration(store, expired, lost), true);
  const second = await claimGeneration(store, { engine, leaseSeconds: 60 });
  assert.equal(second?.id, claimed.id);
  assert.equal(second?.attempt, 2);
  assert.equal(await completeGeneration(store, claimed, delivery), false);
  assert.deepEqual(
    await renewLease(store, { id: claimed.id, lease: claimed.lease, leaseSeconds: 60, progress: undefined }),
    { status: 'lost' },
  );
  assert.ok(second);
  assert.equal(await completeGeneration(store, second, delivery), true);
  assert.deepEqual((await readBalances(store, accountId)).live, { available: 697, held: 0 });
  assert.deepEqual(
    (await listAttempts(store, claimed.id)).map(({ result }) => result),
    ['lost', 'succeeded'],
  );
  assert.equal(await running(accountId), 0);
});

test('canceling a waiting generation ends it at once and gives its credits back', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const { id } = await submitSample(store, owner, { plan: { ...samplePlan, engine: 'never' } });
  const accountId = owner.account.id;
  assert.equal(await cancelGeneration(store, { accountId, purse: 'live' }, id), 'canceled');
  assert.equal(await cancelGeneration(store, { accountId, purse: 'live' }, id), 'too_late');
  const row = await findGeneration(store, { accountId, purse: 'live' }, id);
  assert.deepEqual([row?.status, row?.outcome, row?.failureCode], ['failed', 'canceled', 'canceled']);
  assert.deepEqual((await readBalances(store, accountId)).live, { available: 1_000, held: 0 });
  assert.equal(await running(accountId), 0);
});

test('canceling a processing generation is passed on to its worker', async () => {
  const { accountId, claimed } = await processing();
  assert.equal(await cancelGeneration(store, { accountId, purse: 'live' }, claimed.id), 'canceling');
  const renewed = await renewLease(store, {
    id: claimed.id,
    lease: claimed.lease,
    leaseSeconds: 60,
    progress: { phase: 'render', fraction: 0.5 },
  });
  assert.deepEqual(renewed, { status: 'held', cancelRequested: true, pastDeadline: false });
  assert.equal((await findGeneration(store, { accountId, purse: 'live' }, claimed.id))?.progress, 0.5);
});

test('a generation that was to be canceled is not put back in line', async () => {
  const { accountId, claimed } = await processing();
  await cancelGeneration(store, { accountId, purse: 'live' }, claimed.id);
  await requeueGeneration(store, claimed, { result: 'stopped', message: 'stopped', waitSeconds: 0 });
  const row = await findGeneration(store, { accountId, purse: 'live' }, claimed.id);
  assert.deepEqual([row?.status, row?.outcome], ['failed', 'canceled']);
  assert.equal(await running(accountId), 0);
});

test('the books show a price that is not what was held, and settle what was held', async () => {
  const { claimed } = await processing();
  await store.query('update generations set price_credits = 243 where id = $1', [claimed.id]);
  await completeGeneration(store, claimed, { ...delivery, chargedCredits: 100 });
  assert.ok((await findImbalances(store)).some(({ what, id }) => what === 'hold' && id === claimed.id));
});

test("another account's generation cannot be canceled", async () => {
  const { claimed } = await processing();
  const stranger = await openAccount(store);
  assert.equal(
    await cancelGeneration(store, { accountId: stranger.account.id, purse: 'live' }, claimed.id),
    undefined,
  );
});
