import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createTestApp, operatorKey, signUp, type TestApp } from '../../test/app.ts';
import { setClock } from '../../test/clock.ts';
import { claimGeneration } from '../../test/generations.ts';
import type { Batch, BatchRowPage } from '../contract/batch.ts';
import type { Problem } from '../contract/problem.ts';
import type { CanceledMany } from '../contract/scheduling.ts';
import { priceBooks } from '../domain/price-book.ts';
import { feedBatch, finishCanceled } from '../pipeline/feed-batches.ts';
import { markCanceled } from '../store/batches.ts';
import { takeDueBatch } from '../store/feed-batch.ts';
import { findImbalances, grantCredits, readBalances } from '../store/ledger.ts';
import { newId } from '../store/new-id.ts';
import { readKeptRequest } from './read-request.ts';

const mug = await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url));

let requests = 0;
const host: Server = createServer((request, response) => {
  requests += 1;
  if (request.url === '/mug.jpg') response.writeHead(200, { 'content-type': 'image/jpeg' }).end(mug);
  else response.writeHead(404).end();
});
await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
after(() => host.close());
const origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;

const app = await createTestApp({ priceBook: priceBooks.published, trustedOrigins: [origin] });

const feedDeps = {
  ...app.deps,
  readRow: readKeptRequest,
  onHeld: () => {},
  onUnexpected: (error: unknown) => app.unexpected.push(error),
};

/** Feeds until nothing is due: what the feeder of a server does by itself. */
async function feed(): Promise<void> {
  for (let n = 0; n < 100; n += 1) {
    const batch = await takeDueBatch(app.store, 60);
    if (batch === undefined) return;
    await feedBatch(feedDeps, batch);
  }
  throw new Error('the batches are never fed');
}

/** As if the pauses between looks had passed. */
async function feedAgain(): Promise<void> {
  await app.store.query(`update batches set next_look_at = now() where next_look_at < 'infinity'`);
  await feed();
}

const row = (changes: object = {}) => ({
  prompt: '@Image1 turns slowly',
  reference_images: [`${origin}/mug.jpg`],
  duration: 5,
  aspect_ratio: '16:9',
  ...changes,
});

