import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { claimGeneration } from '../../test/generations.ts';
import type { File } from '../contract/file.ts';
import type { Generation, GenerationPage } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import { failGeneration } from '../store/end-generation.ts';
import { renewLease } from '../store/hold-lease.ts';

const app = await createTestApp();
const owner = await signUp(app);
const stranger = await signUp(app);
const mug = await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url));

const textToVideo = '/v1/bytedance/seedance-2.0/text-to-video';
const request = { prompt: 'a calm morning', duration: 4, aspect_ratio: '1:1' };

const submit = async (changes: object = {}, key = owner.key) =>
  (await app.json<Generation>('POST', textToVideo, { key, body: { ...request, ...changes } })).body;

const uploadForm = async (key: string, name = 'mug.jpg') => {
  const form = new FormData();
  form.set('file', new Blob([mug]), name);
  const response = await app.call('/v1/files', { method: 'POST', key, body: form });
  return { status: response.status, body: (await response.json()) as File };
};

const local = (url: string) => url.replace('http://localhost', '');

test('no route of the API answers without a key', async () => {
  const document = (await (await app.call('/openapi.json')).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { security?: object[] }>>;
  };
  assert.equal(document.openapi, '3.1.0');
  let guarded = 0;
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, { security }] of Object.entries(methods)) {
      if (security === undefined) continue;
      guarded += 1;
      const headers = { 'content-type': 'application/json' };
      const body = ['post', 'patch'].includes(method) ? '{}' : null;
      const target = path.replace('{id}', 'x');
      const nobody = await app.call(target, { method: method.toUpperCase(), headers, body });
      assert.equal(nobody.status, 401, `${method} ${path}`);
      const wrong = await app.call(target, {
        method: method.toUpperCase(),
        headers,
        body,
        key: 'kin_live_x',
      });
      assert.equal(wrong.status, 401, `${method} ${path}`);
    }
  assert.ok(guarded >= 15, `${guarded} guarded routes`);
});

test("an account cannot see, follow or cancel another's generation", async () => {
  const { id } = await submit();
  for (const [method, path] of [
    ['GET', `/v1/generations/${id}`],
    ['GET', `/v1/generations/${id}/events`],
    ['POST', `/v1/generations/${id}/cancel`],
  ] as const) {
    const { status, body } = await app.json<Problem>(method, path, { key: stranger.key });
    assert.deepEqual([status, body.code], [404, 'not_found']);
  }
});

test('lists newest first, page by page, each once, by filter', async () => {
  const lister = await signUp(app);
  const ids = [];
  for (let n = 0; n < 5; n += 1)
    ids.unshift((await submit({ workflow: n % 2 === 0 ? 'even' : 'odd', tags: [`n${n}`] }, lister.key)).id);
  const seen: string[] = [];
  let cursor = '';
  do {
    const { body } = await app.json<GenerationPage>('GET', `/v1/generations?limit=2${cursor}`, {
      key: lister.key,
    });
    seen.push(...body.data.map(({ id }) => id));
    cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
  } while (cursor !== '');
  assert.deepEqual(seen, ids);
  const count = async (query: string) =>
    (await app.json<GenerationPage>('GET', `/v1/generations?${query}`, { key: lister.key })).body.data.length;
  assert.equal(await count('workflow=odd'), 2);
  assert.equal(await count('tag=n4'), 1);
  assert.equal(await count('status=complete'), 0);
  assert.equal(await count('endpoint=bytedance/seedance-2.0/text-to-video'), 5);
  assert.equal(await count(`created_after=${new Date(Date.now() + 60_000).toISOString()}`), 0);
  const bad = await app.json<Problem>('GET', '/v1/generations?cursor=nonsense', { key: lister.key });
  assert.deepEqual([bad.status, bad.body.code], [422, 'invalid_request']);
});

