import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openAccount } from '../../test/accounts.ts';
import { testCertificates } from '../../test/certificates.ts';
import { createTestDatabase } from '../../test/database.ts';
import { claimGeneration, samplePlan, submitSample } from '../../test/generations.ts';
import { purses } from '../domain/credits.ts';
import type { LocalEngine, RenderContext, RenderResult } from '../domain/engine.ts';
import type { Plan } from '../domain/plan.ts';
import { priceBooks } from '../domain/price-book.ts';
import { diskFiles } from '../files/disk.ts';
import { scratchIn } from '../files/scratch.ts';
import { createMedia } from '../media/create-media.ts';
import { soundRate } from '../media/media.ts';
import { createSafeFetch } from '../net/safe-fetch.ts';
import { cancelGeneration } from '../store/end-generation.ts';
import { registerEngines } from '../store/engines.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import { findImbalances, grantCredits, readBalances } from '../store/ledger.ts';
import { findGeneration, listAttempts, listEvents } from '../store/read-generations.ts';
import { reclaimLost } from './reclaim.ts';
import { startWorker } from './worker.ts';

const { store } = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), 'kinora-worker-'));
after(() => rm(home, { recursive: true, force: true }));
const media = createMedia({});
const files = diskFiles(join(home, 'files'));
const scratch = scratchIn(join(home, 'scratch'));

/** Real videos of 5 s and of 4 s, small and plain, for engines that hand out something ready-made. */
const videos = { whole: join(home, 'whole.mp4'), short: join(home, 'short.mp4') };
const poster = join(home, 'poster.jpg');
const size = { width: 64, height: 64 };
for (const [path, seconds] of [
  [videos.whole, 5],
  [videos.short, 4],
] as const) {
  const silence = new Float32Array(seconds * soundRate);
  const encoder = await media.encode({ path, ...size, fps: 24, sound: { left: silence, right: silence } });
  const frame = Buffer.alloc((64 * 64 * 3) / 2, 100);
  for (let n = 0; n < seconds * 24; n += 1) await encoder.write(frame);
  await encoder.finish();
}
await media.encodeStill({ ...size, data: Buffer.alloc(64 * 64 * 4, 200) }, { path: poster, quality: 80 });

let engineCount = 0;

type Render = (context: RenderContext, attempt: number) => Promise<RenderResult>;

/** A worker with one engine of its own, an account with 1,000 credits, and a generation in line. */
async function setUp(render: Render, slots = 1) {
  engineCount += 1;
  const name = `engine-${engineCount}`;
  let attempts = 0;
  const engine: LocalEngine = {
    kind: 'local',
    name,
    slots,
    capabilities: {
      model: 'm',
      endpoints: [],
      durationsSeconds: [],
      sizes: { '16:9': size, '9:16': size, '1:1': size },
      maxReferences: { image: 0, video: 0, audio: 0, total: 0 },
      maxTotalSeconds: {},
      audioAlone: false,
      maxPromptCharacters: 0,
      seeds: true,
      storyboards: false,
      audio: true,
      promptTag: {
        image: { before: '', after: '' },
        video: { before: '', after: '' },
        audio: { before: '', after: '' },
      },
    },
    render(_plan, context) {
      attempts += 1;
      return render(context, attempts);
    },
  };
  const unexpected: unknown[] = [];
  const deps = {
    store,
    files,
    scratch,
    media,
    engines: new Map([[name, { engine, priceBook: priceBooks.published, serves: purses, simulates: false }]]),
    certificates: testCertificates,
    fetchFrom: (trustedOrigins: readonly string[]) => createSafeFetch({ trustedOrigins }),
    callbackUrl: () => undefined,
    referenceUrl: () => undefined,
    onUnexpected: (error: unknown) => unexpected.push(error),
  };
  const owner = await openAccount(store, { credits: 1_000 });
  const accountId = owner.account.id;
  const submit = (changes: Partial<Plan> = {}) =>
    submitSample(store, owner, { plan: { ...samplePlan, ...size, engine: name, ...changes } });
  const row = async (id: string) => {
    const found = await findGeneration(store, { accountId, purse: 'live' }, id);
    assert.ok(found);
    return found;
  };
  const until = async (id: string, reached: (row: GenerationRow) => boolean) => {
    for (let n = 0; n < 600; n += 1) {
      const found = await row(id);
      if (reached(found)) return found;
      await sleep(25);
    }
    throw new Error(`${id} never got there`);
  };
  return { name, deps, accountId, submit, until, unexpected, owner };
}

const ended = ({ status }: GenerationRow) => status === 'complete' || status === 'failed';

