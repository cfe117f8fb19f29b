import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAccount } from '../../../test/accounts.ts';
import { testCertificates } from '../../../test/certificates.ts';
import { createTestDatabase } from '../../../test/database.ts';
import { solidFrame } from '../../../test/fixtures/media/pictures.ts';
import { tones } from '../../../test/fixtures/media/sounds.ts';
import { type OwnServer, ownServer } from '../../../test/fixtures/own-server.ts';
import { samplePlan, submitSample } from '../../../test/generations.ts';
import { until as untilThere } from '../../../test/until.ts';
import { reconcileAttempt } from '../../actions/reconcile-attempt.ts';
import type { Plan } from '../../domain/plan.ts';
import { type PriceBook, priceBooks } from '../../domain/price-book.ts';
import type { PricedEngine } from '../../domain/priced-engine.ts';
import { createVideosEngine } from '../../engines/videos/index.ts';
import { minimaxH3 } from '../../engines/videos/minimax-h3.ts';
import { diskFiles } from '../../files/disk.ts';
import { scratchIn } from '../../files/scratch.ts';
import { createMedia } from '../../media/create-media.ts';
import { createSafeFetch } from '../../net/safe-fetch.ts';
import { listServers, registerServers, setServerDrained } from '../../store/engine-servers.ts';
import { listEngines, registerEngines } from '../../store/engines.ts';
import { findImbalances } from '../../store/ledger.ts';
import { listParked } from '../../store/parked-attempts.ts';
import { listAttempts, readGeneration } from '../../store/read-generations.ts';
import { startWorker } from '../worker.ts';

const { store } = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), 'kinora-own-'));
after(() => rm(home, { recursive: true, force: true }));
const media = createMedia({});
const [width, height] = [128, 72];
const video = await aVideo(4);

async function aVideo(seconds: number): Promise<Buffer> {
  const path = join(home, 'video.mp4');
  const fps = 8;
  const encoder = await media.encode({ path, width, height, fps, sound: tones(seconds) });
  for (let frame = 0; frame < seconds * fps; frame++)
    await encoder.write(solidFrame({ width, height, yuv: [40 + frame, 110, 140], square: 200 }));
  await encoder.finish();
  return readFile(path);
}

/** A server of open models that runs what it is given until the test says that it is done. */
interface ModelServer extends OwnServer {
  /** By id: whether it is done. */
  jobs: Map<string, boolean>;
  /** What it says to the next starts instead of taking them. */
  refuses: { code: number; detail: string } | undefined;
  /** Whether it takes what it is given, and breaks the connection before it says so. */
  losesAnswers: boolean;
}

async function modelServer(): Promise<ModelServer> {
  const jobs = new Map<string, boolean>();
  let count = 0;
  const own = await ownServer(({ method, path, headers }) => {
    const json = (value: object, code = 200) => ({ code, json: value });
    const [, id = '', content] = /^\/v1\/videos\/(\w+)(\/content)?$/.exec(path) ?? [];
    const about = (one: string) => ({
      id: one,
      status: jobs.get(one) === true ? 'completed' : 'in_progress',
      created_at: Date.now() / 1000,
      prompt: samplePlan.prompt,
    });
    if (method === 'GET' && path.startsWith('/v1/videos?'))
      return json({ object: 'list', data: [...jobs.keys()].map(about) });
    if (method === 'POST') {
      if (server.refuses !== undefined) return json({ detail: server.refuses.detail }, server.refuses.code);
      count += 1;
      jobs.set(`video_${count}`, false);
      return server.losesAnswers ? 'cut' : json(about(`video_${count}`));
    }
    if (!jobs.has(id)) return json({ detail: 'Video not found' }, 404);
    if (content !== undefined)
      return headers.authorization === 'Bearer key-of-the-servers'
        ? { code: 200, bytes: video, contentType: 'video/mp4' }
        : json({ error: 'unauthorized' }, 401);
    return json(about(id));
  });
  const server: ModelServer = Object.assign(own, { jobs, refuses: undefined, losesAnswers: false });
  return server;
}

/** An engine on some of them, and what its work costs. */
async function engineOn(name: string, servers: ModelServer[], priceBook: PriceBook): Promise<PricedEngine> {
  const pool = servers.map(({ origin }) => ({ origin, slots: 1 }));
  const capabilities = { ...minimaxH3.capabilities, model: `${name}-1` };
  const { engine, close } = createVideosEngine({
    name,
    preset: { ...minimaxH3, capabilities },
    servers: pool,
    key: 'key-of-the-servers',
    callSeconds: 5,
    startSeconds: 5,
  });
  after(close);
  await registerEngines(store, [{ name, slots: engine.slots }]);
  await registerServers(store, name, pool);
  return { engine, priceBook, serves: ['live'], simulates: false };
}