test('a canceled generation has failed as canceled, uncharged; canceling again changes nothing', async () => {
  const { id } = await submit();
  for (let n = 0; n < 2; n += 1) {
    const { status, body } = await app.json<Generation>('POST', `/v1/generations/${id}/cancel`, {
      key: owner.key,
    });
    assert.equal(status, 200);
    assert.deepEqual([body.status, body.outcome, body.credits.charged], ['failed', 'canceled', 0]);
    assert.deepEqual(body.error, {
      code: 'canceled',
      message: 'Canceled before it began.',
      charged: false,
      doc_url: 'http://localhost/docs/errors/canceled',
    });
  }
});

test('says what a waiting generation waits for', async () => {
  const small = await signUp(app);
  await app.json('PATCH', `/v1/accounts/${small.accountId}`, {
    key: operatorKey,
    body: { concurrency_limit: 1 },
  });
  const first = await submit({}, small.key);
  const second = await submit({}, small.key);
  const waits = async (id: string) =>
    (await app.json<Generation>('GET', `/v1/generations/${id}`, { key: small.key })).body.waiting_on;
  assert.equal(await waits(second.id), 'engine_slot');
  await app.store.query("update generations set engine = 'waits' where id = $1", [first.id]);
  await claimGeneration(app.store, { engine: 'waits', leaseSeconds: 60 });
  assert.equal(await waits(first.id), null);
  assert.equal(await waits(second.id), 'account_concurrency');
});

test('streams status and progress until the end, then closes', async () => {
  const { id } = await submit();
  await app.store.query("update generations set engine = 'streamed' where id = $1", [id]);
  const response = await app.call(`/v1/generations/${id}/events`, { key: owner.key });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  let text = '';
  const until = async (pattern: RegExp) => {
    while (!pattern.test(text)) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
    }
    assert.match(text, pattern);
  };
  await until(/event: status\ndata: .*"pending"/);
  const claimed = await claimGeneration(app.store, { engine: 'streamed', leaseSeconds: 60 });
  assert.ok(claimed);
  await until(/"processing"/);
  const progress = { phase: 'render', fraction: 0.25 };
  await renewLease(app.store, { id, lease: claimed.lease, leaseSeconds: 60, progress });
  await until(/event: progress\ndata: .*"phase":"render","fraction":0.25/);
  await failGeneration(app.store, claimed, { code: 'engine_failed', message: 'It broke.' });
  await until(/"failed"/);
  assert.equal((await reader.read()).done, true);
});

test('keeps an upload: form and raw, measured by content, readable by its signed link', async () => {
  const form = await uploadForm(owner.key);
  assert.equal(form.status, 201);
  assert.deepEqual(
    [form.body.kind, form.body.content_type, form.body.width, form.body.height, form.body.name],
    ['image', 'image/jpeg', 1280, 1280, 'mug.jpg'],
  );
  const raw = await app.call('/v1/files', { method: 'POST', key: owner.key, body: mug });
  const rawFile = (await raw.json()) as File;
  assert.notEqual(rawFile.id, form.body.id);
  const content = await app.call(local(form.body.url));
  assert.deepEqual(Buffer.from(await content.arrayBuffer()), mug);
  assert.equal(content.headers.get('x-content-type-options'), 'nosniff');
});

test('serves ranges of a file', async () => {
  const { body: file } = await uploadForm(owner.key);
  const part = async (range: string) => app.call(local(file.url), { headers: { range } });
  const middle = await part('bytes=10-19');
  assert.equal(middle.status, 206);
  assert.equal(middle.headers.get('content-range'), `bytes 10-19/${mug.length}`);
  assert.deepEqual(Buffer.from(await middle.arrayBuffer()), mug.subarray(10, 20));
  assert.deepEqual(Buffer.from(await (await part('bytes=-5')).arrayBuffer()), mug.subarray(-5));
  assert.equal((await part(`bytes=${mug.length}-`)).status, 416);
  assert.equal((await part('bytes=0-1,3-4')).status, 200);
  const head = await app.call(local(file.url), { method: 'HEAD' });
  assert.equal(head.headers.get('content-length'), String(mug.length));
});

