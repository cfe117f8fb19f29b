import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, createUploader, GenerationFailedError, KinoraError } from './index.ts';

interface Sent {
  method: string;
  path: string;
  headers: Headers;
  body: string;
}

type Answer = Response | Error | ((sent: Sent) => Response);

/** A client whose server gives the answers in turn and whose clock moves only by its own pauses. */
function clientWith(answers: Answer[], options: { giveUpAfterMs?: number } = {}) {
  const sent: Sent[] = [];
  const pauses: number[] = [];
  let now = 0;
  const client = createClient({
    baseUrl: 'http://kinora.test/',
    key: 'kin_live_secret',
    now: () => now,
    random: () => 1,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
      now += milliseconds;
    },
    fetch: async (input, init) => {
      const request = new Request(input as string, init);
      const received = {
        method: request.method,
        path: request.url.slice('http://kinora.test'.length),
        headers: request.headers,
        body: await request.text(),
      };
      sent.push(received);
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`nobody expected ${received.method} ${received.path}`);
      if (answer instanceof Error) throw answer;
      return typeof answer === 'function' ? answer(received) : answer;
    },
    ...options,
  });
  return { client, sent, pauses };
}

const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);

const problem = (
  status: number,
  code: string,
  extra: { headers?: Record<string, string>; retryable?: boolean; errors?: object[] } = {},
) =>
  json(
    {
      type: 'about:blank',
      title: 'Error',
      status,
      code,
      detail: `detail of ${code}`,
      hint: `hint of ${code}`,
      retryable: extra.retryable ?? false,
      charged: false,
      request_id: 'req_1',
      errors: extra.errors ?? [],
    },
    { status, headers: { 'content-type': 'application/problem+json', ...extra.headers } },
  );

const lost = () =>
  Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
  });

const request = { prompt: 'a mug', duration: 5, aspect_ratio: '16:9' } as const;

describe('a submit', () => {
  it('carries the key of the account and an idempotency key of its own', async () => {
    const { client, sent } = clientWith([json({ id: 'gen_1' }), json({ id: 'gen_2' })]);
    await client.generations.submit('text-to-video', request);
    await client.generations.submit('text-to-video', request);
    assert.equal(sent[0]?.method, 'POST');
    assert.equal(sent[0]?.path, '/v1/bytedance/seedance-2.0/text-to-video');
    assert.equal(sent[0]?.headers.get('authorization'), 'Bearer kin_live_secret');
    assert.deepEqual(JSON.parse(sent[0]?.body ?? ''), request);
    const keys = sent.map(({ headers }) => headers.get('idempotency-key'));
    assert.ok(keys[0] !== null && keys[0] !== undefined && keys[0].length > 20);
    assert.notEqual(keys[0], keys[1]);
  });

  it('is sent again with the same key after a lost answer, a 500, a 503 and a 409 in progress', async () => {
    const { client, sent } = clientWith([
      lost(),
      problem(500, 'internal_error', { retryable: true }),
      problem(503, 'unavailable', { retryable: true }),
      problem(409, 'idempotency_in_progress', { retryable: true, headers: { 'retry-after': '1' } }),
      json({ id: 'gen_1' }),
    ]);
    const generation = await client.generations.submit('text-to-video', request, {
      idempotencyKey: 'shop/A-1/x/1',
    });
    assert.equal(generation.id, 'gen_1');
    assert.deepEqual(
      sent.map(({ headers }) => headers.get('idempotency-key')),
      Array.from({ length: 5 }, () => 'shop/A-1/x/1'),
    );
    assert.equal(new Set(sent.map(({ body }) => body)).size, 1);
  });

  it('is not sent again after a refusal', async () => {
    const fault = { pointer: '/duration', code: 'invalid_duration', message: 'too long' };
    const { client, sent } = clientWith([problem(422, 'invalid_duration', { errors: [fault] })]);
    await assert.rejects(client.generations.submit('text-to-video', request), (error) => {
      assert.ok(error instanceof KinoraError);
      assert.equal(error.code, 'invalid_duration');
      assert.equal(error.message, 'detail of invalid_duration');
      assert.equal(error.hint, 'hint of invalid_duration');
      assert.equal(error.retryable, false);
      assert.equal(error.status, 422);
      assert.equal(error.requestId, 'req_1');
      assert.deepEqual(error.faults, [fault]);
      return true;
    });
    assert.equal(sent.length, 1);
  });

  it('is not sent again when its references were too slow, though it may succeed another day', async () => {
    const { client, sent } = clientWith([problem(422, 'reference_timeout', { retryable: true })]);
    await assert.rejects(client.generations.submit('text-to-video', request), {
      code: 'reference_timeout',
      retryable: true,
    });
    assert.equal(sent.length, 1);
  });
});

