import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../../test/app.ts';
import { AppError } from '../../domain/errors.ts';
import { priceBooks } from '../../domain/price-book.ts';
import { createApp } from '../app.ts';
import { createLinks } from '../links.ts';

const app = await createTestApp({ priceBook: priceBooks.published });
const owner = await signUp(app, 100_000);
const stranger = await signUp(app, 100_000);
const mug = await readFile(new URL('../../../test/fixtures/mug.jpg', import.meta.url));

const textToVideo = '/fal/bytedance/seedance-2.0/text-to-video';
const input = { prompt: 'a calm morning', duration: '4', aspect_ratio: '16:9' };

interface FalAnswer {
  request_id: string;
  status: string;
  status_url: string;
  queue_position: number;
  detail: unknown;
  message: string;
  code: string;
}

const post = <T = FalAnswer>(path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.json<T>('POST', path, { body, headers: { authorization: `Key ${owner.key}`, ...headers } });

const get = <T = FalAnswer>(path: string) =>
  app.json<T>('GET', path, { headers: { authorization: `Key ${owner.key}` } });

const faceCalls = [
  ['POST', textToVideo],
  ['POST', '/fal/run/bytedance/seedance-2.0/text-to-video'],
  ['POST', '/fal/storage/upload/initiate'],
  ['POST', '/fal/proxy'],
  ['GET', '/fal/bytedance/seedance-2.0/requests/gen_1/status'],
  ['POST', '/bytedance/seedance-2.0/text-to-video'],
  ['GET', '/fal-ai/bytedance/requests/gen_1'],
  ['POST', '/replicate/v1/predictions'],
  ['GET', '/replicate/v1/files/file_1'],
  ['POST', '/replicate/v1/files'],
  ['GET', '/openai/v1/videos'],
  ['POST', '/openai/v1/videos'],
  ['GET', '/openai/v1/models'],
] as const;

test('no face answers without a key, or to the operator', async () => {
  for (const [method, path] of faceCalls) {
    const options = method === 'POST' ? { body: input } : {};
    assert.equal((await app.json(method, path, options)).status, 401, path);
    assert.equal((await app.json(method, path, { ...options, key: 'kin_live_wrong' })).status, 401, path);
    const operator = await app.json(method, path, { ...options, key: operatorKey });
    assert.ok([400, 403, 404, 422].includes(operator.status), `${path} ${operator.status}`);
  }
});

test('each face takes the keys of its own clients, and says how one is written', async () => {
  const written = async (path: string, authorization: string) =>
    (await app.json('GET', path, { headers: { authorization } })).status;
  assert.equal(await written('/fal/bytedance/seedance-2.0/requests/gen_1/status', `Key ${owner.key}`), 404);
  assert.equal(await written('/replicate/v1/predictions', `Token ${owner.key}`), 200);
  assert.equal(await written('/openai/v1/videos', `Bearer ${owner.key}`), 200);
  assert.equal(await written('/v1/generations', `Key ${owner.key}`), 401);
  assert.equal(await written('/openai/v1/videos', `Token ${owner.key}`), 401);
});

test('the queue answers below /fal and at the root, by short, long and prefixed paths', async () => {
  for (const path of [
    textToVideo,
    textToVideo.slice('/fal'.length),
    '/fal/fal-ai/bytedance/seedance-2.0/text-to-video',
    '/fal-ai/bytedance/seedance-2.0/text-to-video',
  ]) {
    const { status, body } = await post(path, input);
    assert.deepEqual([status, body.status], [200, 'IN_QUEUE'], path);
    for (const job of [
      `/fal/bytedance/seedance-2.0/requests/${body.request_id}`,
      `${textToVideo}/requests/${body.request_id}`,
      `/bytedance/seedance-2.0/requests/${body.request_id}`,
      `/fal-ai/bytedance/requests/${body.request_id}`,
    ]) {
      assert.equal((await get(`${job}/status?logs=1`)).status, 202, job);
      for (const result of [job, `${job}/response`]) assert.equal((await get(result)).status, 400, result);
    }
  }
});

test('a status tells how many go first, and always has its logs', async () => {
  const lister = await signUp(app, 100_000);
  const headers = { authorization: `Key ${lister.key}` };
  const submit = () => app.json<FalAnswer>('POST', textToVideo, { body: input, headers });
  await submit();
  const { body } = await submit();
  const url = body.status_url.replace('http://localhost', '');
  const { body: status } = await app.json<FalAnswer>('GET', url, { headers });
  assert.equal(status.status, 'IN_QUEUE');
  assert.ok(status.queue_position >= 1, `${status.queue_position} go first`);
  await app.store.query(
    "update generations set status = 'processing', lease = 'x', started_at = now() where id = $1",
    [body.request_id],
  );
  const moving = await app.json<{ status: string; logs: unknown[] }>('GET', url, { headers });
  assert.deepEqual([moving.status, moving.body.status, moving.body.logs], [202, 'IN_PROGRESS', []]);
});

test('the proxy goes to the addresses of fal alone, and to them only in name', async () => {
  const through = (target: string | undefined, method = 'POST') =>
    app.json<FalAnswer>(method, '/fal/proxy', {
      ...(method === 'POST' ? { body: input } : {}),
      headers: {
        authorization: `Key ${owner.key}`,
        ...(target === undefined ? {} : { 'x-fal-target-url': target }),
      },
    });
  const taken = await through('https://queue.fal.run/bytedance/seedance-2.0/text-to-video');
  assert.equal(taken.status, 200);
  const status = `bytedance/seedance-2.0/requests/${taken.body.request_id}/status?logs=1`;
  assert.equal((await through(`https://queue.fal.run/${status}`, 'GET')).status, 202);
  // A client whose middleware has rewritten the host already.
  assert.equal((await through(`http://localhost/fal/${status}`, 'GET')).status, 202);
  for (const target of [
    undefined,
    '',
    'no url',
    'https://example.com/bytedance/seedance-2.0/text-to-video',
    'http://169.254.169.254/latest',
    'https://queue.fal.run.example.com/x',
    'https://queue.fal.run@example.com/x',
  ]) {
    const { status: code, body } = await through(target);
    assert.deepEqual([code, body.code], [400, 'invalid_request'], target);
  }
});

test('a webhook is judged, kept in the form of its API, and never a way to store what cannot be', async () => {
  const target = (hook: string) =>
    `https://queue.fal.run/bytedance/seedance-2.0/text-to-video?fal_webhook=${encodeURIComponent(hook)}`;
  const through = (hook: string) => post('/fal/proxy', input, { 'x-fal-target-url': target(hook) });
  const kept = await through('https://example.com/hook');
  const [row] = await app.store.query('select webhook_url, webhook_form from generations where id = $1', [
    kept.body.request_id,
  ]);
  assert.deepEqual(row, { webhook_url: 'https://example.com/hook', webhook_form: 'fal' });
  for (const hook of ['https://10.0.0.1/', 'ftp://example.com/', 'https://example.com/\0'])
    assert.equal((await through(hook)).status, 422, hook);
  const prediction = (changes: object) =>
    post<{ id: string; invalid_fields: { field: string }[] }>(
      '/replicate/v1/models/bytedance/seedance-2.0/predictions',
      { input: { prompt: 'a calm morning', duration: 4 }, ...changes },
      { authorization: `Bearer ${owner.key}` },
    );
  const told = await prediction({ webhook: 'https://example.com/r', webhook_events_filter: ['completed'] });
  const [other] = await app.store.query(
    'select webhook_form, webhook_events from generations where id = $1',
    [told.body.id],
  );
  assert.deepEqual(other, {
    webhook_form: 'replicate',
    webhook_events: ['generation.complete', 'generation.failed'],
  });
  const wrong = await prediction({ webhook: 'https://10.0.0.1/', webhook_events_filter: ['logs'] });
  assert.deepEqual(
    [wrong.status, wrong.body.invalid_fields.map(({ field }) => field)],
    [422, ['webhook_events_filter']],
  );
  assert.deepEqual(
    (await prediction({ webhook: 'https://10.0.0.1/' })).body.invalid_fields[0]?.field,
    'webhook',
  );
});

test('links follow the address that was called, unless the operator has fixed one', async () => {
  const made = await createApp(app.deps).request(`http://192.168.1.7:4700${textToVideo}`, {
    method: 'POST',
    headers: { authorization: `Key ${owner.key}` },
    body: JSON.stringify(input),
  });
  assert.match(((await made.json()) as FalAnswer).status_url, /^http:\/\/192\.168\.1\.7:4700\/fal\//);
  const publicUrl = 'https://kinora.example.com';
  const links = createLinks({ baseUrl: () => publicUrl, publicUrl, secret: 'secret', now: Date.now });
  assert.equal(links.seenFrom('http://10.0.0.1/x').absolute('/y'), `${publicUrl}/y`);
});

test('a submit of fal is never answered so that its client would send it again', async () => {
  const broken = createApp({
    ...app.deps,
    store: {
      ...app.deps.store,
      query: (sql, values) =>
        sql.includes('accept_generation')
          ? Promise.reject(
              new AppError('unavailable', 'The database does not answer just now.', { retryable: true }),
            )
          : app.deps.store.query(sql, values),
    },
  });
  const send = (path: string, body: object, scheme: string) =>
    broken.request(path, {
      method: 'POST',
      headers: { authorization: `${scheme} ${owner.key}` },
      body: JSON.stringify(body),
    });
  assert.equal((await send(textToVideo, input, 'Key')).status, 500);
  assert.equal((await send(`/fal/run${textToVideo.slice(4)}`, input, 'Key')).status, 500);
  const openai = await send('/openai/v1/videos', { prompt: 'x' }, 'Bearer');
  assert.deepEqual([openai.status, openai.headers.get('x-should-retry')], [503, 'false']);
});

test('a call that overlaps with the first of its key is answered so that the client comes again', async () => {
  const busy = createApp({
    ...app.deps,
    store: {
      ...app.deps.store,
      query: (sql, values) =>
        sql.includes('accept_generation')
          ? Promise.reject(new AppError('idempotency_in_progress', 'It still runs.', { retryable: true }))
          : app.deps.store.query(sql, values),
    },
  });
  const calls = [
    [textToVideo, input],
    ['/replicate/v1/models/bytedance/seedance-2.0/predictions', { input: { prompt: 'x', duration: 4 } }],
  ] as const;
  for (const [path, body] of calls) {
    const headers = { authorization: `Bearer ${owner.key}`, 'idempotency-key': 'order-1' };
    const refused = await busy.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '2'], path);
  }
});