test('a link that was changed, or whose time has passed, opens nothing', async () => {
  const { body: file } = await uploadForm(owner.key);
  const { body: other } = await uploadForm(owner.key);
  assert.equal((await app.call(local(file.url).replace(file.id, other.id))).status, 403);
  assert.equal((await app.call(local(file.url).replace(/expires=\d+/, 'expires=9999999999'))).status, 403);
  app.clock.now += 26 * 3_600_000;
  assert.equal((await app.call(local(file.url))).status, 403);
  app.clock.now -= 26 * 3_600_000;
  assert.equal((await app.call(local(file.url))).status, 200);
});

test('two accounts with the same bytes see two files; deleting one keeps the other', async () => {
  const { body: mine } = await uploadForm(owner.key);
  const { body: theirs } = await uploadForm(stranger.key);
  assert.equal((await app.call(`/v1/files/${mine.id}`, { key: stranger.key })).status, 404);
  assert.equal((await app.call(`/v1/files/${mine.id}`, { method: 'DELETE', key: stranger.key })).status, 404);
  assert.equal((await app.call(`/v1/files/${mine.id}`, { method: 'DELETE', key: owner.key })).status, 204);
  assert.equal((await app.call(local(mine.url))).status, 404);
  assert.equal((await app.call(local(theirs.url))).status, 200);
});

const badUploads: [
  what: string,
  body: () => string | FormData | Uint8Array<ArrayBuffer>,
  status: number,
  code: string,
][] = [
  ['an empty body', () => '', 422, 'invalid_request'],
  ['a web page', () => '<!doctype html><script>alert(1)</script>', 422, 'reference_unreadable'],
  ['a form without a file', () => new FormData(), 422, 'invalid_request'],
  ['half a picture', () => new Uint8Array(mug.subarray(0, mug.length / 2)), 422, 'reference_unreadable'],
];

for (const [what, body, status, code] of badUploads)
  test(`refuses ${what} as an upload`, async () => {
    const response = await app.call('/v1/files', { method: 'POST', key: owner.key, body: body() });
    assert.deepEqual([response.status, ((await response.json()) as Problem).code], [status, code]);
  });

test('refuses a body that is too large, declared or not, without reading all of it', async () => {
  const declared = await app.call('/v1/files', {
    method: 'POST',
    key: owner.key,
    body: 'x',
    headers: { 'content-length': '2000000000' },
  });
  assert.equal(declared.status, 413);
  for (const path of ['/v1/files', textToVideo]) {
    let sent = 0;
    const chunk = new Uint8Array(1_000_000);
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += chunk.length;
        if (sent > 2_000_000_000) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const response = await app.call(path, {
      method: 'POST',
      key: owner.key,
      body: endless,
      duplex: 'half',
      headers: { 'content-type': path === textToVideo ? 'application/json' : 'video/mp4' },
    } as RequestInit & { key: string });
    assert.equal(response.status, 413, path);
    assert.equal(((await response.json()) as Problem).code, 'body_too_large');
    assert.ok(sent < 100_000_000, `${sent} bytes were read`);
  }
});

test('a new account has 50 free credits and no more (R50)', async () => {
  const fresh = await signUp(app);
  const { body } = await app.json<{ live: object; test: object }>('GET', '/v1/credits', { key: fresh.key });
  assert.deepEqual(body.live, { available: 50, held: 0 });
  assert.deepEqual(body.test, { available: 10_000, held: 0 });
});

test('a grant is given once per idempotency key, and only by the operator', async () => {
  const rich = await signUp(app);
  const path = `/v1/accounts/${rich.accountId}/grants`;
  const body = { credits: 1_000 };
  const headers = { 'idempotency-key': 'invoice-7' };
  for (let n = 0; n < 2; n += 1)
    assert.equal((await app.json('POST', path, { key: operatorKey, body, headers })).status, 201);
  const credits = await app.json<{ live: { available: number } }>('GET', '/v1/credits', { key: rich.key });
  assert.equal(credits.body.live.available, 1_050);
  assert.equal((await app.json('POST', path, { key: rich.key, body })).status, 403);
});

