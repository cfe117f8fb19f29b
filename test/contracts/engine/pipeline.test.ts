import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { reconcileAttempt } from '../../../src/actions/reconcile-attempt.ts';
import { readConfig } from '../../../src/config.ts';
import type { Simulate } from '../../../src/contract/simulate.ts';
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
import { listParked } from '../../../src/store/parked-attempts.ts';
import { listAttempts, listEvents, readGeneration } from '../../../src/store/read-generations.ts';
import { noteAsking } from '../../../src/store/remote-attempts.ts';
import { openAccount } from '../../accounts.ts';
import { createTestDatabase } from '../../database.ts';
import { samplePlan, submitSample } from '../../generations.ts';
import { until, untilEnded } from '../../until.ts';
import { startDouble } from './doubles/double.ts';
import { type CaseName, casesOf, type Expected } from './shared-cases.ts';
import { embedded, ownSubjects, type Subject, subjects } from './subjects.ts';

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

/** Every frame of every video is looked at: small ones do. */
const small = { width: 320, height: 180 };

const remotes: readonly Subject[] = [...subjects, ...ownSubjects];
const all = [...remotes, embedded];
const sold = { priceBook: priceBooks.published, serves: ['live'], simulates: true } as const;
const engines = new Map<string, PricedEngine>([
  [embedded.name, { ...sold, engine: embedded.create(), simulates: false }],
]);
for (const { name, dialect, servers = 1, create } of remotes) {
  const origins: string[] = [];
  for (let n = 0; dialect !== undefined && n < servers; n += 1) {
    const double = await startDouble({ dialect, provider: provider.origin, size: small });
    closers.push(double.close);
    origins.push(double.origin);
  }
  const [origin = provider.origin, ...others] = origins;
  const { engine, close } = create({
    origin,
    others,
    callbacks: true,
    now: Date.now,
    // No case waits for it; a call that a busy machine is slow at must not count as lost.
    callSeconds: 30,
  });
  closers.push(close);
  engines.set(name, { ...sold, engine });
}
await registerEngines(
  store,
  [...engines.values()].map(({ engine: { kind, name, slots } }) => ({
    name,
    slots: kind === 'remote' ? slots : undefined,
  })),
);
const owner = await openAccount(store, { credits: 1_000_000, concurrencyLimit: 200 });

let seed = 0;
const seeds = new Map<string, number>();

async function submit(engine: string, simulate: Simulate): Promise<string> {
  seed += 1;
  const ownSeed = seed;
  const script = { latency_seconds: 0.4, ...simulate };
  const plan = {
    ...samplePlan,
    ...small,
    engine,
    model: 'm',
    seed: ownSeed,
    // No two are alike, so that one which is looked for is found by its prompt.
    prompt: `Calm morning ${ownSeed} ${JSON.stringify(script)}`,
  };
  const own = engine === 'simulated' ? { simulate: script as unknown as JsonObject } : {};
  const { id } = await submitSample(store, owner, { plan, ...own });
  seeds.set(id, ownSeed);
  return id;
}

