import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openAccount } from '../../../test/accounts.ts';
import { testCertificates } from '../../../test/certificates.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { samplePlan, submitSample } from '../../../test/generations.ts';
import { until, untilEnded } from '../../../test/until.ts';
import { reconcileAttempt } from '../../actions/reconcile-attempt.ts';
import type { Simulate } from '../../contract/simulate.ts';
import type { Recovery } from '../../domain/engine.ts';
import type { JsonObject } from '../../domain/json.ts';
import { priceBooks } from '../../domain/price-book.ts';
import type { PricedEngine } from '../../domain/priced-engine.ts';
import { createSimulatedEngine } from '../../engines/simulated/index.ts';
import { launchProvider } from '../../engines/simulated/launch-provider.ts';
import type { BookEntry } from '../../engines/simulated/wire.ts';
import { diskFiles } from '../../files/disk.ts';
import { scratchIn } from '../../files/scratch.ts';
import { createMedia } from '../../media/create-media.ts';
import { createSafeFetch } from '../../net/safe-fetch.ts';
import { cancelGeneration } from '../../store/end-generation.ts';
import { registerEngines } from '../../store/engines.ts';
import { findImbalances, readBalances } from '../../store/ledger.ts';
import { listParked } from '../../store/parked-attempts.ts';
import { listAttempts, listEvents, readGeneration } from '../../store/read-generations.ts';
import { wakeAttempt } from '../../store/remote-attempts.ts';
import { startWorker } from '../worker.ts';

const { store } = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), 'kinora-remote-'));
const provider = await launchProvider({ folder: join(home, 'provider') });
const none: Recovery = { idempotencyKey: false, lookUp: false, callback: false };
const recoveries = {
  keyed: { ...none, idempotencyKey: true },
  searchable: { ...none, lookUp: true },
  'callback-only': { ...none, callback: true },
} satisfies Record<string, Recovery>;
type Name = keyof typeof recoveries;

const made = Object.entries(recoveries).map(([name, recovery]) =>
  createSimulatedEngine({
    name,
    slots: 50,
    callSeconds: 3,
    recovery,
    provider: { url: provider.origin },
  }),
);
const engines = new Map<string, PricedEngine>(
  made.map(({ engine }) => [
    engine.name,
    { engine, priceBook: priceBooks.published, serves: ['test', 'live'], simulates: true },
  ]),
);
await registerEngines(
  store,
  made.map(({ engine }) => ({ name: engine.name, slots: engine.slots })),
);
const unexpected: unknown[] = [];
const files = diskFiles(join(home, 'files'));
const worker = startWorker({
  store,
  files,
  scratch: scratchIn(join(home, 'scratch')),
  media: createMedia({}),
  engines,
  certificates: testCertificates,
  fetchFrom: (trustedOrigins) => createSafeFetch({ trustedOrigins }),
  // Nobody listens there: what a callback says is handed over by the tests themselves.
  callbackUrl: (engine, attemptId) => `${provider.origin}/nowhere/${engine}/${attemptId}`,
  referenceUrl: () => undefined,
  onUnexpected: (error) => unexpected.push(error),
});
const owner = await openAccount(store, { credits: 1_000_000, concurrencyLimit: 200 });
after(async () => {
  await worker.stop();
  for (const { close } of made) await close();
  await provider.kill();
  await rm(home, { recursive: true, force: true });
});

let seed = 0;

async function submit(engine: Name, simulate: Simulate): Promise<string> {
  seed += 1;
  const plan = { ...samplePlan, engine, model: 'simulated-1', seed };
  const quick = { latency_seconds: 0.5, ...simulate } as unknown as JsonObject;
  const { id } = await submitSample(store, owner, { plan, simulate: quick });
  worker.nudge();
  return id;
}

const ended = (id: string) => untilEnded(store, id, { tries: 1_800 });

const parked = (id: string) =>
  until(`the parking of ${id}`, async () =>
    (await listParked(store, 100)).find(({ generationId }) => generationId === id),
  );

async function jobsOf(id: string): Promise<BookEntry[]> {
  const attempts = (await listAttempts(store, id)).map((attempt) => attempt.id);
  const book = (await (await fetch(`${provider.origin}/book`)).text())
    .split('\n')
    .filter((line) => line !== '');
  return book
    .map((line) => JSON.parse(line) as BookEntry)
    .filter(({ attempt_id }) => attempts.includes(attempt_id));
}