const [left, right, spare, flaky, strict, gone] = await Promise.all([
  modelServer(),
  modelServer(),
  modelServer(),
  modelServer(),
  modelServer(),
  modelServer(),
]);
await gone.close();
const rows = [
  await engineOn('pool', [left, right], priceBooks.published),
  await engineOn('spare', [spare], priceBooks.published),
  await engineOn('flaky', [flaky], priceBooks.published),
  await engineOn('strict', [strict], priceBooks.published),
  await engineOn('gone', [gone], priceBooks.published),
];
const engines = new Map(rows.map((row) => [row.engine.name, row]));
const unexpected: unknown[] = [];
const worker = startWorker({
  store,
  files: diskFiles(join(home, 'files')),
  scratch: scratchIn(join(home, 'scratch')),
  media,
  engines,
  certificates: testCertificates,
  fetchFrom: (trustedOrigins) => createSafeFetch({ trustedOrigins }),
  callbackUrl: () => undefined,
  referenceUrl: () => undefined,
  onUnexpected: (error) => unexpected.push(error),
});
const owner = await openAccount(store, { credits: 1_000_000, concurrencyLimit: 100 });

const planOf = (engine: string, changes: Partial<Plan> = {}): Plan => ({
  ...samplePlan,
  engine,
  model: `${engine}-1`,
  durationSeconds: 4,
  width,
  height,
  ...changes,
});

async function submit(engine: string, changes: Partial<Plan> = {}): Promise<string> {
  const { id } = await submitSample(store, owner, { plan: planOf(engine, changes) });
  worker.nudge();
  return id;
}

/** Looks again and again, and lets nothing wait for a pause to pass. */
function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  return untilThere(what, async () => {
    const found = await look();
    if (found === undefined)
      await store.query(
        `update attempts set next_step_at = now() where next_step_at > now() and lease is null`,
      );
    return found;
  });
}

const running = (server: ModelServer) => [...server.jobs.values()].filter((done) => !done).length;
const finish = (...servers: ModelServer[]) => {
  for (const { jobs } of servers) for (const id of jobs.keys()) jobs.set(id, true);
};
const completed = (id: string) =>
  until(`the video of ${id}`, async () => {
    const row = await readGeneration(store, id);
    if (row.status === 'failed') assert.fail(row.failureMessage ?? 'it failed');
    return row.status === 'complete' ? row : undefined;
  });

test('spreads work over the servers, each with no more than its slots, and fetches the videos from them', async () => {
  const ids = await Promise.all([submit('pool'), submit('pool'), submit('pool')]);
  await until('one job for each server', () =>
    running(left) === 1 && running(right) === 1 ? true : undefined,
  );
  const servers = await until('a look at the servers', async () => {
    const seen = await listServers(store, 'pool');
    return seen.every(({ busy }) => busy === 1) ? seen : undefined;
  });
  assert.deepEqual(
    servers.map(({ trouble }) => trouble),
    [null, null],
  );
  finish(left);
  await until('the third job', () => (left.jobs.size + right.jobs.size === 3 ? true : undefined));
  assert.equal(left.jobs.size, 2, 'it waited for the one that was free');
  finish(left, right);
  for (const id of ids) assert.equal((await completed(id)).chargedCredits, 243);
});

test('sends nothing to a drained server, whose job goes on', async () => {
  await setServerDrained(store, { engine: 'pool', origin: left.origin, drained: true });
  await until('a look that knows of it', async () => {
    await sleep(2_100);
    return true;
  });
  const before = left.jobs.size;
  const ids = [await submit('pool'), await submit('pool')];
  await until('the job on the other', () => (running(right) === 1 ? true : undefined));
  await sleep(300);
  assert.equal(left.jobs.size, before);
  assert.equal(running(right), 1, 'no more than its slots');
  finish(right);
  await until('the next', () => (running(right) === 1 ? true : undefined));
  finish(right);
  for (const id of ids) await completed(id);
  await setServerDrained(store, { engine: 'pool', origin: left.origin, drained: false });
});

test('asks again for a job that its server has forgotten, and never for one that it merely cannot be asked about', async () => {
  const id = await submit('spare');
  await until('its job', () => (spare.jobs.size === 1 ? true : undefined));
  await until('the handle', async () => (await listAttempts(store, id))[0]?.handle ?? undefined);
  spare.jobs.clear();
  await until('a second job', () => (spare.jobs.size === 1 ? true : undefined));
  finish(spare);
  await completed(id);
  const attempts = await listAttempts(store, id);
  assert.deepEqual(
    attempts.map(({ result, message }) => [result, message?.slice(0, 16) ?? null]),
    [
      ['failed', 'Its job is gone.'],
      ['succeeded', null],
    ],
  );
});

const fallback = (engine: string) => {
  const { references: _, ...plan } = planOf(engine);
  return plan;
};

