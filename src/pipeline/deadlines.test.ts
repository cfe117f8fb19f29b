import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { setClock } from '../../test/clock.ts';
import { createTestDatabase } from '../../test/database.ts';
import { claimGeneration, samplePlan, submitSample } from '../../test/generations.ts';
import type { CheckResult, RemoteEngine } from '../domain/engine.ts';
import { findDrift, freeParkedSlots, mendDrift } from '../store/counters.ts';
import { cancelGeneration, requeueGeneration } from '../store/end-generation.ts';
import { registerEngines } from '../store/engines.ts';
import { renewLease } from '../store/hold-lease.ts';
import { findImbalances, readBalances } from '../store/ledger.ts';
import { parkAttempt } from '../store/parked-attempts.ts';
import { readGeneration } from '../store/read-generations.ts';
import { keepHandle, takeDueSteps } from '../store/remote-attempts.ts';
import type { PipelineDeps } from './deps.ts';
import { expireOverdue } from './expire-overdue.ts';
import { keepLease } from './keep-lease.ts';
import { checkJobs } from './remote/check-jobs.ts';
import { recoverStart } from './remote/recover-start.ts';
import { startAttempt } from './remote/start-attempt.ts';

const { store } = await createTestDatabase();

const minute = 60_000;
const at = (milliseconds: number) => new Date(Date.now() + milliseconds);
const on = (engine: string) => ({ plan: { ...samplePlan, engine } });
const held = async (accountId: string) => (await readBalances(store, accountId)).live.held;

test('what waits past its deadlines expires, and costs nothing', async () => {
  const owner = await openAccount(store, { credits: 10_000 });
  const late = await submitSample(store, owner, { ...on('a'), startWithinSeconds: 60 });
  const later = await submitSample(store, owner, { ...on('a'), expiresInSeconds: 120 });
  const both = await submitSample(store, owner, {
    ...on('a'),
    startWithinSeconds: 60,
    expiresInSeconds: 120,
  });
  await expireOverdue({ store });
  assert.equal((await readGeneration(store, late.id)).status, 'pending');
  await setClock(store, at(1.5 * minute).toISOString());
  assert.equal((await claimGeneration(store, { engine: 'a', leaseSeconds: 60 }))?.id, later.id);
  await expireOverdue({ store });
  await setClock(store, undefined);
  for (const { id } of [late, both]) {
    const row = await readGeneration(store, id);
    assert.deepEqual(
      [row.outcome, row.failureCode, row.chargedCredits],
      ['expired', 'start_deadline_passed', 0],
    );
  }
  assert.equal(await held(owner.account.id), 303);
});

test('one that had begun and was put back keeps its right to go on past its time to start', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const { id } = await submitSample(store, owner, {
    ...on('b'),
    startWithinSeconds: 60,
    expiresInSeconds: 300,
  });
  const claimed = await claimGeneration(store, { engine: 'b', leaseSeconds: 60 });
  assert.ok(claimed);
  await requeueGeneration(store, claimed, { result: 'stopped', message: 'stopped', waitSeconds: 0 });
  await setClock(store, at(2 * minute).toISOString());
  await expireOverdue({ store });
  const again = await claimGeneration(store, { engine: 'b', leaseSeconds: 60 });
  assert.equal(again?.id, id);
  assert.ok(again);
  await requeueGeneration(store, again, { result: 'stopped', message: 'stopped', waitSeconds: 0 });
  await setClock(store, at(6 * minute).toISOString());
  await expireOverdue({ store });
  await setClock(store, undefined);
  assert.equal((await readGeneration(store, id)).failureCode, 'deadline_passed');
});

test('a render under way is told that its deadline has passed', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  await submitSample(store, owner, { ...on('c'), expiresInSeconds: 60 });
  const claimed = await claimGeneration(store, { engine: 'c', leaseSeconds: 60 });
  assert.ok(claimed);
  const renewal = { ...claimed, leaseSeconds: 60, progress: undefined };
  assert.deepEqual(await renewLease(store, renewal), {
    status: 'held',
    cancelRequested: false,
    pastDeadline: false,
  });
  await setClock(store, at(2 * minute).toISOString());
  const reason = await new Promise((resolve) => {
    const keeper = keepLease(store, claimed, {
      leaseSeconds: 60,
      stallSeconds: 60,
      onEnd: (end) => {
        resolve(end);
        void keeper.stop();
      },
    });
  });
  await setClock(store, undefined);
  assert.equal(reason, 'overdue');
});

/** A provider that answers what it is told to, and remembers what it was asked to cancel. */
function provider(name: string) {
  const canceled: unknown[] = [];
  let answer: CheckResult = { status: 'pending' };
  const engine: Pick<RemoteEngine, 'name' | 'callSeconds' | 'check' | 'cancel'> = {
    name,
    callSeconds: 5,
    check: async () => answer,
    async cancel(handle) {
      canceled.push(handle);
    },
  };
  return {
    engine: engine as RemoteEngine,
    canceled,
    says(next: CheckResult) {
      answer = next;
    },
  };
}

const deps = {
  store,
  onUnexpected: (error: unknown) => assert.fail(String(error)),
} as unknown as PipelineDeps;

async function startRemote(name: string, changes: object = {}) {
  await registerEngines(store, [{ name, slots: 5 }]);
  const owner = await openAccount(store, { credits: 1_000 });
  const { id } = await submitSample(store, owner, { ...on(name), ...changes });
  const claimed = await claimGeneration(store, { engine: name, leaseSeconds: 60 });
  assert.ok(claimed);
  return { owner, id, claimed };
}