test('a revoked key opens nothing; a test key cannot make or revoke keys', async () => {
  const account = await signUp(app);
  const make = (key: string, mode: string) =>
    app.json<{ id: string; key: string }>('POST', '/v1/keys', { key, body: { mode } });
  const second = await make(account.key, 'live');
  const test = await make(account.key, 'test');
  assert.match(test.body.key, /^kin_test_/);
  assert.equal((await make(test.body.key, 'live')).status, 403);
  await app.json('DELETE', `/v1/keys/${second.body.id}`, { key: account.key });
  assert.equal((await app.json('GET', '/v1/credits', { key: second.body.key })).status, 401);
  const foreign = await app.json('DELETE', `/v1/keys/${test.body.id}`, { key: stranger.key });
  assert.equal(foreign.status, 404);
});

test('estimates 500 clips of 5 s, and refuses a length without a price', async () => {
  const { body } = await app.json<{ each: { credits: number }; total: { credits: number } }>(
    'POST',
    '/v1/estimates',
    { key: owner.key, body: { duration: 5, count: 500 } },
  );
  assert.deepEqual([body.each.credits, body.total.credits], [0, 0]);
  const refused = await app.json<Problem>('POST', '/v1/estimates', { key: owner.key, body: { duration: 3 } });
  assert.deepEqual([refused.status, refused.body.code], [422, 'invalid_duration']);
});

test('an unknown path and an unknown id say so', async () => {
  const nowhere = await app.json<Problem>('GET', '/v1/nowhere', { key: owner.key });
  assert.deepEqual([nowhere.status, nowhere.body.code], [404, 'not_found']);
  const nothing = await app.json<Problem>('GET', '/v1/generations/gen_x', { key: owner.key });
  assert.equal(nothing.status, 404);
});

test('NUL in a path or a query is refused, not passed on', async () => {
  for (const path of ['/v1/generations/%00', '/v1/files/%00', '/v1/generations?workflow=%00'])
    assert.equal((await app.json<Problem>('GET', path, { key: owner.key })).status, 422, path);
});

test('a cursor that was made up is refused', async () => {
  for (const cursor of [
    { createdAtMicroseconds: 1.5, id: 'gen_x' },
    { createdAt: '2026-02-30', id: 'x' },
  ]) {
    const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
    const { status } = await app.json<Problem>('GET', `/v1/generations?cursor=${text}`, { key: owner.key });
    assert.equal(status, 422);
  }
});

test('test keys see test generations, live keys live ones', async () => {
  const account = await signUp(app);
  const made = await app.json<{ key: string }>('POST', '/v1/keys', {
    key: account.key,
    body: { mode: 'test' },
  });
  const live = await submit({}, account.key);
  const cancel = `/v1/generations/${live.id}/cancel`;
  assert.equal((await app.json('POST', cancel, { key: made.body.key })).status, 404);
  assert.equal((await app.json('GET', `/v1/generations/${live.id}`, { key: made.body.key })).status, 404);
  const list = await app.json<GenerationPage>('GET', '/v1/generations', { key: made.body.key });
  assert.deepEqual(list.body.data, []);
});

test('a form that breaks off, or holds two files, is refused and leaves nothing open', async () => {
  const boundary = 'xxx';
  const part = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n`;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const send = (body: string | ReadableStream) =>
    app.call('/v1/files', { method: 'POST', key: owner.key, headers, body, duplex: 'half' } as RequestInit);
  const broken = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(`${part}some bytes`));
      setTimeout(() => controller.error(new Error('the line went dead')), 50);
    },
  });
  assert.equal((await send(broken)).status, 422);
  assert.equal((await send(`${part}cut off`)).status, 422);
  assert.equal((await send(`${part}one\r\n${part}two\r\n--${boundary}--\r\n`)).status, 422);
});

test('is healthy', async () => {
  assert.deepEqual(await (await app.call('/healthz')).json(), { status: 'ok', engines: ['local'] });
});

test('nothing here was unexpected', () => {
  assert.deepEqual(app.unexpected, []);
});
