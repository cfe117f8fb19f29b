import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../../test/accounts.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { claimGeneration, samplePlan, submitSample } from '../../../test/generations.ts';
import type { CheckResult, RemoteEngine } from '../../domain/engine.ts';
import { capabilities } from '../../engines/simulated/capabilities.ts';
import { openStore } from '../../store/db.ts';
import { registerEngines } from '../../store/engines.ts';
import { listAttempts } from '../../store/read-generations.ts';
import { keepHandle, noteAsking } from '../../store/remote-attempts.ts';
import { sweepChecks } from './sweep-checks.ts';

const { store, url } = await createTestDatabase();
await registerEngines(store, [{ name: 'some', slots: 9 }]);
const owner = await openAccount(store, { credits: 10_000 });

/** An engine whose provider says what stands here, one answer a check. */
function engineThatSays(answers: CheckResult[]): RemoteEngine {
  return {
    kind: 'remote',
    name: 'some',
    capabilities,
    slots: 9,
    callSeconds: 5,
    recovery: { idempotencyKey: false, lookUp: false, callback: false },
    trustedOrigins: [],
    start: () => assert.fail('nothing is started'),
    check: async () => answers.shift() ?? { status: 'pending', checkAfterSeconds: 0 },
    handleOf: (job) => ({ job }),
  };
}

async function running(): Promise<string> {
  const { id } = await submitSample(store, owner, { plan: { ...samplePlan, engine: 'some' } });
  const claimed = await claimGeneration(store, { engine: 'some', leaseSeconds: 60 });
  assert.equal(claimed?.id, id);
  await noteAsking(store, claimed, 60);
  assert.ok(await keepHandle(store, claimed, { handle: { job: id }, checkAfterSeconds: 0, notes: [] }));
  return id;
}

test('looks after the jobs in hand also while the database is away', async () => {
  const id = await running();
  const own = openStore(url);
  const unexpected: unknown[] = [];
  const deps = { store: own, engines: new Map(), onUnexpected: (error: unknown) => unexpected.push(error) };
  const sweeps = sweepChecks(deps, engineThatSays([]));
  await sweeps.check(await sweeps.take());
  await own.close();
  const inHand = await sweeps.take();
  assert.deepEqual(
    inHand.map((job) => job.id),
    [id],
  );
  assert.equal(unexpected.length, 1);
});

test('parks a job that its provider does not know, however long that could not be asked before', async () => {
  const id = await running();
  const away: CheckResult = { status: 'unavailable', message: 'It restarts.' };
  const unknown: CheckResult = { status: 'unknown', message: 'No such job.' };
  const answers = [...Array<CheckResult>(9).fill(away), ...Array<CheckResult>(8).fill(unknown)];
  const deps = { store, engines: new Map(), onUnexpected: (error: unknown) => assert.fail(String(error)) };
  const sweeps = sweepChecks(deps, engineThatSays(answers));
  const step = async () => (await listAttempts(store, id))[0]?.step;
  while (answers.length > 0) {
    assert.equal(await step(), 'running', `${answers.length} answers are left`);
    await store.query('update attempts set next_step_at = now() where generation_id = $1', [id]);
    await sweeps.check((await sweeps.take()).filter((job) => job.id === id));
  }
  assert.equal(await step(), 'unknown');
});