async function makeBatch(key: string, rows: object[], changes: object = {}): Promise<string> {
  const made = await app.json<Batch>('POST', '/v1/batches', { key, body: { name: 'spring', ...changes } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const added = await app.json('POST', `/v1/batches/${made.body.id}/rows`, { key, body: { rows } });
  assert.equal(added.status, 201, JSON.stringify(added.body));
  return made.body.id;
}

const show = async (key: string, id: string) =>
  (await app.json<Batch>('GET', `/v1/batches/${id}`, { key })).body;

const rowsOf = async (key: string, id: string, query = '') =>
  (await app.json<BatchRowPage>('GET', `/v1/batches/${id}/rows${query}`, { key })).body.data;

const statesOf = async (key: string, id: string) => (await rowsOf(key, id)).map(({ state }) => state);

test('makes each row as a single submit would, with what the batch says of all', async () => {
  const { key } = await signUp(app, 1_000);
  const id = await makeBatch(key, [row(), row({ tags: ['own'], seed: 7 })], {
    workflow: 'shop',
    tags: ['all'],
  });
  await feed();
  const batch = await show(key, id);
  assert.deepEqual(batch.rows, { waiting: 0, waiting_budget: 0, submitted: 2, refused: 0, canceled: 0 });
  assert.deepEqual(batch.generations, { pending: 2, processing: 0, complete: 0, failed: 0 });
  assert.deepEqual(
    [batch.status, batch.credits, batch.stopped_by],
    ['running', { held: 606, charged: 0 }, null],
  );
  assert.ok(batch.eta_seconds !== null && batch.eta_seconds > 0);
  const [, second] = await rowsOf(key, id);
  const generation = await app.json<Record<string, unknown>>(
    'GET',
    `/v1/generations/${second?.generation_id}`,
    {
      key,
    },
  );
  const { workflow, tags, batch_id, seed } = generation.body;
  assert.deepEqual([workflow, tags, batch_id, seed], ['shop', ['all', 'own'], id, 7]);
  assert.deepEqual(await findImbalances(app.store), []);
});

test('a dead reference refuses its row and no other, and the row can be tried again', async () => {
  const { key } = await signUp(app, 1_000);
  const id = await makeBatch(key, [row({ reference_images: [`${origin}/gone.jpg`] }), row()]);
  await feed();
  assert.deepEqual(await statesOf(key, id), ['refused', 'submitted']);
  const [refused] = await rowsOf(key, id, '?state=refused');
  assert.equal(refused?.reason?.['code'], 'reference_unreachable');
  assert.match(String(refused?.reason?.['doc_url']), /\/docs\/errors\/reference_unreachable$/);
  assert.deepEqual(
    ((refused?.reason?.['errors'] ?? []) as { pointer: string }[]).map(({ pointer }) => pointer),
    ['/reference_images/0'],
  );
  const again = await app.json('POST', `/v1/batches/${id}/rows/1/retry`, { key });
  assert.equal(again.status, 200);
  await app.store.query(`update batch_rows set request = request || $2 where batch_id = $1 and number = 1`, [
    id,
    JSON.stringify({ reference_images: [`${origin}/mug.jpg`] }),
  ]);
  await feed();
  assert.deepEqual(await statesOf(key, id), ['submitted', 'submitted']);
  const late = await app.json<Problem>('POST', `/v1/batches/${id}/rows/1/retry`, { key });
  assert.deepEqual([late.status, late.body.code], [409, 'invalid_state']);
});

test('waits for credits, says so, goes on when they come, and fetches nothing twice', async () => {
  const { accountId, key } = await signUp(app, 300);
  const id = await makeBatch(key, [row(), row(), row()]);
  await feed();
  assert.deepEqual(await statesOf(key, id), ['submitted', 'waiting_budget', 'waiting_budget']);
  const stopped = await show(key, id);
  assert.deepEqual(stopped.stopped_by, { reason: 'credits', available: 47 });
  assert.deepEqual([stopped.status, stopped.eta_at], ['waiting_budget', null]);
  const before = requests;
  await feedAgain();
  assert.equal((await show(key, id)).rows.waiting_budget, 2);
  await grantCredits(app.store, {
    accountId,
    purse: 'live',
    credits: 700,
    source: 'operator',
    reason: 'more',
  });
  await feed();
  const done = await show(key, id);
  assert.deepEqual([done.rows.submitted, done.stopped_by, done.status], [3, null, 'running']);
  assert.equal(requests, before);
  assert.deepEqual(await findImbalances(app.store), []);
});

test('the full cap of one end user keeps the rows of that one only, until it is raised', async () => {
  const { accountId, key } = await signUp(app, 10_000);
  const budget = newId('budget');
  await app.store.query('select from create_budget(jsonb_populate_record(null::budgets, $1::jsonb))', [
    JSON.stringify({
      id: budget,
      account_id: accountId,
      purse: 'live',
      name: 'per person',
      scope: 'end_user',
      scope_value: '*',
      period: 'daily',
      limit_credits: 400,
      action: 'block',
      thresholds: [],
    }),
  ]);
  const of = (end_user_id: string) => row({ end_user_id });
  const id = await makeBatch(key, [of('ann'), of('ann'), of('ann'), of('ben'), row()]);
  await feed();
  assert.deepEqual(await statesOf(key, id), [
    'submitted',
    'waiting_budget',
    'waiting_budget',
    'submitted',
    'submitted',
  ]);
  const stopped = await show(key, id);
  assert.equal(stopped.stopped_by?.['budget_id'], budget);
  const before = requests;
  await feedAgain();
  assert.equal((await show(key, id)).rows.waiting_budget, 2);
  assert.equal(requests, before, 'a row that a cap keeps waiting fetches nothing');
  await app.store.query('update budgets set limit_credits = 700 where id = $1', [budget]);
  await feed();
  assert.equal((await show(key, id)).rows.waiting_budget, 1);
  await setClock(app.store, new Date(Date.now() + 86_400_000).toISOString());
  await feedAgain();
  await setClock(app.store, undefined);
  const done = await show(key, id);
  assert.deepEqual([done.rows.submitted, done.stopped_by], [5, null]);
});

test('holds no more than it is told to ahead', async () => {
  const { key } = await signUp(app, 10_000);
  const id = await makeBatch(
    key,
    Array.from({ length: 5 }, () => row()),
    { ahead: 2 },
  );
  await feed();
  assert.equal((await show(key, id)).generations.pending, 2);
  await feedAgain();
  assert.equal((await show(key, id)).generations.pending, 2);
  await app.json('PATCH', `/v1/batches/${id}`, { key, body: { ahead: 4 } });
  await feed();
  const batch = await show(key, id);
  assert.deepEqual([batch.generations.pending, batch.rows.waiting], [4, 1]);
});

test('an upload that is repeated adds nothing twice', async () => {
  const { key } = await signUp(app);
  const { body } = await app.json<Batch>('POST', '/v1/batches', { key, body: { name: 'twice' } });
  const upload = (rows: object[]) =>
    app.json<{ first: number; last: number; code?: string }>('POST', `/v1/batches/${body.id}/rows`, {
      key,
      body: { rows },
      headers: { 'idempotency-key': 'upload-1' },
    });
  const first = await upload([row(), row()]);
  const again = await upload([row(), row()]);
  assert.deepEqual([first.body.first, first.body.last], [1, 2]);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal((await upload([row()])).body.code, 'idempotency_key_reused');
  assert.equal((await show(key, body.id)).row_count, 2);
  const next = await app.json<{ first: number }>('POST', `/v1/batches/${body.id}/rows`, {
    key,
    body: { rows: [row()] },
  });
  assert.equal(next.body.first, 3);
});

test('names every fault of an upload with its row, and then adds none', async () => {
  const { key } = await signUp(app);
  const { body } = await app.json<Batch>('POST', '/v1/batches', { key, body: { name: 'faulty' } });
  const rows = [
    row(),
    row({ duration: 99 }),
    row({ dry_run: true }),
    row({ reference_images: [`${origin}/\u0000`] }),
  ];
  const refused = await app.json<Problem>('POST', `/v1/batches/${body.id}/rows`, { key, body: { rows } });
  assert.equal(refused.status, 422);
  const pointers = refused.body.errors.map(({ pointer }) => pointer);
  for (const pointer of ['/rows/1/duration', '/rows/2/dry_run', '/rows/3'])
    assert.ok(
      pointers.some((one) => one.startsWith(pointer)),
      `${pointer} in ${pointers.join(' ')}`,
    );
  const bare = { prompt: 'x', duration: 5, aspect_ratio: '16:9' };
  const without = await app.json<Problem>('POST', `/v1/batches/${body.id}/rows`, {
    key,
    body: { rows: [row(), bare] },
  });
  assert.deepEqual(
    without.body.errors.map(({ pointer, code }) => [pointer, code]),
    [['/rows/1', 'reference_required']],
  );
  assert.equal((await show(key, body.id)).row_count, 0);
});

test('a paused batch holds and begins nothing, and goes on when it is resumed', async () => {
  const { key } = await signUp(app, 1_000);
  const id = await makeBatch(key, [row(), row()], { ahead: 1 });
  await feed();
  await app.json('POST', `/v1/batches/${id}/pause`, { key });
  await feedAgain();
  assert.equal((await show(key, id)).status, 'paused');
  const [first] = await rowsOf(key, id);
  const waiting = await app.json<{ waiting_on: string; queue: { eta_at: string | null } }>(
    'GET',
    `/v1/generations/${first?.generation_id}`,
    { key },
  );
  assert.deepEqual([waiting.body.waiting_on, waiting.body.queue.eta_at], ['batch_paused', null]);
  assert.equal(await claimOf(app, first?.generation_id), false);
  await app.json('POST', `/v1/batches/${id}/resume`, { key });
  assert.equal(await claimOf(app, first?.generation_id), true);
});

/** Whether a claim of everything takes this one. */
async function claimOf({ store }: TestApp, id: string | null | undefined): Promise<boolean> {
  for (let n = 0; n < 200; n += 1) {
    const claimed = await claimGeneration(store, { engine: 'local', leaseSeconds: 60 });
    if (claimed === undefined) return false;
    if (claimed.id === id) return true;
  }
  throw new Error('claims never end');
}

test('canceling a batch ends its rows and what waits, gives the credits back, and asks the rest to stop', async () => {
  const { accountId, key } = await signUp(app, 1_000);
  const id = await makeBatch(key, [row(), row(), row()], { ahead: 2 });
  await feed();
  const [first] = await rowsOf(key, id);
  assert.equal(await claimOf(app, first?.generation_id), true);
  const canceled = await app.json<Batch>('POST', `/v1/batches/${id}/cancel`, { key });
  const { rows, generations, status } = canceled.body;
  assert.deepEqual(rows, { waiting: 0, waiting_budget: 0, submitted: 2, refused: 0, canceled: 1 });
  assert.deepEqual(generations, { pending: 0, processing: 1, complete: 0, failed: 1 });
  assert.equal(status, 'canceled');
  assert.equal((await readBalances(app.store, accountId)).live.held, 303);
  const more = await app.json<Problem>('POST', `/v1/batches/${id}/rows`, { key, body: { rows: [row()] } });
  assert.deepEqual([more.status, more.body.code], [409, 'invalid_state']);
});

test('a batch whose canceler died is canceled to its end by the server', async () => {
  const { accountId, key } = await signUp(app, 1_000);
  const id = await makeBatch(key, [row(), row()], { ahead: 1 });
  await feed();
  await markCanceled(app.store, { accountId, purse: 'live' }, id);
  await finishCanceled(app.store);
  const { rows, generations } = await show(key, id);
  assert.deepEqual([rows.canceled, generations.failed, generations.pending], [1, 1, 0]);
});

test('a row is made once, though the process that fed it lost its lease on the way', async () => {
  const { key } = await signUp(app, 10_000);
  // What other tests have left waiting is not due again for a while.
  await feed();
  const id = await makeBatch(key, [row(), row(), row()]);
  const slow = await takeDueBatch(app.store, -1);
  assert.equal(slow?.id, id);
  // Nobody wakes it: that the lease has run out is enough.
  await feed();
  if (slow !== undefined) await feedBatch(feedDeps, slow);
  const batch = await show(key, id);
  assert.deepEqual([batch.rows.submitted, batch.generations.pending], [3, 3]);
  const [files] = await app.store.query<{ count: number }>(
    `select count(*)::int as count from files f join batches b on b.account_id = f.account_id where b.id = $1`,
    [id],
  );
  assert.equal(files?.count, 3, 'what the slower one fetched is given back');
});

test('many feeders at once make each row once', async () => {
  const { key } = await signUp(app, 1_000_000);
  const ids = await Promise.all(
    Array.from({ length: 4 }, () =>
      makeBatch(
        key,
        Array.from({ length: 30 }, () => row()),
      ),
    ),
  );
  await Promise.all(Array.from({ length: 6 }, feed));
  await feed();
  for (const id of ids) {
    const batch = await show(key, id);
    assert.deepEqual([batch.rows.submitted, batch.generations.pending], [30, 30]);
  }
  assert.deepEqual(await findImbalances(app.store), []);
});

test('a revoked key stops its batches until another key resumes them', async () => {
  const { accountId, key } = await signUp(app, 1_000);
  const id = await makeBatch(key, [row()]);
  const other = await app.json<{ key: string }>('POST', '/v1/keys', {
    key: operatorKey,
    body: { account_id: accountId },
  });
  await app.store.query('update keys set revoked_at = now() where account_id = $1 and id <> $2', [
    accountId,
    (other.body as unknown as { id: string }).id,
  ]);
  await feed();
  assert.equal((await show(other.body.key, id)).stopped_by?.['reason'], 'key_revoked');
  await app.json('POST', `/v1/batches/${id}/resume`, { key: other.body.key });
  await feed();
  assert.equal((await show(other.body.key, id)).rows.submitted, 1);
});

test("another account's batch is not there", async () => {
  const { key } = await signUp(app, 1_000);
  const stranger = await signUp(app);
  const id = await makeBatch(key, [row()]);
  for (const [method, path, body] of [
    ['GET', `/v1/batches/${id}`, undefined],
    ['GET', `/v1/batches/${id}/rows`, undefined],
    ['PATCH', `/v1/batches/${id}`, { priority: 1 }],
    ['POST', `/v1/batches/${id}/rows`, { rows: [row()] }],
    ['POST', `/v1/batches/${id}/pause`, undefined],
    ['POST', `/v1/batches/${id}/resume`, undefined],
    ['POST', `/v1/batches/${id}/cancel`, undefined],
    ['POST', `/v1/batches/${id}/rows/1/retry`, undefined],
  ] as const)
    assert.equal(
      (await app.json(method, path, { key: stranger.key, ...(body === undefined ? {} : { body }) })).status,
      404,
      `${method} ${path}`,
    );
});

test('cancels exactly what a filter matches, after a preview that cancels nothing', async () => {
  const { key } = await signUp(app, 10_000);
  const id = await makeBatch(key, [row({ tags: ['a'] }), row({ tags: ['a'] }), row({ tags: ['b'] })]);
  await feed();
  const cancel = async (body: object) =>
    (await app.json<CanceledMany>('POST', '/v1/generations/cancel', { key, body })).body;
  const preview = await cancel({ tag: 'a', dry_run: true });
  assert.deepEqual(preview.matched, { pending: 2, processing: 0 });
  assert.equal((await show(key, id)).generations.pending, 3);
  const done = await cancel({ tag: 'a' });
  assert.deepEqual([done.canceled, done.canceling], [2, 0]);
  assert.equal((await show(key, id)).generations.pending, 1);
  const nothing = await app.json<Problem>('POST', '/v1/generations/cancel', { key, body: { dry_run: true } });
  assert.equal(nothing.status, 422);
  assert.equal((await cancel({ all: true })).canceled, 1);
});

test('nobody expected an error', () => assert.deepEqual(app.unexpected, []));
