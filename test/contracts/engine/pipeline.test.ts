import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '../../../src/config.ts';
import type { Simulate } from '../../../src/contract/simulate.ts';
import type { RemoteEngine } from '../../../src/domain/engine.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { priceBooks } from '../../../src/domain/price-book.ts';
import type { PricedEngine } from '../../../src/domain/priced-engine.ts';
import { launchProvider } from '../../../src/engines/simulated/launch-provider.ts';
import type { BookEntry } from '../../../src/engines/simulated/wire.ts';
import { startKinora } from '../../../src/main.ts';
import { claimGenerations } from '../../../src/store/claim-generation.ts';
import { freePort } from '../../../src/store/embedded/port.ts';
import { registerEngines } from '../../../src/store/engines.ts';
import { findImbalances } from '../../../src/store/ledger.ts';
import { listAttempts, listEvents, readGeneration } from '../../../src/store/read-generations.ts';
import { noteAsking } from '../../../src/store/remote-attempts.ts';
import { openAccount } from '../../accounts.ts';
import { createTestDatabase } from '../../database.ts';
import { samplePlan, submitSample } from '../../generations.ts';
import { startDouble } from './doubles/double.ts';
import { subjects } from './subjects.ts';

const { store, url: databaseUrl } = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), 'kinora-engines-'));
const provider = await launchProvider({ folder: join(home, 'provider') });
const publicUrl = `http://127.0.0.1:${await freePort()}`;
const closers: (() => Promise<unknown>)[] = [
  () => rm(home, { recursive: true, force: true }),
  () => provider.kill(),
];
after(async () => {
  for (const close of closers.reverse()) await close();
});

const engines = new Map<string, PricedEngine & { engine: RemoteEngine }>();
for (const { name, dialect, create } of subjects) {
  const double =
    dialect === undefined ? undefined : await startDouble({ dialect, provider: provider.origin });
  if (double !== undefined) closers.push(double.close);
  const { engine, close } = create({
    origin: double?.origin ?? provider.origin,
    callbacks: true,
    now: Date.now,
    // No case waits for it; a call that a busy machine is slow at must not count as lost.
    callSeconds: 30,
  });
  closers.push(close);
  engines.set(name, { engine, priceBook: priceBooks.published, serves: ['live'], simulates: true });
}
await registerEngines(
  store,
  [...engines.values()].map(({ engine }) => ({ name: engine.name, slots: engine.slots })),
);
const owner = await openAccount(store, { credits: 1_000_000, concurrencyLimit: 200 });

let seed = 0;

async function submit(engine: string, simulate: Simulate): Promise<string> {
  seed += 1;
  const script = { latency_seconds: 0.4, ...simulate };
  const plan = {
    ...samplePlan,
    engine,
    model: 'm',
    seed,
    prompt: `A calm morning ${JSON.stringify(script)}`,
  };
  const own = engine === 'simulated' ? { simulate: script as unknown as JsonObject } : {};
  return (await submitSample(store, owner, { plan, ...own })).id;
}

// Each engine's provider is asked once by a worker that has died by the time the answer comes.
const orphans = new Map<string, string>();
for (const [name, { engine }] of engines) {
  const id = await submit(name, {});
  const [claimed] = await claimGenerations(store, { engine: name, most: 1, leaseSeconds: 1 });
  assert.ok(claimed);
  await noteAsking(store, claimed, 1);
  await engine.start(claimed.plan, {
    attemptId: claimed.attemptId,
    callbackUrl: `${publicUrl}/v1/callbacks/${name}/${claimed.attemptId}`,
    references: [],
    simulate: claimed.simulate ?? undefined,
    signal: AbortSignal.timeout(30_000),
  });
  orphans.set(name, id);
}

const unexpected: unknown[] = [];
const kinora = await startKinora(
  readConfig({
    DATABASE_URL: databaseUrl,
    KINORA_HOME: join(home, 'kinora'),
    KINORA_PORT: new URL(publicUrl).port,
    KINORA_PUBLIC_URL: publicUrl,
  }),
  { info: () => {}, warn: () => {}, error: (message, details) => unexpected.push([message, details]) },
  { engines },
);
closers.push(kinora.close);

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let n = 0; n < 600; n += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error(`${what} never came`);
}

const ended = (id: string) =>
  until(`the end of ${id}`, async () => {
    const row = await readGeneration(store, id);
    return row.finishedAt === null ? undefined : row;
  });

async function jobsOf(id: string): Promise<BookEntry[]> {
  const attempts = (await listAttempts(store, id)).map((attempt) => attempt.id);
  const book = (await (await fetch(`${provider.origin}/book`)).text())
    .split('\n')
    .filter((line) => line !== '');
  return book
    .map((line) => JSON.parse(line) as BookEntry)
    .filter(({ attempt_id }) => attempts.includes(attempt_id.split('~')[0] ?? ''));
}