describe('the pauses between tries', () => {
  it('double, up to ten seconds', async () => {
    const { client, pauses } = clientWith([...Array.from({ length: 8 }, lost), json({ status: 'ok' })]);
    await client.generations.get('gen_1');
    assert.deepEqual(pauses, [300, 600, 1_200, 2_400, 4_800, 9_600, 10_000, 10_000]);
  });

  it('are as long as Retry-After says', async () => {
    const { client, pauses } = clientWith([
      problem(503, 'unavailable', { headers: { 'retry-after': '7' } }),
      json({ id: 'gen_1' }),
    ]);
    await client.generations.get('gen_1');
    assert.deepEqual(pauses, [7_000]);
  });

  it('end when the time is up, with the last error', async () => {
    const { client, sent } = clientWith(Array.from({ length: 20 }, lost), { giveUpAfterMs: 2_000 });
    await assert.rejects(client.generations.get('gen_1'), (error) => {
      assert.ok(error instanceof KinoraError);
      assert.equal(error.code, 'unreachable');
      assert.match(error.message, /http:\/\/kinora\.test cannot be reached \(ECONNRESET\)/);
      return true;
    });
    assert.equal(sent.length, 3);
  });
});

describe('calls that must not be repeated', () => {
  it('make no second account when the first answer is lost', async () => {
    const { client, sent } = clientWith([lost()]);
    await assert.rejects(client.accounts.create({ name: 'shop' }), { code: 'unreachable' });
    assert.equal(sent.length, 1);
  });

  it('make no second key when the server fails', async () => {
    const { client, sent } = clientWith([problem(500, 'internal_error', { retryable: true })]);
    await assert.rejects(client.keys.create({ account_id: 'acc_1' }), { code: 'internal_error' });
    assert.equal(sent.length, 1);
  });

  it('are repeated when they carry an idempotency key, as grants do', async () => {
    const { client, sent } = clientWith([lost(), json({ credits: 5 })]);
    await client.accounts.grant('acc_1', { credits: 5 });
    assert.equal(sent[0]?.headers.get('idempotency-key'), sent[1]?.headers.get('idempotency-key'));
  });
});

describe('an answer that is not from Kinora', () => {
  it('is said to be none', async () => {
    const { client } = clientWith([new Response('<html>', { status: 404 })]);
    await assert.rejects(client.credits.get(), { code: 'unexpected_answer', status: 404 });
  });

  it('is said to be none also with a good status', async () => {
    const { client } = clientWith([new Response('<html>')]);
    await assert.rejects(client.credits.get(), { code: 'unexpected_answer', status: 200 });
  });
});

describe('an upload', () => {
  it('is a form with the bytes and the name of the file', async () => {
    const { client, sent } = clientWith([json({ id: 'file_1' })]);
    await client.files.upload(new TextEncoder().encode('bytes'), 'stål.jpg');
    assert.match(sent[0]?.headers.get('content-type') ?? '', /^multipart\/form-data; boundary=/);
    assert.match(sent[0]?.body ?? '', /name="file"; filename="stål\.jpg"/);
    assert.match(sent[0]?.body ?? '', /\r\nbytes\r\n/);
  });
});

describe('a download', () => {
  it('does not show the key to whoever holds the bytes', async () => {
    const { client, sent } = clientWith([new Response('video')]);
    const stream = await client.files.download('http://kinora.test/v1/content/file_1.mp4?signature=x');
    assert.equal(await new Response(stream).text(), 'video');
    assert.equal(sent[0]?.headers.get('authorization'), null);
  });
});