test('lets the next engine of the route make it after a fault that can pass, and says so', async () => {
  flaky.refuses = { code: 503, detail: 'The model is being loaded' };
  const id = await submit('flaky', { fallbacks: [fallback('gone'), fallback('spare')] });
  await until('the job elsewhere', () => (running(spare) === 1 ? true : undefined));
  finish(spare);
  const made = await completed(id);
  assert.deepEqual(
    [made.engine, made.model, made.plan.engine, made.plan.fallbacks],
    ['spare', 'spare-1', 'spare', undefined],
  );
  const attempts = await listAttempts(store, id);
  assert.deepEqual(
    attempts.map(({ engine, result }) => [engine, result]),
    [
      ['flaky', 'failed'],
      ['spare', 'succeeded'],
    ],
  );
  const [note] = made.notes.filter(({ code }) => code === 'failed_over');
  assert.match(
    note?.message ?? '',
    /^The engine "flaky" failed; "spare" makes it instead, for no more than what is held\. It had said: .*The model is being loaded/,
  );
});

test('never gets round what the engine has against the request itself', async () => {
  strict.refuses = { code: 400, detail: 'The prompt is not allowed' };
  const id = await submit('strict', { fallbacks: [fallback('spare')] });
  const failed = await until('its end', async () => {
    const row = await readGeneration(store, id);
    return row.status === 'failed' ? row : undefined;
  });
  assert.deepEqual(
    [failed.engine, failed.failureCode, failed.chargedCredits],
    ['strict', 'engine_failed', 0],
  );
});

test('does not fail over to an engine that costs more than what is held', async () => {
  flaky.refuses = { code: 503, detail: 'The model is being loaded' };
  const { id } = await submitSample(store, owner, {
    plan: planOf('flaky', { fallbacks: [fallback('spare')] }),
    price: { credits: 100, usdCents: 100 },
  });
  worker.nudge();
  await until('a second attempt', async () =>
    (await listAttempts(store, id)).length > 1 ? true : undefined,
  );
  assert.deepEqual(new Set((await listAttempts(store, id)).map(({ engine }) => engine)), new Set(['flaky']));
  flaky.refuses = undefined;
});

test('gives what waits for an engine without a server to the next of its route, and lets the rest wait', async () => {
  const moved = await submit('gone', { fallbacks: [fallback('spare')] });
  const waiting = await submit('gone');
  await until('the job elsewhere', () => (running(spare) === 1 ? true : undefined));
  finish(spare);
  const made = await completed(moved);
  assert.deepEqual(
    (await listAttempts(store, moved)).map(({ engine }) => engine),
    ['spare'],
    'nobody else was asked',
  );
  assert.match(
    made.notes.find(({ code }) => code === 'failed_over')?.message ?? '',
    /None of its servers answers/,
  );
  assert.equal((await readGeneration(store, waiting)).status, 'pending');
  const engine = (await listEngines(store)).find(({ name }) => name === 'gone');
  assert.match(engine?.notBeforeReason ?? '', /^None of its servers answers\. .*ECONNREFUSED/);
});

/** As if the start had been long ago, so that its look-up counts. */
const age = (id: string) =>
  store.query(
    `update attempts set started_at = started_at - interval '10 minutes',
      asked_at = asked_at - interval '10 minutes', next_step_at = now(), lease = null
    where generation_id = $1 and step = 'starting'`,
    [id],
  );

test('asks anew for a start whose answer was lost where no server knows anything like it', async () => {
  strict.refuses = { code: 500, detail: 'The worker died' };
  const id = await submit('strict');
  await until('the lost start', async () =>
    (await listAttempts(store, id))[0]?.step === 'starting' &&
    strict.received.some(({ method }) => method === 'POST')
      ? true
      : undefined,
  );
  strict.refuses = undefined;
  await until('a new attempt', async () => {
    await age(id);
    return (await listAttempts(store, id)).length > 1 ? true : undefined;
  });
  await until('its job', () => (running(strict) === 1 ? true : undefined));
  finish(strict);
  await completed(id);
  assert.deepEqual(
    (await listAttempts(store, id)).map(({ result }) => result),
    ['lost', 'succeeded'],
  );
});

test('parks one that a person has to compare, and follows the job that the person names', async () => {
  strict.losesAnswers = true;
  const id = await submit('strict');
  const parked = await until('the parking', async () =>
    (await listParked(store, 10)).find(({ generationId }) => generationId === id),
  );
  strict.losesAnswers = false;
  const [, jobId = ''] = /at that time: (\S+)\.$/.exec(parked.message ?? '') ?? [];
  assert.match(jobId, new RegExp(`^${strict.origin}/v1/videos/video_`));
  finish(strict);
  await reconcileAttempt(
    { store, engines },
    { attemptId: parked.attemptId, actor: 'operator', verdict: { decision: 'follow', jobId } },
  );
  assert.equal((await completed(id)).attempt, 1);
});

test('the books balance, and nothing unexpected has happened', async () => {
  // Before the database goes: what is kept between looks is given up in it.
  await worker.stop();
  assert.deepEqual(await findImbalances(store), []);
  assert.deepEqual(unexpected, []);
});
