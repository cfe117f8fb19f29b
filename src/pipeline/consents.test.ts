// What a worker does with videos whose people do not agree any more.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAccount } from '../../test/accounts.ts';
import { testCertificates } from '../../test/certificates.ts';
import { setClock } from '../../test/clock.ts';
import { createTestDatabase } from '../../test/database.ts';
import { samplePlan, submitSample } from '../../test/generations.ts';
import { eraseConsent } from '../actions/erase-consent.ts';
import type { Engine, RemoteEngine } from '../domain/engine.ts';
import { priceBooks } from '../domain/price-book.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';
import type { Reference } from '../domain/request.ts';
import { capabilities } from '../engines/local/capabilities.ts';
import { diskFiles } from '../files/disk.ts';
import { scratchIn } from '../files/scratch.ts';
import { createMedia } from '../media/create-media.ts';
import { createSafeFetch } from '../net/safe-fetch.ts';
import { claimGenerations } from '../store/claim-generation.ts';
import { insertConsent, revokeConsent } from '../store/consents.ts';
import { registerEngines } from '../store/engines.ts';
import { insertFile } from '../store/files.ts';
import { findImbalances, readBalances } from '../store/ledger.ts';
import { listAttempts, readGeneration } from '../store/read-generations.ts';
import { wakeAttempt } from '../store/remote-attempts.ts';
import type { PipelineDeps } from './deps.ts';
import { startWorker } from './worker.ts';

const { store } = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), 'kinora-consents-'));
const mug = await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url));
const asked: string[] = [];
const remote = (name: string, changes: Partial<RemoteEngine> = {}): RemoteEngine => ({
  kind: 'remote',
  name,
  capabilities,
  slots: 5,
  callSeconds: 2,
  recovery: { idempotencyKey: true, lookUp: false, callback: true },
  trustedOrigins: [],
  async start(_, { attemptId }) {
    asked.push(attemptId);
    return { status: 'accepted', handle: { id: attemptId }, notes: [] };
  },
  check: async () => ({ status: 'pending' }),
  handleOf: (id) => ({ id }),
  ...changes,
});
const engines: Engine[] = [
  remote('asked'),
  remote('late', {
    // Nobody could fetch that: a test that tries to fails by it.
    check: async () => ({
      status: 'done',
      output: { url: 'http://127.0.0.1:9/video.mp4' },
      usage: { billedSeconds: 5, costMicroUsd: 1 },
    }),
  }),
  {
    kind: 'local',
    name: 'here',
    capabilities,
    slots: 1,
    render: async () => {
      asked.push('here');
      throw new Error('it must not be rendered');
    },
  },
];
const priced = new Map<string, PricedEngine>(
  engines.map((engine) => [
    engine.name,
    { engine, priceBook: priceBooks.published, serves: ['live'], simulates: false },
  ]),
);
await registerEngines(
  store,
  engines.map((engine) => ({
    name: engine.name,
    slots: engine.kind === 'remote' ? engine.slots : undefined,
  })),
);
const unexpected: unknown[] = [];
const deps: PipelineDeps = {
  store,
  files: diskFiles(join(home, 'files')),
  scratch: scratchIn(join(home, 'scratch')),
  media: createMedia({}),
  engines: priced,
  certificates: testCertificates,
  fetchFrom: (trustedOrigins) => createSafeFetch({ trustedOrigins }),
  callbackUrl: () => undefined,
  referenceUrl: () => undefined,
  onUnexpected: (error) => unexpected.push(error),
};
const owner = await openAccount(store, { credits: 100_000 });
const { id: accountId } = owner.account;
const whose = { accountId, purse: 'live' } as const;
after(() => rm(home, { recursive: true, force: true }));

async function consent(changes: { expiresAt?: Date } = {}): Promise<string> {
  return insertConsent(store, {
    ...whose,
    person: 'user-1',
    textVersion: '1',
    textSha256: 'ab'.repeat(32),
    agreedText: undefined,
    scope: { purposes: ['card'], engines: null, workflows: null },
    channel: 'app',
    givenAt: undefined,
    expiresAt: changes.expiresAt,
    evidenceSha256: undefined,
    evidenceFileId: undefined,
    recordedBy: owner.key.id,
  });
}