describe('waiting', () => {
  const state = (status: string, fraction = 0) => ({
    id: 'gen_1',
    status,
    outcome: null,
    waiting_on: null,
    progress: { phase: null, fraction },
  });
  const events = (...states: object[]) =>
    new Response(
      states.map((data) => `event: progress\ndata: ${JSON.stringify(data)}\n\n: still here\n\n`).join(''),
      {
        headers: { 'content-type': 'text/event-stream' },
      },
    );

  it('follows the stream and ends with the whole generation', async () => {
    const { client, sent } = clientWith([
      json(state('pending')),
      events(state('processing', 0.4), state('processing', 0.8), state('complete', 1)),
      json(state('complete', 1)),
    ]);
    const seen: number[] = [];
    const ended = await client.generations.wait('gen_1', {
      onProgress: ({ progress }) => seen.push(progress.fraction),
    });
    assert.equal(ended.status, 'complete');
    assert.deepEqual(seen, [0, 0.4, 0.8, 1]);
    assert.equal(sent[1]?.path, '/v1/generations/gen_1/events');
    assert.equal(sent[1]?.headers.get('accept'), 'text/event-stream');
  });

  it('asks again when the stream breaks, and when there is none', async () => {
    const { client, pauses } = clientWith([
      json(state('pending')),
      events(state('processing', 0.4)),
      json(state('processing', 0.5)),
      new Response('no streams here', { status: 404 }),
      json(state('processing', 0.6)),
      lost(),
      lost(),
      json(state('failed', 0.6)),
    ]);
    const ended = await client.generations.wait('gen_1');
    assert.equal(ended.status, 'failed');
    assert.deepEqual(pauses, [1_000, 1_000, 1_000, 300]);
  });

  it('reads events that arrive in pieces', async () => {
    const text = `event: status\r\ndata: ${JSON.stringify(state('processing', 0.25))}\r\n\r\n`;
    const bytes = new TextEncoder().encode(text);
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const { client } = clientWith([json(state('pending')), new Response(pieces), json(state('complete', 1))]);
    const seen: number[] = [];
    await client.generations.wait('gen_1', { onProgress: ({ progress }) => seen.push(progress.fraction) });
    assert.deepEqual(seen, [0, 0.25, 1]);
  });

  it('tells the id with every error, so that it is never lost', async () => {
    const { client } = clientWith([json(state('pending')), lost(), ...Array.from({ length: 9 }, lost)], {
      giveUpAfterMs: 1_000,
    });
    await assert.rejects(client.generations.wait('gen_1'), { code: 'unreachable', generationId: 'gen_1' });
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const { client } = clientWith([
      json(state('pending')),
      () => {
        stop.abort(reason);
        return events(state('processing', 0.1));
      },
    ]);
    await assert.rejects(
      client.generations.wait('gen_1', { signal: stop.signal }),
      (error) => error === reason,
    );
  });
});

describe('the address of a server', () => {
  it('is refused without its scheme', () => {
    assert.throws(() => createClient({ baseUrl: 'localhost:4700' }), { code: 'invalid_request' });
  });
});

const stateOf = (status: string, more: object = {}) => ({
  id: 'gen_1',
  status,
  outcome: null,
  waiting_on: null,
  progress: { phase: null, fraction: 0 },
  output: null,
  error: null,
  ...more,
});
const finished = stateOf('complete', { output: { url: 'http://kinora.test/v.mp4' } });
const failed = stateOf('failed', {
  outcome: 'rejected',
  error: { code: 'content_rejected', message: 'The provider refused it.', charged: false },
});

describe('an endpoint', () => {
  it('submits, asks and cancels', async () => {
    const { client, sent } = clientWith([
      json(stateOf('pending')),
      json(stateOf('processing')),
      json(failed),
    ]);
    const { id } = await client.referenceToVideo.submit({
      ...request,
      reference_images: ['https://a.example/1.jpg'],
    });
    assert.equal((await client.referenceToVideo.status(id)).status, 'processing');
    await client.referenceToVideo.cancel(id);
    assert.deepEqual(
      sent.map(({ method, path }) => `${method} ${path}`),
      [
        'POST /v1/bytedance/seedance-2.0/reference-to-video',
        'GET /v1/generations/gen_1',
        'POST /v1/generations/gen_1/cancel',
      ],
    );
  });

  it('subscribes: tells the id, then the progress, then gives the video', async () => {
    const { client } = clientWith([json(stateOf('pending')), json(finished)]);
    const told: string[] = [];
    const { output } = await client.textToVideo.subscribe(request, {
      onSubmitted: async ({ id }) => void told.push(id),
      onProgress: ({ status }) => told.push(status),
    });
    assert.equal(output.url, 'http://kinora.test/v.mp4');
    assert.deepEqual(told, ['gen_1', 'complete']);
  });

  it('throws what became of a video that was not made', async () => {
    const { client } = clientWith([json(failed)]);
    await assert.rejects(client.imageToVideo.result('gen_1'), (error) => {
      assert.ok(error instanceof GenerationFailedError && error instanceof KinoraError);
      assert.deepEqual(
        [error.code, error.failure, error.generationId, error.message],
        ['generation_failed', 'content_rejected', 'gen_1', 'The provider refused it.'],
      );
      return true;
    });
  });
});

