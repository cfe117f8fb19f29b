import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parse } from 'csv-parse/sync';
import { createTestApp, signUp } from '../../test/app.ts';
import { insertEndedGenerations } from '../../test/many-generations.ts';
import type { File } from '../contract/file.ts';
import type { Generation } from '../contract/generation.ts';

const app = await createTestApp();

const keyIdOf = async (accountId: string) => {
  const [key] = await app.store.query<{ id: string }>('select id from keys where account_id = $1', [
    accountId,
  ]);
  return key?.id ?? '';
};

const exported = async (key: string, query = '') => {
  const response = await app.call(`/v1/generations/export?${query}`, { key });
  return { response, text: await response.text() };
};

const rowsOf = async (key: string, query = '') => {
  const { text } = await exported(key, `format=ndjson&${query}`);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
};

test('says of each generation what was asked for, what with, what for and what came of it', async () => {
  const { key } = await signUp(app);
  const form = new FormData();
  form.set(
    'file',
    new Blob([await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url))]),
    'mug.jpg',
  );
  const upload = await app.call('/v1/files', { method: 'POST', key, body: form });
  const file = (await upload.json()) as File;
  const submitted = [];
  for (const prompt of ['@Image1 turns', '=cmd|"/c calc"!A1'])
    submitted.push(
      (
        await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/reference-to-video', {
          key,
          body: {
            prompt,
            duration: 5,
            aspect_ratio: '16:9',
            reference_images: [{ file_id: file.id, role: 'product' }],
            workflow: 'shop',
            tags: ['+1', 'b'],
            end_user_id: '-2',
            priority: -5,
            metadata: { sku: 'A, "1"' },
          },
        })
      ).body.id,
    );
  const rows = await rowsOf(key);
  assert.deepEqual(
    rows.map(({ id }) => id),
    submitted,
    'oldest first',
  );
  const [first, second] = rows;
  assert.deepEqual(
    [
      first.references.length,
      first.references[0].kind,
      first.references[0].file_id,
      first.references[0].role,
    ],
    [1, 'image', file.id, 'product'],
  );
  assert.match(first.references[0].sha256, /^[0-9a-f]{64}$/);
  assert.match(first.reference_set_sha256, /^[0-9a-f]{64}$/);
  assert.equal(first.reference_set_sha256, second.reference_set_sha256);
  assert.deepEqual([first.status, first.credits_charged, first.output_url], ['pending', null, null]);
  assert.deepEqual(first.metadata, { sku: 'A, "1"' });
  assert.equal(first.plan.engine, 'local');

  const { response, text } = await exported(key);
  assert.match(response.headers.get('content-type') ?? '', /^text\/csv/);
  const table = parse(text, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
  assert.deepEqual(Object.keys(table[0] ?? {}), Object.keys(first));
  assert.equal(table[1]?.['prompt'], `'=cmd|"/c calc"!A1`);
  assert.equal(table[1]?.['end_user_id'], "'-2");
  assert.deepEqual(JSON.parse(table[0]?.['tags'] ?? ''), ['+1', 'b']);
  assert.deepEqual(JSON.parse(table[0]?.['references'] ?? ''), first.references);
});

test('the address of a video stays the same, and opens with a key of its account only', async () => {
  const owner = await signUp(app);
  const stranger = await signUp(app);
  const mug = await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url));
  const form = new FormData();
  form.set('file', new Blob([mug]), 'mug.jpg');
  const file = (await (
    await app.call('/v1/files', { method: 'POST', key: owner.key, body: form })
  ).json()) as File;
  const keyId = await keyIdOf(owner.accountId);
  await insertEndedGenerations(
    app.store,
    { accountId: owner.accountId, keyId },
    { count: 1, before: '2026-01-01T00:00:00Z' },
  );
  await app.store.query('update generations set output_file_id = $2 where account_id = $1', [
    owner.accountId,
    file.id,
  ]);
  const [row] = await rowsOf(owner.key);
  assert.equal(row.output_url, `http://localhost/v1/files/${file.id}/content`);
  assert.deepEqual([row.measured_seconds, row.credits_held, row.credits_charged], [4.96, 303, 303]);
  app.clock.now += 400 * 86_400_000;
  const path = row.output_url.replace('http://localhost', '');
  const mine = await app.call(path, { key: owner.key, headers: { range: 'bytes=0-9' } });
  assert.deepEqual([mine.status, Buffer.from(await mine.arrayBuffer())], [206, mug.subarray(0, 10)]);
  assert.equal((await app.call(path, { key: stranger.key })).status, 404);
  assert.equal((await app.call(path)).status, 401);
  assert.deepEqual(await rowsOf(stranger.key), []);
});

test('20,000 generations go out in flat memory, in order, once each, while more come in', async (t) => {
  const owner = await signUp(app);
  const keyId = await keyIdOf(owner.accountId);
  await app.store.query('delete from attempts');
  await app.store.query(`delete from generations where id like 'gen_000%'`);
  const count = 20_000;
  const prompt = 'a calm morning in the mountains, '.repeat(60);
  await insertEndedGenerations(
    app.store,
    { accountId: owner.accountId, keyId },
    { count, before: '2026-06-01T00:00:00Z', prompt },
  );
  const response = await app.call('/v1/generations/export?format=ndjson', { key: owner.key });
  assert.ok(response.body !== null);
  const decoder = new TextDecoder();
  let rest = '';
  let bytes = 0;
  let chunks = 0;
  let last = '';
  let rows = 0;
  let most = 0;
  const seen = new Set<string>();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const memory = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = memory();
  for await (const chunk of response.body) {
    bytes += chunk.length;
    chunks += 1;
    if (chunks % 20 === 0)
      await app.json('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
        key: owner.key,
        body: { prompt: 'one more', duration: 5, aspect_ratio: '16:9' },
      });
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { id, created_at: at } = JSON.parse(line);
      assert.ok(at >= last, 'in order');
      last = at;
      seen.add(id);
      rows += 1;
    }
    if (chunks % 10 === 0) most = Math.max(most, memory() - before);
  }
  t.diagnostic(`${bytes} bytes, ${Math.round(most / 1_000_000)} MB more memory at most`);
  assert.deepEqual([rows, seen.size, rest], [count, count, '']);
  assert.ok(bytes > 60_000_000, `${bytes} bytes`);
  assert.ok(most < 40_000_000, `${most} bytes more`);
});

test('filters by time and by what it is, and refuses nonsense before it begins', async () => {
  const { key } = await signUp(app);
  await app.json('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key,
    body: { prompt: 'x', duration: 5, aspect_ratio: '16:9', workflow: 'a' },
  });
  assert.equal((await rowsOf(key, 'workflow=a')).length, 1);
  assert.equal((await rowsOf(key, 'workflow=b')).length, 0);
  assert.equal((await rowsOf(key, 'to=2020-01-01')).length, 0);
  assert.equal((await app.call('/v1/generations/export?format=xls', { key })).status, 422);
  assert.equal((await app.call('/v1/generations/export?from=x', { key })).status, 422);
});

test('nothing here was unexpected', () => {
  assert.deepEqual(app.unexpected, []);
});