interface Expected {
  code?: string;
  charged: number;
  attempts?: number;
  jobs: number;
}

const made: Expected = { charged: 303, attempts: 1, jobs: 1 };

const cases: [what: string, simulate: Simulate, expected: Expected][] = [
  ['completes a good job', {}, made],
  ['completes one job of a start whose answer was lost', { start: { answer: 'lost_after' } }, made],
  [
    'completes a job whose callback comes before the answer to its start',
    { latency_seconds: 0.2, accept_delay_seconds: 1.5 },
    made,
  ],
  ['completes a job once that is called back about twice', { callback: { send: 'duplicate' } }, made],
  ['believes no forged callback', { latency_seconds: 1, callback: { send: 'forged' } }, made],
  [
    'takes an unknown word for no end',
    { check: { answer: 'unknown_word', times: 1, word: 'REVIEWING' } },
    made,
  ],
  [
    'comes back to a provider that has too much to do',
    { start: { answer: 'rate_limited', times: 1, retry_after_seconds: 1 } },
    { ...made, attempts: 2 },
  ],
  [
    'charges a short video by its length',
    { output: { kind: 'short', seconds: 4.4 } },
    { ...made, charged: 243 },
  ],
  [
    'delivers no video that is far too short',
    { output: { kind: 'short', seconds: 3.2 } },
    { code: 'output_invalid', charged: 0, jobs: 1 },
  ],
  [
    'ends what the filter rejects once it is made',
    { outcome: { end: 'reject', message: 'Not this.' } },
    { code: 'content_rejected', charged: 0, attempts: 1, jobs: 1 },
  ],
  [
    'ends what the filter rejects at once',
    { start: { answer: 'refuse', reason: 'content' } },
    { code: 'content_rejected', charged: 0, attempts: 1, jobs: 0 },
  ],
  [
    'ends what fails for good',
    { outcome: { end: 'fail', kind: 'permanent', code: 'x', message: 'It broke.' } },
    { code: 'engine_failed', charged: 0, attempts: 1, jobs: 1 },
  ],
];

// By itself, so that the first end is read before the second comes.
describe('a late video', { concurrency: true }, () => {
  for (const name of engines.keys())
    it(`keeps one of ${name} that comes after all, and charges nothing`, async () => {
      const id = await submit(name, { late_success: { seconds: 5, kind: 'permanent' } });
      const row = await ended(id);
      assert.deepEqual([row.failureCode, row.chargedCredits], ['engine_failed', 0]);
      await until('the late video', async () =>
        (await listAttempts(store, id)).find(({ lateOutputFileId }) => lateOutputFileId !== null),
      );
      const late = await readGeneration(store, id);
      assert.deepEqual([late.status, late.chargedCredits, late.outputFileId], ['failed', 0, null]);
    });
});

describe('the pipeline', { concurrency: true }, () => {
  for (const name of engines.keys())
    describe(`with ${name}`, { concurrency: true }, () => {
      for (const [what, simulate, expected] of cases)
        it(what, async () => {
          const id = await submit(name, simulate);
          const row = await ended(id);
          assert.equal(row.failureCode, expected.code ?? null, row.failureMessage ?? '');
          assert.equal(row.chargedCredits, expected.charged);
          if (expected.attempts !== undefined) assert.equal(row.attempt, expected.attempts);
          assert.equal((await jobsOf(id)).length, expected.jobs);
          const ends = (await listEvents(store, id, 0)).filter(({ type }) =>
            ['generation.complete', 'generation.failed'].includes(type),
          );
          assert.equal(ends.length, 1);
        });

      it('finds the job again of a worker that died before the answer came', async () => {
        const id = orphans.get(name) ?? '';
        const row = await ended(id);
        assert.deepEqual([row.status, row.chargedCredits, row.attempt], ['complete', 303, 1]);
        assert.equal((await jobsOf(id)).length, 1);
      });

      it('answers 401 to a stranger, and 404 about an attempt that is none', async () => {
        const id = await submit(name, {});
        const { attemptId } = await ended(id);
        const post = (attempt: string) =>
          fetch(`${publicUrl}/v1/callbacks/${name}/${attempt}`, {
            method: 'POST',
            body: '{"id":"job_nobody"}',
          });
        assert.equal((await post(attemptId ?? '')).status, 401);
        assert.equal((await post(`att_${'0'.repeat(24)}`)).status, 404);
      });
    });
});

it('leaves nothing out of balance and nothing unexpected', async () => {
  assert.deepEqual(await findImbalances(store), []);
  assert.deepEqual(unexpected, []);
});