describe('a handle', () => {
  it('is saved before the call, and resumed elsewhere sends the same key and body', async () => {
    const here = clientWith([lost()], { giveUpAfterMs: 0 });
    const handle = here.client.textToVideo.prepare(request);
    const saved = JSON.stringify(handle);
    await assert.rejects(handle.submit(), { code: 'unreachable' });
    const there = clientWith([json(stateOf('pending')), json(stateOf('pending')), json(finished)]);
    const resumed = there.client.resume(saved);
    assert.equal(resumed.generationId, undefined);
    assert.equal((await resumed.submit()).id, 'gen_1');
    assert.equal((await resumed.status()).status, 'pending');
    assert.equal((await resumed.result()).output.url, 'http://kinora.test/v.mp4');
    const [first, second] = [here.sent[0], there.sent[0]];
    assert.equal(second?.body, first?.body);
    assert.equal(second?.headers.get('idempotency-key'), first?.headers.get('idempotency-key'));
    assert.equal(there.sent.filter(({ method }) => method === 'POST').length, 1);
  });

  it('forgets the request once the generation is known, and never holds the key', async () => {
    const { client, sent } = clientWith([json(stateOf('pending')), json(failed)]);
    const handle = client.textToVideo.prepare(request, { idempotencyKey: 'shop/1' });
    await handle.submit();
    const saved = JSON.stringify(handle);
    assert.deepEqual(JSON.parse(saved), {
      kinora_handle: 1,
      endpoint: 'text-to-video',
      idempotency_key: 'shop/1',
      created_at: '1970-01-01T00:00:00.000Z',
      generation_id: 'gen_1',
    });
    await assert.rejects(client.resume(saved).result(), { code: 'generation_failed' });
    assert.equal(sent.length, 2);
  });

  it('is not sent again when the server may have forgotten its key', async () => {
    const { client, sent } = clientWith([]);
    const saved = { ...client.textToVideo.prepare(request).toJSON(), created_at: '1969-12-01T00:00:00Z' };
    await assert.rejects(client.resume(saved).submit(), { code: 'handle_expired' });
    assert.equal(sent.length, 0);
  });

  it('says what is not one', () => {
    const { client } = clientWith([]);
    for (const [saved, why] of [
      ['{', /it is not JSON/],
      ['[]', /kinora_handle is undefined/],
      ['{"kinora_handle":2}', /kinora_handle is 2, not 1/],
      ['{"kinora_handle":1,"endpoint":"text-to-video"}', /is missing/],
    ] as const)
      assert.throws(() => client.resume(saved), { code: 'invalid_request', message: why });
  });
});

describe('a list', () => {
  const page = (ids: string[], next: string | null) =>
    json({ object: 'list', data: ids.map((id) => ({ id })), next_cursor: next });

  it('is a page where it is awaited', async () => {
    const { client, sent } = clientWith([page(['gen_1'], 'c1')]);
    assert.equal((await client.generations.list({ limit: 1 })).data[0]?.id, 'gen_1');
    assert.equal(sent[0]?.path, '/v1/generations?limit=1');
  });

  it('is every entry where it is iterated, asking only as it goes', async () => {
    const { client, sent } = clientWith([page(['a', 'b'], 'c1'), page(['c'], 'c2'), page(['d'], null)]);
    const seen: string[] = [];
    for await (const { id } of client.generations.list({ status: 'failed' })) {
      seen.push(id);
      if (id === 'c') break;
    }
    assert.deepEqual(seen, ['a', 'b', 'c']);
    assert.deepEqual(
      sent.map(({ path }) => path),
      ['/v1/generations?status=failed', '/v1/generations?status=failed&cursor=c1'],
    );
  });

  it('that failed before it was read is told to its reader, and to nobody else', async () => {
    const { client } = clientWith([problem(404, 'not_found')]);
    const list = client.batches.rows('batch_1');
    // A turn of the event loop: an error that nobody heard would end the process here.
    await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(list, { code: 'not_found' });
  });

  it('ends with an error where a server names the same page for ever', async () => {
    const { client } = clientWith([page(['a'], 'c1'), page(['b'], 'c1')]);
    const readAll = async () => {
      for await (const { id } of client.batches.list()) assert.ok(id.length > 0);
    };
    await assert.rejects(readAll(), { code: 'unexpected_answer' });
  });
});

describe('an uploader', () => {
  it('sends its token and nothing but files', async () => {
    const sent: Request[] = [];
    const uploader = createUploader({
      baseUrl: 'http://kinora.test',
      token: 'kin_upload_x',
      fetch: async (input, init) => {
        sent.push(new Request(input as string, init));
        return json({ id: 'file_1' });
      },
    });
    assert.equal((await uploader.upload(new File(['bytes'], 'me.jpg'))).id, 'file_1');
    assert.equal(sent[0]?.headers.get('authorization'), 'Bearer kin_upload_x');
    assert.match((await sent[0]?.text()) ?? '', /filename="me\.jpg"/);
    assert.deepEqual(Object.keys(uploader), ['upload']);
  });

  it('refuses a key', () => {
    assert.throws(() => createUploader({ baseUrl: 'http://kinora.test', token: 'kin_live_x' }), {
      code: 'key_in_page',
    });
  });
});