const runningOf = async (engine: string, accountId: string) => {
  const [row] = await store.query<{ engine: number; account: number }>(
    `select (select running from engines where name = $1) as engine,
      (select running from accounts where id = $2) as account`,
    [engine, accountId],
  );
  return row;
};

test('a job at a provider is asked to stop at its deadline, and keeps its hold until the verdict', async () => {
  const { engine, canceled, says } = provider('d');
  const { owner, id, claimed } = await startRemote('d', { expiresInSeconds: 60 });
  await keepHandle(store, claimed, { handle: { job: 1 }, checkAfterSeconds: 600, notes: [] });
  const due = () => takeDueSteps(store, { engine: 'd', steps: ['running'], limit: 10, leaseSeconds: 60 });
  assert.deepEqual(await due(), []);
  await setClock(store, at(1.2 * minute).toISOString());
  await expireOverdue(deps);
  const jobs = await due();
  assert.equal(jobs.length, 1, 'it is looked at now, not at its next check');
  await checkJobs(deps, engine, jobs);
  assert.deepEqual(canceled, [{ job: 1 }]);
  assert.equal((await readGeneration(store, id)).status, 'processing');
  assert.equal(await held(owner.account.id), 303);
  says({ status: 'canceled' });
  await store.query(`update attempts set next_step_at = now() where generation_id = $1`, [id]);
  await checkJobs(deps, engine, await due());
  await setClock(store, undefined);
  const row = await readGeneration(store, id);
  assert.deepEqual([row.outcome, row.failureCode], ['expired', 'deadline_passed']);
  assert.equal(await held(owner.account.id), 0);
});

test('a provider is not asked for what was canceled, or came too late, while it was made ready', async () => {
  for (const end of ['canceled', 'deadline_passed'] as const) {
    const { owner, id, claimed } = await startRemote(`h-${end}`, { expiresInSeconds: 60 });
    if (end === 'canceled') await cancelGeneration(store, { accountId: owner.account.id, purse: 'live' }, id);
    else await setClock(store, at(1.2 * minute).toISOString());
    await startAttempt(deps, {
      engine: provider(`h-${end}`).engine,
      guard: { watch: () => assert.fail('it was asked'), room: () => 1, rests: () => false },
      generation: claimed,
      job: { ...claimed, tries: 0 },
    });
    await setClock(store, undefined);
    assert.equal((await readGeneration(store, id)).failureCode, end);
    assert.equal(await held(owner.account.id), 0);
  }
});

test('a start whose worker died before its provider was asked goes back into line', async () => {
  const { engine } = provider('i');
  const { owner, id } = await startRemote('i');
  await store.query(`update attempts set next_step_at = now() where generation_id = $1`, [id]);
  const [job] = await takeDueSteps(store, { engine: 'i', steps: ['starting'], limit: 1, leaseSeconds: 60 });
  assert.ok(job);
  await recoverStart(deps, {
    engine,
    guard: { watch: () => assert.fail('it was asked'), room: () => 1, rests: () => false },
    job,
  });
  assert.equal((await readGeneration(store, id)).status, 'pending');
  assert.equal(await held(owner.account.id), 303);
});

test('a parked attempt gives back its slots after half an hour, never its hold, and only once', async () => {
  const { owner, id, claimed } = await startRemote('e');
  await parkAttempt(store, claimed, 'Nobody knows.');
  assert.equal(await freeParkedSlots(store), 0);
  await store.query(
    `update attempts set started_at = now() - interval '31 minutes' where generation_id = $1`,
    [id],
  );
  assert.deepEqual(await runningOf('e', owner.account.id), { engine: 1, account: 1 });
  assert.equal(await freeParkedSlots(store), 1);
  assert.equal(await freeParkedSlots(store), 0);
  assert.deepEqual(await runningOf('e', owner.account.id), { engine: 0, account: 0 });
  assert.equal(await held(owner.account.id), 303);
  assert.equal((await readGeneration(store, id)).status, 'processing');
});

test('a job that its provider never ends is parked for the operator after a day', async () => {
  const { engine } = provider('f');
  const { id, claimed } = await startRemote('f');
  await keepHandle(store, claimed, { handle: { job: 1 }, checkAfterSeconds: 0, notes: [] });
  await store.query(`update attempts set started_at = now() - interval '25 hours' where generation_id = $1`, [
    id,
  ]);
  const jobs = await takeDueSteps(store, { engine: 'f', steps: ['running'], limit: 10, leaseSeconds: 60 });
  await checkJobs(deps, engine, jobs);
  const [row] = await store.query<{ step: string }>('select step from attempts where generation_id = $1', [
    id,
  ]);
  assert.equal(row?.step, 'unknown');
});

test('counters that have drifted are found and set right', async () => {
  assert.deepEqual(await findDrift(store), []);
  const { owner } = await startRemote('g');
  await store.query(`update accounts set running = 7 where id = $1`, [owner.account.id]);
  await store.query(`update engines set running = 3 where name = 'g'`);
  const expected = [
    { what: 'account', id: owner.account.id, counted: 7, actual: 1 },
    { what: 'engine', id: 'g', counted: 3, actual: 1 },
  ];
  assert.deepEqual(await mendDrift(store), expected);
  assert.deepEqual(await findDrift(store), []);
  assert.deepEqual(await findImbalances(store), []);
});