let photos = 0;
async function submit(engine: string, consentId: string): Promise<string> {
  photos += 1;
  // What follows the end of a JPEG is nobody's business: each is a file of its own.
  const bytes = Buffer.concat([mug, Buffer.from(String(photos))]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const facts = { kind: 'image', contentType: 'image/jpeg', width: 640, height: 640 } as const;
  const file = { accountId, sha256, sizeBytes: bytes.length, facts, name: undefined, consentId };
  const path = join(home, `photo-${photos}`);
  await writeFile(path, bytes);
  const { id: fileId } = await insertFile(store, file, () => deps.files.keep(sha256, path));
  const reference: Reference = {
    kind: 'image',
    position: 1,
    sha256,
    facts,
    fileId,
    role: 'person',
    consentId,
  };
  const { id } = await submitSample(store, owner, {
    plan: { ...samplePlan, engine, references: [reference] },
  });
  return id;
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let n = 0; n < 400; n += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(25);
  }
  throw new Error(`${what} never came`);
}

const ended = (id: string) =>
  until(`the end of ${id}`, async () => {
    const row = await readGeneration(store, id);
    return row.finishedAt === null ? undefined : row;
  });

test('nobody is asked, and nothing rendered, once a consent was revoked or ran out in line; the hold is given back', async () => {
  const held = await consent();
  const revoked = [await submit('asked', held), await submit('here', held)];
  const short = await consent({ expiresAt: new Date(Date.now() + 60_000) });
  const expired = [await submit('asked', short), await submit('here', short)];
  const inTime = await submit('asked', await consent());
  // The process that revoked it dies before it could stop anything.
  await store.query(`insert into consent_revocations (consent_id, revoked_by) values ($1, 'test')`, [held]);
  await setClock(store, new Date(Date.now() + 120_000).toISOString());
  const worker = startWorker(deps);
  try {
    for (const id of [...revoked, ...expired]) {
      const { status, outcome, failureCode, chargedCredits } = await ended(id);
      assert.deepEqual(
        [status, outcome, failureCode, chargedCredits],
        ['failed', 'canceled', 'consent_ended', 0],
      );
    }
    await until('the good one', async () =>
      (await readGeneration(store, inTime)).phase === 'generate' ? true : undefined,
    );
  } finally {
    await worker.stop();
    await setClock(store, undefined);
  }
  const [good] = await listAttempts(store, inTime);
  assert.deepEqual(asked, [good?.id]);
  assert.equal((await readBalances(store, accountId)).live.held, 303, 'only what goes on is held');
  assert.deepEqual(await findImbalances(store), []);
  assert.deepEqual(unexpected, []);
});

test('what a provider has made all the same is dropped, unfetched, and the certificate names the provider', async () => {
  const held = await consent();
  const done = await submit('late', held);
  const [claimed] = await claimGenerations(store, { engine: 'late', most: 1, leaseSeconds: 60 });
  assert.equal(claimed?.id, done);
  await store.query(
    `update attempts set asked_at = now(), handle = '{"id": "x"}', step = 'running', lease = null, next_step_at = now() where id = $1`,
    [claimed?.attemptId],
  );
  await revokeConsent(store, whose, held, { actor: 'test', reason: undefined });
  assert.equal(await eraseConsent(deps, held), 'stopping');
  const worker = startWorker(deps);
  try {
    assert.equal((await ended(done)).failureCode, 'consent_ended');
    await until('the certificate', async () => {
      await store.query('update consent_erasures set next_look_at = now() where finished_at is null');
      return (await eraseConsent(deps, held)) === 'finished' ? true : undefined;
    });
    // It calls back afterwards, and is read once more.
    assert.ok(
      await wakeAttempt(store, { attemptId: claimed?.attemptId ?? '', engine: 'late', handle: { id: 'x' } }),
    );
    await until('the look at it', async () => {
      const [row] = await store.query<{ step: string | null; late: string | null }>(
        'select step, late_output_file_id as late from attempts where id = $1',
        [claimed?.attemptId],
      );
      assert.equal(row?.late, null);
      return row?.step === null ? true : undefined;
    });
  } finally {
    await worker.stop();
  }
  const [row] = await store.query<{ reasons: string[] }>(
    `select array(select x->>'reason' from jsonb_array_elements(certificate->'certificate'->'not_deleted') x) as reasons
    from consent_erasures where consent_id = $1`,
    [held],
  );
  assert.deepEqual(row?.reasons, ['provider_copy', 'records']);
  assert.deepEqual(unexpected, []);
});