test('headers of fal are honoured, told of, or refused', async () => {
  const honoured = await post(textToVideo, input, {
    'x-fal-queue-priority': 'low',
    'x-fal-request-timeout': '90.5',
    'x-fal-runner-hint': 'a',
  });
  const [row] = await app.store.query<{ priority: number; seconds: number; notes: string }>(
    `select priority, extract(epoch from start_by - created_at)::int as seconds, plan->>'adjustments' as notes
    from generations where id = $1`,
    [honoured.body.request_id],
  );
  assert.deepEqual([row?.priority, row?.seconds], [-10, 91]);
  assert.match(row?.notes ?? '', /x-fal-runner-hint has no meaning here/);
  const { status, body } = await post(textToVideo, input, { 'x-fal-store-io': '0' });
  assert.equal(status, 422);
  assert.match(body.message, /X-Fal-Store-IO: 0 cannot be honoured/);
  const long = await post(`${textToVideo}?fal_max_queue_length=0`, input);
  assert.deepEqual([long.status, long.body.code], [429, 'unavailable']);
  const key = { 'idempotency-key': 'a-repeat' };
  const first = await post(textToVideo, input, key);
  const again = await post(`${textToVideo}?fal_max_queue_length=0`, input, key);
  assert.deepEqual(
    [again.status, again.body.request_id],
    [200, first.body.request_id],
    'a repeat is no new one',
  );
  for (const length of ['', 'many', '-1', '1.5'])
    assert.equal((await post(`${textToVideo}?fal_max_queue_length=${length}`, input)).status, 422, length);
});

