import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import { endNext, feedAll, fingerprintOf } from '../../test/records.ts';
import type { Batch, BatchRowPage } from '../contract/batch.ts';
import type { Engine } from '../contract/engine.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { Rehearsals } from '../contract/rehearsal.ts';
import { priceBooks } from '../domain/price-book.ts';
import { feedBatch } from '../pipeline/feed-batches.ts';
import { takeDueBatch } from '../store/feed-batch.ts';
import { readKeptRequest } from './read-request.ts';

// Here the embedded engine is sold: a rehearsal is free all the same.
const app = await createTestApp({ priceBook: priceBooks.published });
const mug = await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url));

const motion = await readFile(new URL('../../examples/halden/motion/push-in.mp4', import.meta.url));

async function upload(key: string, bytes = mug, type = 'image/jpeg'): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([new Uint8Array(bytes)], { type }), 'reference');
  const response = await app.call('/v1/files', { method: 'POST', key, body: form });
  return ((await response.json()) as { id: string }).id;
}

test('rows of a rehearsal are planned for the engine they name, made free on the embedded one, and for no record', async () => {
  const { accountId, key } = await signUp(app);
  const { body: batch } = await app.json<Batch>('POST', '/v1/batches', {
    key,
    body: { name: 'shop', workflow: 'shop', rehearsal: true },
  });
  assert.equal(batch.rehearsal, true);
  const file = await upload(key);
  const row = (name: string, change: object = {}) => ({
    prompt: '@Image1 turns',
    reference_images: [file],
    duration: 5,
    aspect_ratio: '16:9',
    engine: 'fal',
    record: { key: name, fingerprint: fingerprintOf(name) },
    ...change,
  });
  const added = await app.json('POST', `/v1/batches/${batch.id}/rows`, {
    key,
    body: {
      rows: [
        row('good'),
        row('many', { reference_images: [file, file, file, file, file, file, file, file, file] }),
        row('nobody', { engine: 'sora' }),
        row('own', { engine: 'videos' }),
        row('none', { engine: undefined }),
      ],
    },
  });
  assert.equal(added.status, 201);
  await feedAll(app);
  const { body: rows } = await app.json<BatchRowPage>('GET', `/v1/batches/${batch.id}/rows`, { key });
  assert.deepEqual(
    rows.data.map(({ state, record }) => [state, record]),
    [
      ['submitted', null],
      ['submitted', null],
      ['refused', null],
      ['submitted', null],
      ['submitted', null],
    ],
  );
  assert.match(String(rows.data[2]?.reason?.['detail']), /There is no engine "sora"/);
  const [good, , , own, none] = await Promise.all(
    rows.data.map(async ({ generation_id: id }) =>
      id === null ? undefined : (await app.json<Generation>('GET', `/v1/generations/${id}`, { key })).body,
    ),
  );
  assert.deepEqual(
    [good?.engine, good?.rehearsal_of, good?.price.credits, good?.credits.held],
    ['local', 'fal', 0, 0],
  );
  assert.ok(good?.plan.adjustments.some(({ code }) => code === 'rehearsal'));
  assert.ok(own?.plan.adjustments.some(({ code }) => code === 'limits_unknown'));
  assert.equal(none?.rehearsal_of, 'local');

  await endNext(app, { video: 'a draft' });
  assert.deepEqual(await app.store.query('select from records where account_id = $1', [accountId]), []);
  const ask = (who: string) =>
    app.json<Rehearsals>('POST', '/v1/workflows/shop/rehearsals', {
      key: who,
      body: { keys: ['good', 'nobody', 'never'] },
    });
  const told = (await ask(key)).body.data.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  assert.deepEqual(
    told.map(({ key: name, state, fingerprint }) => [name, state, fingerprint === fingerprintOf(name)]),
    [
      ['good', 'made', true],
      ['nobody', 'refused', true],
    ],
  );
  assert.ok(told[0]?.output?.url);
  const { key: stranger } = await signUp(app);
  assert.deepEqual((await ask(stranger)).body.data, []);

  const joined = await app.json<Problem>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key,
    body: { prompt: 'a mug', duration: 5, aspect_ratio: '16:9', batch_id: batch.id },
  });
  assert.equal(joined.status, 422);
  assert.match(joined.body.detail, /is a rehearsal, which a single video cannot join/);
});

test('what the engine that is rehearsed would refuse, its rehearsal refuses', async () => {
  const { key } = await signUp(app);
  const { body: batch } = await app.json<Batch>('POST', '/v1/batches', {
    key,
    body: { name: 'shop', workflow: 'shop', rehearsal: true },
  });
  const clip = await upload(key, motion, 'video/mp4');
  const body = { prompt: 'a mug turns', reference_videos: [clip], duration: 5, aspect_ratio: '16:9' };
  await app.json('POST', `/v1/batches/${batch.id}/rows`, {
    key,
    body: { rows: ['ark', 'fal'].map((engine) => ({ ...body, engine })) },
  });
  await feedAll(app);
  const { body: rows } = await app.json<BatchRowPage>('GET', `/v1/batches/${batch.id}/rows`, { key });
  assert.deepEqual(
    rows.data.map(({ state }) => state),
    ['refused', 'submitted'],
  );
  assert.match(
    String(rows.data[0]?.reason?.['detail']),
    /"ark" fetches videos from public addresses, and this server has none/,
  );
});