async function hand(context: RenderContext, video: string): Promise<RenderResult> {
  const videoPath = join(context.directory, 'video.mp4');
  const posterPath = join(context.directory, 'poster.jpg');
  await copyFile(video, videoPath);
  await copyFile(poster, posterPath);
  return { status: 'done', videoPath, posterPath, storyboard: { shots: [] }, notes: [], checks: [] };
}

/** Renders until aborted. */
const never = (context: RenderContext) =>
  new Promise<RenderResult>((_resolve, reject) => {
    context.signal.addEventListener('abort', () => reject(context.signal.reason as Error));
  });

const available = async (accountId: string) => (await readBalances(store, accountId)).live;

test('makes a video, measures it, keeps it, and charges by its length', async () => {
  const { deps, accountId, submit, until, unexpected } = await setUp((context) =>
    hand(context, videos.whole),
  );
  const { id } = await submit();
  const worker = startWorker(deps);
  const row = await until(id, ended);
  await worker.stop();
  assert.deepEqual([row.status, row.outcome, row.chargedCredits], ['complete', 'succeeded', 303]);
  assert.equal(row.outputFacts?.frames, 120);
  // The engine did not look at its own video: black, still and silent are then for a person to judge.
  assert.deepEqual(
    row.checks.map(({ name, status }) => `${name} ${status}`),
    ['size passed', 'codecs passed', 'duration passed', 'black passed', 'frozen warning', 'sound warning'],
  );
  assert.equal(row.checks.at(-2)?.message, 'It stands still from 0.00 s to 4.96 s.');
  assert.ok(row.outputFileId !== null && row.posterFileId !== null);
  assert.deepEqual(await available(accountId), { available: 697, held: 0 });
  assert.deepEqual(unexpected, []);
});

test("an engine's own checks are kept as they are", async () => {
  const own = {
    name: 'product_colour',
    status: 'passed',
    message: 'ΔE2000 1.0.',
    measured: 1,
    limit: 5,
  } as const;
  const { deps, submit, until } = await setUp(async (context) => {
    const handed = await hand(context, videos.whole);
    return handed.status === 'done' ? { ...handed, checks: [own] } : handed;
  });
  const { id } = await submit();
  const worker = startWorker(deps);
  assert.deepEqual((await until(id, ended)).checks, [own]);
  await worker.stop();
});

test('a video more than half a second short is charged at what it lasts', async () => {
  const { deps, submit, until } = await setUp((context) => hand(context, videos.short));
  const { id } = await submit();
  const worker = startWorker(deps);
  assert.equal((await until(id, ended)).chargedCredits, 243);
  await worker.stop();
});

test('an output that is not a video fails, and costs nothing', async () => {
  const { deps, accountId, submit, until } = await setUp((context) => hand(context, poster));
  const { id } = await submit();
  const worker = startWorker(deps);
  const row = await until(id, ended);
  await worker.stop();
  assert.deepEqual([row.status, row.failureCode, row.chargedCredits], ['failed', 'output_invalid', 0]);
  assert.match(row.failureMessage ?? '', /cannot be delivered\. It is image\/jpeg, not a video\.$/);
  assert.deepEqual(await available(accountId), { available: 1_000, held: 0 });
});

test('a fault that may pass is tried again, and the second try delivers', async () => {
  const { deps, submit, until } = await setUp(async (context, attempt) =>
    attempt === 1
      ? { status: 'failed', code: 'engine_failed', message: 'It stumbled.', retryable: true }
      : hand(context, videos.whole),
  );
  const { id } = await submit();
  const worker = startWorker(deps);
  await until(id, ({ attempt, status }) => attempt === 1 && status === 'pending');
  await store.query('update generations set not_before = now() where id = $1', [id]);
  const row = await until(id, ended);
  await worker.stop();
  assert.equal(row.status, 'complete');
  assert.deepEqual(
    (await listAttempts(store, id)).map(({ result }) => result),
    ['failed', 'succeeded'],
  );
});

test('the next engine of the route makes it after a fault that may pass, and never what was rejected', async () => {
  const spare = await setUp((context) => hand(context, videos.whole));
  const stumbles = (code: 'engine_failed' | 'content_rejected') =>
    setUp(async () => ({
      status: 'failed',
      code,
      message: 'It stumbled.',
      retryable: code === 'engine_failed',
    }));
  for (const [code, engines] of [
    ['engine_failed', 2],
    ['content_rejected', 1],
  ] as const) {
    const { name, deps, submit, until } = await stumbles(code);
    await registerEngines(store, [
      { name, slots: undefined },
      { name: spare.name, slots: undefined },
    ]);
    const { references: _, ...fallback } = { ...samplePlan, ...size, engine: spare.name };
    const { id } = await submit({ fallbacks: [fallback] });
    const worker = startWorker({ ...deps, engines: new Map([...deps.engines, ...spare.deps.engines]) });
    const row = await until(id, ended);
    await worker.stop();
    assert.equal(row.status, code === 'engine_failed' ? 'complete' : 'failed');
    assert.equal(new Set((await listAttempts(store, id)).map(({ engine }) => engine)).size, engines);
    assert.equal(row.notes.filter((note) => note.code === 'failed_over').length, engines - 1);
  }
});