test('an address for an upload takes one file, from whoever has it, until its time is over', async () => {
  const initiate = async () =>
    (
      await post<{ upload_url: string; file_url: string }>('/fal/storage/upload/initiate', {
        content_type: 'image/jpeg',
        file_name: 'mug.jpg',
      })
    ).body;
  const { upload_url, file_url } = await initiate();
  const put = (url: string, bytes: Buffer | string = mug) =>
    app.call(url.replace('http://localhost', ''), { method: 'PUT', body: bytes });
  assert.equal((await put(`${upload_url}x`)).status, 403);
  assert.equal((await put(upload_url.replace('/uploads/', '/uploads/x'))).status, 403);
  assert.equal((await put(upload_url, 'no picture')).status, 422);
  for (const time of ['once', 'again']) assert.equal((await put(upload_url)).status, 200, time);
  const other = await put(upload_url, Buffer.concat([mug, Buffer.alloc(1)]));
  assert.equal(other.status, 409);
  assert.equal((await app.call(file_url.replace('http://localhost', ''))).status, 200);

  const use = (key: string) =>
    app.json<FalAnswer>('POST', '/fal/bytedance/seedance-2.0/image-to-video', {
      body: { ...input, image_url: file_url },
      headers: { authorization: `Key ${key}` },
    });
  assert.equal((await use(owner.key)).status, 200);
  const foreign = await use(stranger.key);
  assert.deepEqual([foreign.status, foreign.body.code], [422, 'reference_not_found']);

  const late = await initiate();
  app.clock.now += 3_601_000;
  assert.equal((await put(late.upload_url)).status, 403);
});