test('the database itself lets no rehearsal cost anything, run elsewhere or become a version', async () => {
  const { accountId, key } = await signUp(app);
  const { body: batch } = await app.json<Batch>('POST', '/v1/batches', {
    key,
    body: { name: 'shop', workflow: 'shop', rehearsal: true },
  });
  const body = { prompt: 'a mug', duration: 5, aspect_ratio: '16:9', endpoint: 'text-to-video' };
  await app.json('POST', `/v1/batches/${batch.id}/rows`, { key, body: { rows: [body] } });
  await feedAll(app);
  for (const change of ['price_credits = 1', "engine = 'fal'"])
    await assert.rejects(
      app.store.query(`update generations set ${change} where batch_id = $1`, [batch.id]),
      /embedded engine, and costs nothing/,
    );
  await app.store.query(
    `insert into workflows (account_id, purse, name, id) values ($1, 'live', 'shop', 'wf_1')`,
    [accountId],
  );
  await app.store.query(
    `insert into records (account_id, purse, workflow, key, id, fingerprint, parts)
    values ($1, 'live', 'shop', 'A', 'rec_1', 'f', '{}')`,
    [accountId],
  );
  await assert.rejects(
    app.store.query(
      `insert into record_versions (account_id, purse, workflow, key, number, fingerprint, parts, batch_id, row_number)
      values ($1, 'live', 'shop', 'A', 1, 'f', '{}', $2, 1)`,
      [accountId, batch.id],
    ),
    /makes no version of a record/,
  );
});

test('engines that are not set up tell what they would take and cost where that is asked for', async () => {
  const { key } = await signUp(app);
  const list = async (query: string) =>
    (await app.json<{ data: Engine[] }>('GET', `/v1/engines${query}`, { key })).body.data;
  assert.ok((await list('')).every(({ state }) => state !== 'not_set_up'));
  const ark = (await list('?not_set_up=true')).find(({ name }) => name === 'ark');
  assert.deepEqual([ark?.state, ark?.capabilities?.max_references.total], ['not_set_up', 12]);
  assert.deepEqual(
    ark?.price?.lengths.find(({ duration }) => duration === 5),
    { duration: 5, credits: 303, usd_cents: 303 },
  );
});

test('of an account only so many rehearsals are in line at once, whoever feeds its batches; the others wait', async () => {
  const [own, other] = [await signUp(app), await signUp(app)];
  const batchOf = async (key: string, rehearsal: boolean) => {
    const body = { name: 'many', workflow: 'many', rehearsal };
    const { id } = (await app.json<Batch>('POST', '/v1/batches', { key, body })).body;
    const rows = Array.from({ length: 8 }, (_, number) => ({
      endpoint: 'text-to-video',
      prompt: `Thing ${number}`,
      duration: 5,
      aspect_ratio: '16:9',
    }));
    assert.equal((await app.json('POST', `/v1/batches/${id}/rows`, { key, body: { rows } })).status, 201);
    return id;
  };
  const ids = [
    await batchOf(own.key, true),
    await batchOf(own.key, true),
    await batchOf(own.key, true),
    await batchOf(other.key, true),
  ];
  const feedDeps = {
    ...app.deps,
    readRow: readKeptRequest,
    onHeld: () => {},
    onUnexpected: (error: unknown) => app.unexpected.push(error),
  };
  const inLine = async () => {
    const rows = await app.store.query<{ id: string; n: number }>(
      `select account_id as id, count(*)::int as n from generations where batch_id = any($1)
        and status in ('pending', 'processing') group by 1`,
      [ids],
    );
    return [own, other].map(({ accountId }) => rows.find(({ id }) => id === accountId)?.n ?? 0);
  };
  /** All that is due, side by side: each batch sees the room that there is before the others have held anything. */
  const look = async () => {
    await app.store.query(
      `update batches set next_look_at = case when id = any($1) then now() else 'infinity' end
      where feed_lease is null`,
      [ids],
    );
    const taken = [];
    for (let at = 0; at < ids.length; at += 1) taken.push(await takeDueBatch(app.store, 60, 5));
    await Promise.all(taken.map((batch) => batch && feedBatch(feedDeps, batch)));
  };
  await look();
  assert.deepEqual(await inLine(), [5, 5]);
  await look();
  assert.deepEqual(await inLine(), [5, 5]);
  for (let looks = 0; (await inLine()).some((n) => n > 0); looks += 1) {
    assert.ok(looks < 20, 'it never ends');
    for (const n of await inLine()) assert.ok(n <= 5, `${n} in line`);
    while ((await inLine()).some((n) => n > 0)) await endNext(app, 'failed');
    await look();
  }
  const [all] = await app.store.query(
    `select count(*)::int as held, count(distinct (batch_id, prompt))::int as rows from generations where batch_id = any($1)`,
    [ids],
  );
  assert.deepEqual(all, { held: 32, rows: 32 });
  assert.deepEqual(app.unexpected, []);
});