const cases: [
  what: string,
  engine: Name,
  simulate: Simulate,
  expected: { status: string; code?: string; charged: number; attempts?: number; jobs: number },
][] = [
  ['a good job', 'keyed', {}, { status: 'complete', charged: 303, attempts: 1, jobs: 1 }],
  [
    'a lost answer, asked again under its key',
    'keyed',
    { start: { answer: 'lost_after' } },
    { status: 'complete', charged: 303, attempts: 1, jobs: 1 },
  ],
  [
    'a start that never answers',
    'keyed',
    { start: { answer: 'hang' } },
    { status: 'complete', charged: 303, attempts: 1, jobs: 1 },
  ],
  [
    'a call that was cut off before it was taken',
    'keyed',
    { start: { answer: 'lost_before', times: 1 } },
    { status: 'complete', charged: 303, attempts: 1, jobs: 1 },
  ],
  [
    'a lost answer, looked up',
    'searchable',
    { start: { answer: 'lost_after' } },
    { status: 'complete', charged: 303, attempts: 1, jobs: 1 },
  ],
  [
    'a call that look-up finds never taken',
    'searchable',
    { start: { answer: 'lost_before', times: 1 } },
    { status: 'complete', charged: 303, attempts: 2, jobs: 1 },
  ],
  [
    'a provider with too much to do',
    'keyed',
    { start: { answer: 'rate_limited', times: 1, retry_after_seconds: 1 } },
    { status: 'complete', charged: 303, attempts: 2, jobs: 1 },
  ],
  [
    'a fault that could pass and never does',
    'searchable',
    { outcome: { end: 'fail', kind: 'transient', code: 'x', message: 'It slipped.' } },
    { status: 'failed', code: 'engine_failed', charged: 0, attempts: 4, jobs: 4 },
  ],
  [
    'a fault that stays',
    'keyed',
    { outcome: { end: 'fail', kind: 'permanent', code: 'x', message: 'It broke.' } },
    { status: 'failed', code: 'engine_failed', charged: 0, attempts: 1, jobs: 1 },
  ],
  [
    'a rejection',
    'keyed',
    { outcome: { end: 'reject', message: 'Not this.' } },
    { status: 'failed', code: 'content_rejected', charged: 0, attempts: 1, jobs: 1 },
  ],
  [
    'a rejection at once',
    'callback-only',
    { start: { answer: 'refuse', reason: 'content' } },
    { status: 'failed', code: 'content_rejected', charged: 0, attempts: 1, jobs: 0 },
  ],
  [
    'a word that nobody knows',
    'keyed',
    { check: { answer: 'unknown_word', times: 2, word: 'REVIEWING' } },
    { status: 'complete', charged: 303, jobs: 1 },
  ],
  [
    'an end without a video at first',
    'keyed',
    { check: { answer: 'empty', times: 2 } },
    { status: 'complete', charged: 303, jobs: 1 },
  ],
  [
    'a video that is a little short',
    'keyed',
    { output: { kind: 'short', seconds: 4.4 } },
    { status: 'complete', charged: 243, jobs: 1 },
  ],
  [
    'a video that is far too short',
    'keyed',
    { output: { kind: 'short', seconds: 3.2 } },
    { status: 'failed', code: 'output_invalid', charged: 0, jobs: 1 },
  ],
  [
    'a video that ends in the middle',
    'keyed',
    { output: { kind: 'truncated' } },
    { status: 'failed', code: 'output_invalid', charged: 0, jobs: 1 },
  ],
  [
    'a video of noise',
    'keyed',
    { output: { kind: 'corrupt' } },
    { status: 'failed', code: 'output_invalid', charged: 0, jobs: 1 },
  ],
  [
    'a video of another size',
    'keyed',
    { output: { kind: 'wrong_size' } },
    { status: 'failed', code: 'output_invalid', charged: 0, jobs: 1 },
  ],
  [
    'a download that breaks off',
    'keyed',
    { output: { kind: 'interrupted', times: 1 } },
    { status: 'complete', charged: 303, jobs: 1 },
  ],
];

for (const [what, engine, simulate, expected] of cases)
  test(`${what} ends ${expected.status}, charged ${expected.charged}`, { concurrency: true }, async () => {
    const id = await submit(engine, simulate);
    const row = await ended(id);
    assert.equal(row.status, expected.status, row.failureMessage ?? '');
    assert.equal(row.failureCode, expected.code ?? null);
    assert.equal(row.chargedCredits, expected.charged);
    if (expected.attempts !== undefined) assert.equal(row.attempt, expected.attempts);
    assert.equal((await jobsOf(id)).length, expected.jobs);
  });

test('a lost answer without key or look-up is parked, its hold open, until a callback names the job', async () => {
  const id = await submit('callback-only', { start: { answer: 'lost_after' } });
  const { attemptId } = await parked(id);
  assert.equal((await readGeneration(store, id)).status, 'processing');
  const [job] = await jobsOf(id);
  assert.ok(job);
  const woken = { attemptId, engine: 'callback-only', handle: { job_id: job.job_id } };
  assert.equal(await wakeAttempt(store, { ...woken, engine: 'keyed' }), false);
  assert.equal(await wakeAttempt(store, woken), true);
  const row = await ended(id);
  assert.deepEqual([row.status, row.chargedCredits, (await jobsOf(id)).length], ['complete', 303, 1]);
});