test('an engine that throws is a failure of that generation, told and given up after three tries', async () => {
  const { deps, accountId, submit, until, unexpected } = await setUp(() =>
    Promise.reject(new Error('a bug')),
  );
  const { id } = await submit();
  const worker = startWorker(deps);
  for (const attempt of [1, 2]) {
    await until(id, (row) => row.attempt === attempt && row.status === 'pending');
    await store.query('update generations set not_before = now() where id = $1', [id]);
  }
  const row = await until(id, ended);
  await worker.stop();
  assert.deepEqual(
    [row.failureCode, row.failureMessage, row.attempt],
    ['engine_failed', 'Something went wrong on our side while the video was made.', 3],
  );
  assert.deepEqual(unexpected.map(String), Array(3).fill('Error: a bug'));
  assert.deepEqual(await available(accountId), { available: 1_000, held: 0 });
});

test('canceling stops a render under way and gives the credits back', async () => {
  const { deps, accountId, submit, until } = await setUp(never);
  const { id } = await submit();
  const worker = startWorker(deps);
  await until(id, ({ status }) => status === 'processing');
  await cancelGeneration(store, { accountId, purse: 'live' }, id);
  const row = await until(id, ended);
  await worker.stop();
  assert.deepEqual([row.outcome, row.chargedCredits], ['canceled', 0]);
  assert.deepEqual(await available(accountId), { available: 1_000, held: 0 });
});

test('stopping gives the work back at once, and the next worker finishes it', async () => {
  const first = await setUp((context, attempt) =>
    attempt === 1 ? never(context) : hand(context, videos.whole),
  );
  const { id } = await first.submit();
  const worker = startWorker(first.deps);
  await first.until(id, ({ status }) => status === 'processing');
  await worker.stop();
  assert.equal((await first.until(id, () => true)).status, 'pending');
  const next = startWorker(first.deps);
  assert.equal((await first.until(id, ended)).status, 'complete');
  await next.stop();
  assert.deepEqual(await available(first.accountId), { available: 697, held: 0 });
});

test('the work of a worker that died is taken over and charged once', async () => {
  const { name, deps, accountId, submit, until } = await setUp((context) => hand(context, videos.whole));
  const { id } = await submit();
  const dead = await claimGeneration(store, { engine: name, leaseSeconds: -1 });
  assert.equal(dead?.id, id);
  await reclaimLost(deps, { all: false });
  const worker = startWorker(deps);
  assert.equal((await until(id, ended)).status, 'complete');
  await worker.stop();
  assert.deepEqual(await available(accountId), { available: 697, held: 0 });
  const ends = (await listEvents(store, id, 0)).filter(({ type }) => type === 'generation.complete');
  assert.equal(ends.length, 1);
});

test('a generation whose workers keep dying is ended, uncharged', async () => {
  const { name, deps, accountId, submit, until } = await setUp(never);
  const { id } = await submit();
  for (let n = 0; n < 10; n += 1) {
    await claimGeneration(store, { engine: name, leaseSeconds: -1 });
    await reclaimLost(deps, { all: false });
  }
  const row = await until(id, ended);
  assert.deepEqual([row.failureCode, row.chargedCredits], ['too_many_attempts', 0]);
  assert.deepEqual(await available(accountId), { available: 1_000, held: 0 });
});

test('runs as many at once as the engine has slots, and no more', async () => {
  let running = 0;
  let most = 0;
  const { deps, submit, until, owner } = await setUp(async (context) => {
    running += 1;
    most = Math.max(most, running);
    await sleep(100);
    running -= 1;
    return hand(context, videos.whole);
  }, 2);
  await grantCredits(store, {
    accountId: owner.account.id,
    purse: 'live',
    credits: 10_000,
    source: 'operator',
    reason: 'test',
  });
  const rows = await Promise.all(Array.from({ length: 5 }, submit));
  const worker = startWorker(deps);
  for (const { id } of rows) await until(id, ended);
  await worker.stop();
  assert.equal(most, 2);
});

test('leaves nothing behind: no scratch folder, no open hold', async () => {
  assert.deepEqual(await readdir(join(home, 'scratch')), []);
  assert.deepEqual(await findImbalances(store), []);
});
