import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import Replicate, { type Prediction, validateWebhook } from 'replicate';
import type { Generation } from '../../src/contract/generation.ts';
import { startReceiver } from '../webhook-receiver.ts';
import { startRealServer } from './server.ts';

const receiver = await startReceiver();
const server = await startRealServer({ KINORA_TRUSTED_ORIGINS: receiver.origin });
const key = await server.newKey();
const mug = new Blob([await readFile(new URL('../fixtures/mug.jpg', import.meta.url))], {
  type: 'image/jpeg',
});
const model = 'bytedance/seedance-2.0';

const clientOf = (auth: string) => new Replicate({ auth, baseUrl: `${server.url}/replicate/v1` });
const replicate = clientOf(key);

interface Refusal {
  title: string;
  detail: string;
  status: number;
  code: string;
  invalid_fields?: { field: string; description: string }[];
}

/** What the client's error says that the server answered. */
async function refusal(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    const [, body] = /failed with status \d+ [^:]*: (.*)\.$/s.exec(String((error as Error).message)) ?? [];
    return JSON.parse(body ?? assert.fail(String(error)));
  }
  return assert.fail('it did not fail');
}

test('uploads, waits for the end and downloads', async () => {
  const seen: Prediction[] = [];
  const output = await replicate.run(
    model,
    {
      input: {
        prompt: '[Image1] turns slowly',
        reference_images: [mug],
        duration: 4,
        aspect_ratio: '16:9',
        resolution: '720p',
        seed: 0,
      },
    },
    (prediction) => seen.push(prediction),
  );
  assert.ok(typeof output === 'object' || typeof output === 'string');
  assert.deepEqual(await server.probe(String(output)), { picture: '1280×720 h264', seconds: 4 });
  const last = seen.at(-1);
  assert.ok(last !== undefined);
  assert.deepEqual([last.status, last.model, last.error], ['succeeded', model, null]);
  assert.ok(Number(last.metrics?.predict_time) > 0);
  const { prompt, seed, reference_images: images } = last.input as Record<string, unknown>;
  assert.deepEqual([prompt, seed], ['[Image1] turns slowly', 0]);
  assert.equal((await fetch((images as string[])[0] ?? '')).headers.get('content-type'), 'image/jpeg');

  const generation = await server.v1<Generation>(key, `/generations/${last.id}`);
  assert.deepEqual([generation.status, generation.prompt], ['complete', '@Image1 turns slowly']);
  assert.equal(generation.credits.charged, 243);
});

test('makes one without waiting, reads it, lists it page by page and cancels it', async () => {
  const client = clientOf(await server.newKey());
  const input = {
    prompt: 'a storm',
    duration: -1,
    aspect_ratio: 'adaptive',
    simulate: { latency_seconds: 60 },
  };
  const made = await client.predictions.create({ model, input });
  assert.deepEqual([made.status, made.output], ['starting', null]);
  assert.match(String(made.logs), /The duration was left open: 5 s was chosen/);
  const read = await client.predictions.get(made.id);
  assert.match(read.status, /^(starting|processing)$/);
  assert.equal(read.urls.cancel, `${server.url}/replicate/v1/predictions/${made.id}/cancel`);
  for await (const page of client.paginate(client.predictions.list))
    assert.deepEqual(
      page.map(({ id }) => id),
      [made.id],
    );
  await client.predictions.cancel(made.id);
  const ended = await client.wait(made, { interval: 50 });
  assert.deepEqual([ended.status, ended.output], ['canceled', null]);
});

test('waits no longer than it is asked to, and never calls an open prediction its final state', async () => {
  const input = { prompt: 'a long night', duration: 4, simulate: { latency_seconds: 60 } };
  const made = await replicate.predictions.create({ model, input, wait: 1 });
  assert.equal(made.status, 'starting');
  await replicate.predictions.cancel(made.id);
});

