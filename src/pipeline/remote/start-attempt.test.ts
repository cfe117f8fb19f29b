import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openAccount } from '../../../test/accounts.ts';
import { testCertificates } from '../../../test/certificates.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { claimGeneration, samplePlan, submitSample } from '../../../test/generations.ts';
import type { RemoteEngine } from '../../domain/engine.ts';
import { capabilities } from '../../engines/simulated/capabilities.ts';
import { diskFiles } from '../../files/disk.ts';
import { scratchIn } from '../../files/scratch.ts';
import { createMedia } from '../../media/create-media.ts';
import { createSafeFetch } from '../../net/safe-fetch.ts';
import { registerEngines } from '../../store/engines.ts';
import { insertFile } from '../../store/files.ts';
import { readBalances } from '../../store/ledger.ts';
import { readGeneration } from '../../store/read-generations.ts';
import { guardEngine } from './guard.ts';
import { startAttempt } from './start-attempt.ts';

const { store } = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), 'kinora-start-'));
after(() => rm(home, { recursive: true, force: true }));
await registerEngines(store, [{ name: 'some', slots: 9 }]);
const owner = await openAccount(store, { credits: 1_000 });

const engine: RemoteEngine = {
  kind: 'remote',
  name: 'some',
  capabilities,
  slots: 9,
  callSeconds: 5,
  recovery: { idempotencyKey: false, lookUp: false, callback: false },
  trustedOrigins: [],
  start: () => assert.fail('nobody is asked'),
  check: () => assert.fail('nothing runs'),
  handleOf: (job) => ({ job }),
};

test('ends a job whose references this machine cannot open, after ten tries, and charges nothing', async () => {
  const unexpected: unknown[] = [];
  const deps = {
    store,
    files: {
      ...diskFiles(join(home, 'files')),
      localPath: () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })),
    },
    scratch: scratchIn(join(home, 'scratch')),
    media: createMedia({}),
    engines: new Map(),
    certificates: testCertificates,
    fetchFrom: () => createSafeFetch({ trustedOrigins: [] }),
    callbackUrl: () => undefined,
    referenceUrl: () => undefined,
    onUnexpected: (error: unknown) => unexpected.push(error),
  };
  const facts = { kind: 'image', contentType: 'image/png', width: 100, height: 100 } as const;
  const file = { accountId: owner.account.id, sha256: '0'.repeat(64), sizeBytes: 1, facts, name: undefined };
  const { id: fileId, sha256 } = await insertFile(store, file, async () => {});
  const references = [{ kind: 'image' as const, position: 1, fileId, sha256, facts }];
  const { id } = await submitSample(store, owner, { plan: { ...samplePlan, engine: 'some', references } });
  const guard = guardEngine(deps, 'some');
  for (let tries = 0; tries < 10; tries += 1) {
    const generation = await claimGeneration(store, { engine: 'some', leaseSeconds: 60 });
    assert.ok(generation, `try ${tries + 1}`);
    await startAttempt(deps, { engine, guard, generation, job: { ...generation, tries: 0 } });
    await store.query('update generations set not_before = now() where id = $1', [id]);
  }
  const row = await readGeneration(store, id);
  assert.deepEqual([row.status, row.failureCode, row.attempt], ['failed', 'too_many_attempts', 10]);
  assert.equal(unexpected.length, 10);
  assert.equal((await readBalances(store, owner.account.id)).live.available, 1_000);
});