test('parts of an upload are put together only as they were sent', async () => {
  const { body } = await post<{ upload_url: string }>('/fal/storage/upload/initiate-multipart', {});
  const at = body.upload_url.replace('http://localhost', '');
  const send = async (number: number, bytes: Buffer) =>
    (await (await app.call(`${at}/${number}`, { method: 'PUT', body: bytes })).json()) as {
      partNumber: number;
      etag: string;
    };
  const complete = (parts: unknown) =>
    app.call(`${at}/complete`, { method: 'POST', body: JSON.stringify({ parts }) });
  const second = await send(2, mug.subarray(10_000));
  const first = await send(1, mug.subarray(0, 10_000));
  assert.equal((await complete([])).status, 400);
  assert.equal((await complete([first, { partNumber: 2, etag: first.etag }])).status, 400);
  assert.equal((await complete([second, first])).status, 200);
  assert.equal((await complete([second, first])).status, 200);
  assert.equal((await app.store.query('select from upload_parts')).length, 0);
});

test('an account has a limited room for parts that are still coming', async () => {
  const { body } = await post<{ upload_url: string }>('/fal/storage/upload/initiate-multipart', {});
  const put = () =>
    app.call(`${body.upload_url.replace('http://localhost', '')}/1`, { method: 'PUT', body: mug });
  await app.store.query(
    `insert into upload_parts (file_id, account_id, number, size_bytes, sha256, bytes)
    values ('file_other', $1, 1, 200000000, '', '')`,
    [owner.accountId],
  );
  const refused = await put();
  assert.deepEqual([refused.status, ((await refused.json()) as FalAnswer).code], [413, 'body_too_large']);
  await app.store.query('delete from upload_parts');
  assert.equal((await put()).status, 200);
});

test('parts that come together have no more room than those that come one by one', async () => {
  await app.store.query('delete from upload_parts');
  await app.store.query(
    `insert into upload_parts (file_id, account_id, number, size_bytes, sha256, bytes)
    values ('file_other', $1, 1, $2, '', '')`,
    [owner.accountId, 200_000_000 - 2 * mug.length],
  );
  const at = (await post<{ upload_url: string }>('/fal/storage/upload/initiate-multipart', {})).body
    .upload_url;
  const path = at.replace('http://localhost', '');
  const put = async (number: number) =>
    (await app.call(`${path}/${number}`, { method: 'PUT', body: mug })).status;
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(put));
  await app.store.query('delete from upload_parts');
  assert.deepEqual(answers.sort(), [200, 200, 413, 413, 413, 413]);
});

test('a part without the right to send it is refused before it is read', async () => {
  for (const [method, path] of [
    ['PUT', '1'],
    ['POST', 'complete'],
  ]) {
    let reads = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          reads += 1;
          controller.enqueue(new Uint8Array(1_000));
        },
      },
      { highWaterMark: 0 },
    );
    const init = { method, body, duplex: 'half' } as RequestInit;
    const refused = await app.call(`/fal/uploads/wrong/${path}`, init);
    assert.deepEqual([refused.status, reads], [403, 0], path);
  }
});

