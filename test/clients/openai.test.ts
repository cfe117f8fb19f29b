import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI, { APIError, BadRequestError, NotFoundError } from 'openai';
import type { Generation } from '../../src/contract/generation.ts';
import { startRealServer } from './server.ts';

const server = await startRealServer();
const key = await server.newKey();
const photo = await readFile(new URL('../fixtures/mug.jpg', import.meta.url));
const mug = () => new File([photo], 'mug.jpg', { type: 'image/jpeg' });

const clientOf = (apiKey: string) => new OpenAI({ apiKey, baseURL: `${server.url}/openai/v1` });
const openai = clientOf(key);
const model = 'bytedance/seedance-2.0';

/** What Kinora takes beside the fields of the client's types. */
const create = (client: OpenAI, body: object) =>
  client.videos.create(body as Parameters<typeof client.videos.create>[0]);

async function ended(client: OpenAI, id: string) {
  for (;;) {
    const video = await client.videos.retrieve(id);
    if (video.status === 'completed' || video.status === 'failed') return video;
    await sleep(50);
  }
}

async function failure(work: Promise<unknown>): Promise<APIError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof APIError, String(error));
    return error;
  }
  return assert.fail('it did not fail');
}

test('makes a video from a picture, waits and downloads', async () => {
  const made = await openai.videos.create({
    model,
    prompt: 'it comes alive',
    input_reference: mug(),
    seconds: '4',
    size: '1280x720',
  });
  assert.deepEqual([made.object, made.status, made.seconds], ['video', 'queued', '4']);
  const video = await ended(openai, made.id);
  assert.deepEqual(
    [video.status, video.progress, video.size, video.error],
    ['completed', 100, '1280x720', null],
  );
  const bytes = await (await openai.videos.downloadContent(made.id)).arrayBuffer();
  assert.deepEqual(await server.probeBytes(bytes), { picture: '1280×720 h264', seconds: 4 });
  const poster = await openai.videos.downloadContent(made.id, { variant: 'thumbnail' });
  assert.equal(poster.headers.get('content-type'), 'image/jpeg');

  const generation = await server.v1<Generation>(key, `/generations/${made.id}`);
  assert.deepEqual(
    [generation.endpoint, generation.plan.references[0]?.role, generation.credits.charged],
    ['bytedance/seedance-2.0/image-to-video', 'first_frame', 243],
  );
});

test('takes JSON, and more references than one', async () => {
  const upload = await fetch(`${server.url}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' },
    body: photo,
  });
  const { id, url } = (await upload.json()) as { id: string; url: string };
  const made = await create(openai, {
    prompt: '@Image1 beside @Image2',
    image_reference: [{ image_url: url }, { file_id: id }],
    seconds: '4',
    seed: 0,
    metadata: { sku: 'MUG-01' },
    simulate: { latency_seconds: 60 },
  });
  const generation = await server.v1<Generation>(key, `/generations/${made.id}`);
  assert.deepEqual(
    [generation.endpoint, generation.aspect_ratio, generation.seed, generation.metadata],
    ['bytedance/seedance-2.0/reference-to-video', '9:16', 0, { sku: 'MUG-01' }],
  );
  assert.equal(generation.plan.references.length, 2);
});

test('lists in both orders, page by page', async () => {
  const client = clientOf(await server.newKey());
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1)
    ids.push((await create(client, { prompt: `wave ${n}`, simulate: { latency_seconds: 60 } })).id);
  const listed = async (order: 'asc' | 'desc') => {
    const found: string[] = [];
    for await (const video of client.videos.list({ limit: 2, order })) found.push(video.id);
    return found;
  };
  assert.deepEqual(await listed('asc'), ids);
  assert.deepEqual(await listed('desc'), ids.toReversed());
});

test('stops what is being made when it is deleted, and gives its credits back', async () => {
  const made = await create(openai, { prompt: 'a storm', simulate: { latency_seconds: 60 } });
  assert.deepEqual(await openai.videos.delete(made.id), {
    id: made.id,
    object: 'video.deleted',
    deleted: true,
  });
  assert.ok((await failure(openai.videos.retrieve(made.id))) instanceof NotFoundError);
  const generation = await server.v1<Generation>(key, `/generations/${made.id}`);
  assert.deepEqual([generation.outcome, generation.credits], ['canceled', { held: 0, charged: 0 }]);
});

test('takes the files of a deleted video away', async () => {
  const made = await create(openai, { prompt: 'waves', seconds: '4', size: '1280x720' });
  await ended(openai, made.id);
  const { output } = await server.v1<Generation>(key, `/generations/${made.id}`);
  await openai.videos.delete(made.id);
  assert.ok((await failure(openai.videos.delete(made.id))) instanceof NotFoundError);
  for await (const video of openai.videos.list()) assert.notEqual(video.id, made.id);
  assert.equal((await fetch(output?.url ?? '')).status, 404);
  assert.equal((await server.v1<Generation>(key, `/generations/${made.id}`)).output, null);
});

test('tells of faults in the input in the form of the API', async () => {
  const error = await failure(
    create(openai, { prompt: 'x', seconds: '3', size: '1792x1024', input_reference: mug() }),
  );
  assert.ok(error instanceof BadRequestError);
  assert.deepEqual(
    [error.param, error.type, error.code],
    ['size', 'invalid_request_error', 'invalid_request'],
  );
  assert.match(error.message, /size must be one of 1280x720.* seconds must be at least 4 s, not 3/);
  const other = await failure(create(openai, { model: 'sora-2', prompt: 'x' }));
  assert.match(other.message, /model "sora-2" is not possible here/);
  const nothing = await failure(
    create(openai, { prompt: 'x', input_reference: new File(['no picture'], 'a.jpg') }),
  );
  assert.deepEqual([nothing.status, nothing.param], [400, 'input_reference']);
});

test('accepts a form once under one key', async () => {
  const form = { prompt: 'it comes alive', input_reference: mug(), simulate: '{"latency_seconds":60}' };
  const headers = { 'Idempotency-Key': 'form-1' };
  const send = (body: object) =>
    openai.videos.create(body as Parameters<typeof openai.videos.create>[0], { headers });
  const first = await send(form);
  assert.equal((await send({ ...form, input_reference: mug() })).id, first.id);
  assert.equal((await failure(send({ ...form, prompt: 'another', input_reference: mug() }))).status, 409);
});

test('tells of wrong keys, empty purses and what is not there', async () => {
  const wrong = await failure(create(clientOf('kin_test_wrong'), { prompt: 'x' }));
  assert.deepEqual([wrong.status, wrong.code], [401, 'unauthenticated']);
  const poor = await failure(create(clientOf(await server.newKey({ credits: 200 })), { prompt: 'x' }));
  assert.deepEqual([poor.status, poor.type, poor.code], [402, 'insufficient_quota', 'insufficient_credits']);
  const foreign = await create(clientOf(await server.newKey()), {
    prompt: 'x',
    simulate: { latency_seconds: 60 },
  });
  for (const call of [
    () => openai.videos.retrieve(foreign.id),
    () => openai.videos.downloadContent(foreign.id),
    () => openai.videos.delete(foreign.id),
  ])
    assert.ok((await failure(call())) instanceof NotFoundError);
});

test('tells why a video failed', async () => {
  const simulate = { latency_seconds: 0, outcome: { end: 'reject', message: 'It shows a real person.' } };
  const made = await create(openai, { prompt: 'somebody famous', simulate });
  const video = await ended(openai, made.id);
  assert.deepEqual([video.status, video.error?.code], ['failed', 'content_rejected']);
  assert.match(video.error?.message ?? '', /real person/);
});