test('keeps, reads, downloads and deletes files', async () => {
  const file = await replicate.files.create(new File([mug], 'mug.jpg'), { sku: 'MUG-01' });
  const { name } = file as unknown as { name: string };
  assert.deepEqual([name, file.content_type, file.size], ['mug.jpg', 'image/jpeg', mug.size]);
  assert.deepEqual((await replicate.files.get(file.id)).metadata, { sku: 'MUG-01' });
  const headers = { authorization: `Bearer ${key}` };
  const bytes = await fetch(`${file.urls.get}/download`, { headers });
  assert.equal((await bytes.arrayBuffer()).byteLength, mug.size);
  assert.equal(await replicate.files.delete(file.id), true);
  assert.equal((await refusal(replicate.files.get(file.id))).status, 404);
});

test('tells of faults in the input by field', async () => {
  const input = {
    prompt: '[Image1] turns',
    reference_images: ['https://127.0.0.1/a.jpg'],
    duration: 16,
    resolution: '1080p',
    aspect_ratio: '21:9',
    strength: 1,
  };
  const refused = await refusal(replicate.predictions.create({ model, input }));
  assert.deepEqual([refused.status, refused.title], [422, 'Input validation failed']);
  assert.deepEqual(refused.invalid_fields?.map(({ field }) => field).sort(), [
    'input.aspect_ratio',
    'input.duration',
    'input.resolution',
    'input.strength',
  ]);
  const both = { prompt: 'x', image: mug, reference_images: [mug], duration: 4 };
  assert.match(
    (await refusal(replicate.predictions.create({ model, input: both }))).detail,
    /image goes without/,
  );
});

test('tells of wrong keys, empty purses, other models and what is not there', async () => {
  const input = { prompt: 'a calm morning', duration: 4 };
  const wrong = await refusal(clientOf('kin_test_wrong').predictions.create({ model, input }));
  assert.deepEqual([wrong.status, wrong.code], [401, 'unauthenticated']);
  const poor = clientOf(await server.newKey({ credits: 200 }));
  const unpaid = await refusal(poor.predictions.create({ model, input }));
  assert.deepEqual([unpaid.status, unpaid.code], [402, 'insufficient_credits']);
  const other = await refusal(replicate.predictions.create({ model: 'google/veo-3', input }));
  assert.equal(other.status, 404);
  const foreign = await clientOf(await server.newKey()).predictions.create({ model, input });
  assert.equal((await refusal(replicate.predictions.get(foreign.id))).status, 404);
  assert.equal((await refusal(replicate.predictions.cancel(foreign.id))).status, 404);
});

test('tells why a prediction failed', async () => {
  const input = {
    prompt: 'somebody famous',
    duration: 4,
    simulate: { latency_seconds: 0, outcome: { end: 'reject', message: 'It shows a real person.' } },
  };
  await assert.rejects(replicate.run(model, { input, wait: { mode: 'poll', interval: 50 } }), /real person/);
});

test('tells a webhook of the end, signed so that its own check passes', async () => {
  const made = await replicate.predictions.create({
    model,
    input: {
      prompt: 'a short storm',
      duration: 4,
      simulate: { latency_seconds: 0, outcome: { end: 'fail' } },
    },
    webhook: `${receiver.origin}/replicate`,
    webhook_events_filter: ['completed'],
  });
  const [told] = await receiver.until(1, '/replicate');
  assert.ok(told !== undefined);
  const { key: secret } = await replicate.webhooks.default.secret.get();
  const { body } = told;
  const signed = {
    id: told.headers['webhook-id'] ?? '',
    timestamp: told.headers['webhook-timestamp'] ?? '',
    signature: told.headers['webhook-signature'] ?? '',
  };
  assert.equal(await validateWebhook({ ...signed, body, secret }), true);
  assert.equal(await validateWebhook({ ...signed, body: `${body} `, secret }), false);
  const prediction = JSON.parse(body) as Prediction;
  assert.deepEqual([prediction.id, prediction.status], [made.id, 'failed']);
  assert.match(String(prediction.error), /failed, as it was told to/);
});