test('the operator releases a parked job, and a success that comes later is kept without a charge', async () => {
  const id = await submit('callback-only', { start: { answer: 'lost_after' } });
  const { attemptId } = await parked(id);
  await reconcileAttempt(
    { store, engines },
    { attemptId, actor: 'operator', verdict: { decision: 'release' } },
  );
  const row = await readGeneration(store, id);
  assert.deepEqual([row.status, row.failureCode, row.chargedCredits], ['failed', 'never_accepted', 0]);
  await assert.rejects(
    reconcileAttempt({ store, engines }, { attemptId, actor: 'operator', verdict: { decision: 'release' } }),
    /no parked attempt/,
  );
  const [job] = await jobsOf(id);
  await wakeAttempt(store, { attemptId, engine: 'callback-only', handle: { job_id: job?.job_id ?? '' } });
  await lateOutputOf(id);
  const late = await readGeneration(store, id);
  assert.deepEqual([late.status, late.chargedCredits, late.outputFileId], ['failed', 0, null]);
});

test('the operator has a parked job asked for again', async () => {
  const id = await submit('callback-only', { start: { answer: 'lost_before', times: 1 } });
  const { attemptId } = await parked(id);
  await reconcileAttempt(
    { store, engines },
    { attemptId, actor: 'operator', verdict: { decision: 'retry' } },
  );
  const row = await ended(id);
  assert.deepEqual([row.status, row.attempt], ['complete', 2]);
});

test('the operator names the job of a parked one', async () => {
  const id = await submit('callback-only', { start: { answer: 'lost_after' } });
  const { attemptId } = await parked(id);
  const [job] = await jobsOf(id);
  const jobId = job?.job_id ?? '';
  await assert.rejects(
    reconcileAttempt(
      { store, engines },
      { attemptId, actor: 'operator', verdict: { decision: 'follow', jobId: 'job_nobody' } },
    ),
    /knows no job/,
  );
  await reconcileAttempt(
    { store, engines },
    { attemptId, actor: 'operator', verdict: { decision: 'follow', jobId } },
  );
  assert.equal((await ended(id)).status, 'complete');
});

test('a success that comes after a cancellation changes neither status nor ledger, and is kept', async () => {
  const id = await submit('keyed', { latency_seconds: 3, cancel: 'ignored' });
  await until('the start', async () =>
    (await listAttempts(store, id)).find(({ step }) => step === 'running') === undefined ? undefined : true,
  );
  assert.equal(
    await cancelGeneration(store, { accountId: owner.account.id, purse: 'live' }, id),
    'canceling',
  );
  const row = await ended(id);
  assert.deepEqual([row.outcome, row.chargedCredits], ['canceled', 0]);
  const { costMicroUsd } = await lateOutputOf(id);
  assert.ok((costMicroUsd ?? 0) > 0);
  assert.equal((await readGeneration(store, id)).outputFileId, null);
});

test('a cancellation that the provider honours costs nothing', async () => {
  const id = await submit('keyed', { latency_seconds: 60 });
  await until('the start', async () =>
    (await listAttempts(store, id)).find(({ step }) => step === 'running') === undefined ? undefined : true,
  );
  await cancelGeneration(store, { accountId: owner.account.id, purse: 'live' }, id);
  assert.equal((await ended(id)).outcome, 'canceled');
  assert.equal((await jobsOf(id))[0]?.state, 'canceled');
});

test('every video that was made has its bytes and those of its poster, also where many share them', async () => {
  const kept = await store.query<{ video: string; poster: string }>(
    `select v.sha256 as video, p.sha256 as poster from generations g
    join files v on v.id = g.output_file_id join files p on p.id = g.poster_file_id where g.status = 'complete'`,
  );
  assert.ok(kept.length > 10);
  assert.ok(new Set(kept.map(({ video }) => video)).size < kept.length);
  for (const { video, poster } of kept)
    for (const sha256 of [video, poster]) await stat(await files.localPath(sha256));
});

test('nothing is out of balance, and nothing was unexpected', async () => {
  assert.deepEqual(await findImbalances(store), []);
  const { held } = (await readBalances(store, owner.account.id)).live;
  const stillParked = await listParked(store, 100);
  assert.equal(
    held,
    stillParked.reduce((sum, { heldCredits }) => sum + heldCredits, 0),
  );
  assert.deepEqual(unexpected, []);
});

async function lateOutputOf(id: string) {
  const attempt = await until('the late output', async () =>
    (await listAttempts(store, id)).find(({ lateOutputFileId }) => lateOutputFileId !== null),
  );
  const events = await listEvents(store, id, 0);
  assert.equal(events.filter(({ type }) => type === 'generation.late_output').length, 1);
  return attempt;
}