// Each engine is asked once by a worker that has died by the time the answer comes.
const orphans = new Map<string, string>();
for (const [name, { engine }] of engines) {
  const id = await submit(name, {});
  const [claimed] = await claimGenerations(store, { engine: name, most: 1, leaseSeconds: 1 });
  assert.ok(claimed);
  orphans.set(name, id);
  if (engine.kind === 'local') continue;
  await noteAsking(store, claimed, 1);
  await engine.start(claimed.plan, {
    attemptId: claimed.attemptId,
    callbackUrl: `${publicUrl}/v1/callbacks/${name}/${claimed.attemptId}`,
    references: [],
    simulate: claimed.simulate ?? undefined,
    signal: AbortSignal.timeout(30_000),
  });
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

const ended = (id: string) => untilEnded(store, id, { tries: 1_200 });

async function jobsOf(id: string, bookName: Subject['bookName']): Promise<BookEntry[]> {
  const nameOf = bookName ?? (({ id: attemptId }) => attemptId);
  const seedOfIt = seeds.get(id) ?? 0;
  const names = (await listAttempts(store, id)).map((attempt) => nameOf({ id: attempt.id, seed: seedOfIt }));
  const book = (await (await fetch(`${provider.origin}/book`)).text())
    .split('\n')
    .filter((line) => line !== '');
  return book
    .map((line) => JSON.parse(line) as BookEntry)
    .filter(({ attempt_id }) => names.includes(attempt_id.split('~')[0] ?? ''));
}

/** An operator reads which jobs it may be, and has the first of them followed. */
async function decide(id: string): Promise<void> {
  const { attemptId, message } = await until('the parking', async () =>
    (await listParked(store, 100)).find(({ generationId }) => generationId === id),
  );
  const [, jobId = ''] = / at that time: ([^,\s]+)\.$/.exec(message ?? '') ?? [];
  await reconcileAttempt(
    { store, engines },
    { attemptId, actor: 'operator', verdict: { decision: 'follow', jobId } },
  );
}

async function compare(id: string, expected: Expected, bookName: Subject['bookName']): Promise<void> {
  if (expected.parks === true) await decide(id);
  const row = await ended(id);
  assert.equal(row.failureCode, expected.code ?? null, row.failureMessage ?? '');
  assert.equal(row.chargedCredits, expected.charged);
  if (expected.attempts !== undefined) assert.equal(row.attempt, expected.attempts);
  assert.equal((await jobsOf(id, bookName)).length, expected.jobs);
  const ends = (await listEvents(store, id, 0)).filter(({ type }) =>
    ['generation.complete', 'generation.failed'].includes(type),
  );
  assert.equal(ends.length, 1);
}

/** What more a case takes than to be sent and to end; its id once it may be compared. */
const special: Partial<Record<CaseName, (engine: string, simulate: Simulate) => Promise<string>>> = {
  dead_worker: async (engine) => orphans.get(engine) ?? '',
  async stranger(engine, simulate) {
    const id = await submit(engine, simulate);
    const { attemptId } = await ended(id);
    const post = (attempt: string) =>
      fetch(`${publicUrl}/v1/callbacks/${engine}/${attempt}`, {
        method: 'POST',
        body: '{"id":"job_nobody"}',
      });
    assert.equal((await post(attemptId ?? '')).status, 401);
    assert.equal((await post(`att_${'0'.repeat(24)}`)).status, 404);
    return id;
  },
  async late_success(engine, simulate) {
    const id = await submit(engine, simulate);
    const row = await ended(id);
    assert.deepEqual([row.failureCode, row.chargedCredits], ['engine_failed', 0]);
    await until('the late video', async () =>
      (await listAttempts(store, id)).find(({ lateOutputFileId }) => lateOutputFileId !== null),
    );
    const late = await readGeneration(store, id);
    assert.deepEqual([late.status, late.chargedCredits, late.outputFileId], ['failed', 0, null]);
    return id;
  },
};

function play(subject: (typeof all)[number], isIn: (name: CaseName) => boolean): void {
  const bookName = 'bookName' in subject ? subject.bookName : undefined;
  for (const [name, { what, simulate, expected }] of casesOf(subject))
    if (isIn(name))
      it(what, async () =>
        compare(await (special[name] ?? submit)(subject.name, simulate), expected, bookName),
      );
}

// By itself, so that the first end is read before the second comes.
describe('a late video', { concurrency: true }, () => {
  for (const subject of all)
    describe(`of ${subject.name}`, { concurrency: true }, () =>
      play(subject, (name) => name === 'late_success'),
    );
});

describe('the pipeline', { concurrency: true }, () => {
  for (const subject of all)
    describe(`with ${subject.name}`, { concurrency: true }, () =>
      play(subject, (name) => name !== 'late_success'),
    );
});

it('takes no callback for an engine that is never called back about', async () => {
  for (const { name, differs } of all) {
    if (differs?.stranger === undefined) continue;
    const { attemptId } = await readGeneration(store, orphans.get(name) ?? '');
    const path = `/v1/callbacks/${name}/${attemptId}`;
    assert.equal((await fetch(publicUrl + path, { method: 'POST', body: '{}' })).status, 404, name);
  }
});

it('does not ask a provider again and again for a stranger', async () => {
  const { attemptId } = await readGeneration(store, orphans.get('ark') ?? '');
  const post = () =>
    fetch(`${publicUrl}/v1/callbacks/ark/${attemptId}`, { method: 'POST', body: '{"id":"job_nobody"}' });
  const answers: number[] = [];
  for (let n = 0; n < 25; n += 1) answers.push((await post()).status);
  assert.ok(answers.slice(0, 10).every((status) => status === 401));
  assert.ok(answers.slice(20).every((status) => status === 503));
});

it('leaves nothing out of balance and nothing unexpected', async () => {
  assert.deepEqual(await findImbalances(store), []);
  assert.deepEqual(unexpected, []);
});