test('pages may send to and read from the addresses that carry their own right', async () => {
  const { body } = await post<{ upload_url: string; file_url: string }>('/fal/storage/upload/initiate', {
    content_type: 'image/jpeg',
  });
  const [upload, content] = [body.upload_url, body.file_url].map((url) =>
    url.replace('http://localhost', ''),
  );
  const origin = 'https://shop.example';
  const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');
  const asks = {
    origin,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'content-type',
  };
  for (const path of [`${upload}`, `${upload}/1`, `${upload}/complete`]) {
    const asked = await app.call(path, { method: 'OPTIONS', headers: asks });
    assert.deepEqual([asked.status, allowed(asked)], [204, '*'], path);
    assert.equal(asked.headers.get('access-control-allow-methods'), 'PUT, POST');
    assert.equal(asked.headers.get('access-control-allow-headers'), 'Content-Type');
  }
  const refused = await app.call(`${upload}x`, { method: 'PUT', headers: { origin }, body: mug });
  assert.deepEqual([refused.status, allowed(refused)], [403, '*']);
  const sent = await app.call(`${upload}`, { method: 'PUT', headers: { origin }, body: mug });
  assert.deepEqual([sent.status, allowed(sent)], [200, '*']);
  const read = await app.call(`${content}`);
  assert.deepEqual([read.status, allowed(read)], [200, '*']);
  await read.body?.cancel();
  assert.equal((await app.call(textToVideo, { method: 'OPTIONS', headers: asks })).status, 401);
});

test('a field that nobody knows is refused on every face, and null is a field that is not set', async () => {
  const bearer = { authorization: `Bearer ${owner.key}` };
  const unset = await post(textToVideo, { ...input, seed: null, tags: null });
  assert.equal(unset.status, 200);
  const unknown: [string, object][] = [
    [textToVideo, { ...input, dry_run: true }],
    ['/replicate/v1/models/bytedance/seedance-2.0/predictions', { input: { prompt: 'x' }, colour: 'red' }],
    ['/openai/v1/videos', { prompt: 'x', negative_prompt: 'y' }],
  ];
  for (const [path, body] of unknown) {
    const refused = await post<object>(path, body, bearer);
    assert.ok([400, 422].includes(refused.status), path);
    assert.match(
      JSON.stringify(refused.body),
      /The field \\"(dry_run|colour|negative_prompt)\\" is unknown here/,
    );
  }
});

test('a form that is refused leaves none of its files behind, and takes away none that was there', async () => {
  const files = async () => (await app.store.query('select from files')).length;
  const send = async (seconds: string, bytes: Buffer) => {
    const form = new FormData();
    form.set('prompt', 'it comes alive');
    form.set('seconds', seconds);
    form.set('input_reference', new Blob([new Uint8Array(bytes)]), 'mug.jpg');
    return (await app.call('/openai/v1/videos', { method: 'POST', key: owner.key, body: form })).status;
  };
  const other = Buffer.concat([mug, Buffer.from('another file')]);
  const before = await files();
  assert.equal(await send('3', other), 400);
  assert.equal(await files(), before);
  assert.equal(await send('4', other), 200);
  assert.equal(await send('3', other), 400);
  assert.equal(await files(), before + 1);
});

test('what one face makes every other shows', async () => {
  const { body } = await post(textToVideo, { ...input, seed: 0, tags: ['spring'] });
  const id = body.request_id;
  const headers = { authorization: `Bearer ${owner.key}` };
  const read = async <T>(path: string) => (await app.json<T>('GET', path, { headers })).body;
  const v1 = await read<{ seed: number; tags: string[] }>(`/v1/generations/${id}`);
  assert.deepEqual([v1.seed, v1.tags], [0, ['spring']]);
  const prediction = await read<{ status: string; input: { seed: number } }>(
    `/replicate/v1/predictions/${id}`,
  );
  assert.deepEqual([prediction.status, prediction.input.seed], ['starting', 0]);
  const video = await read<{ status: string; size: string }>(`/openai/v1/videos/${id}`);
  assert.deepEqual([video.status, video.size], ['queued', '1280x720']);
});

test('nothing here was unexpected', () => assert.deepEqual(app.unexpected, []));
