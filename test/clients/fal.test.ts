import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { ApiError, createFalClient, type QueueStatus, ValidationError } from '@fal-ai/client';
import type { Generation } from '../../src/contract/generation.ts';
import { startReceiver } from '../webhook-receiver.ts';
import { startRealServer } from './server.ts';

const receiver = await startReceiver();
const server = await startRealServer({ KINORA_TRUSTED_ORIGINS: receiver.origin });
const key = await server.newKey();
const mug = new Blob([await readFile(new URL('../fixtures/mug.jpg', import.meta.url))], {
  type: 'image/jpeg',
});
const endpoint = 'bytedance/seedance-2.0/reference-to-video';
const textEndpoint = 'bytedance/seedance-2.0/text-to-video';

const clientOf = (credentials: string) =>
  createFalClient({ credentials, proxyUrl: { url: `${server.url}/fal/proxy`, when: 'always' } });
const fal = clientOf(key);

interface Output {
  video: { url: string; content_type: string; file_name: string; file_size: number };
  seed: number;
}

const failure = async (work: Promise<unknown>): Promise<ApiError<Record<string, unknown>>> => {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    return error;
  }
  return assert.fail('it did not fail');
};

test('uploads, submits, waits and downloads, through the proxy route', async () => {
  const updates: QueueStatus[] = [];
  const { data, requestId } = (await fal.subscribe(endpoint, {
    input: {
      prompt: '@Image1 turns slowly, 4 seconds',
      image_urls: [mug],
      duration: '4',
      aspect_ratio: '16:9',
      resolution: '720p',
      generate_audio: true,
      seed: 0,
    },
    logs: true,
    pollInterval: 100,
    onQueueUpdate: (update) => updates.push(update),
  })) as unknown as { data: Output; requestId: string };
  assert.match(requestId, /^gen_/);
  assert.equal(data.seed, 0);
  assert.equal(data.video.content_type, 'video/mp4');
  assert.equal(data.video.file_name, `${requestId}.mp4`);
  assert.deepEqual(await server.probe(data.video.url), { picture: '1280×720 h264', seconds: 4 });
  assert.equal(updates.at(-1)?.status, 'COMPLETED');

  const generation = await server.v1<Generation>(key, `/generations/${requestId}`);
  assert.deepEqual([generation.status, generation.endpoint, generation.seed], ['complete', endpoint, 0]);
  assert.equal(generation.credits.charged, 243);
  assert.equal(generation.output?.size_bytes, data.video.file_size);
});

test('submits, asks for status and result, and streams the status', async () => {
  const queued = await fal.queue.submit(textEndpoint, {
    input: { prompt: 'a calm morning', duration: '4' },
    headers: { 'Idempotency-Key': 'once' },
  });
  assert.deepEqual([queued.status, typeof queued.queue_position], ['IN_QUEUE', 'number']);
  assert.equal(
    queued.status_url,
    `${server.url}/fal/bytedance/seedance-2.0/requests/${queued.request_id}/status`,
  );
  const again = await fal.queue.submit(textEndpoint, {
    input: { prompt: 'a calm morning', duration: '4' },
    headers: { 'Idempotency-Key': 'once' },
  });
  assert.equal(again.request_id, queued.request_id);
  const early = await failure(fal.queue.result(textEndpoint, { requestId: queued.request_id }));
  assert.deepEqual([early.status, early.body['detail']], [400, 'Request is still in progress']);

  const seen: QueueStatus[] = [];
  const last = await fal.queue.subscribeToStatus(textEndpoint, {
    requestId: queued.request_id,
    mode: 'streaming',
    logs: true,
    onQueueUpdate: (update) => seen.push(update),
  });
  assert.equal(last.status, 'COMPLETED');
  const lines = seen.flatMap((update) =>
    'logs' in update ? [update.logs.map(({ message }) => message)] : [],
  );
  assert.ok(
    lines.at(-1)?.some((line) => /16:9 was chosen/.test(line)),
    String(lines),
  );
  const { data } = (await fal.queue.result(textEndpoint, { requestId: queued.request_id })) as unknown as {
    data: Output;
  };
  assert.ok(data.video.url.startsWith(`${server.url}/v1/content/`));
});

test('runs at once, and takes a finished video as a reference of the next', async () => {
  const first = (await fal.run(textEndpoint, { input: { prompt: 'waves', duration: 4 } })) as unknown as {
    data: Output;
    requestId: string;
  };
  const second = await fal.queue.submit(endpoint, {
    input: { prompt: '@Video1 again', video_urls: [first.data.video.url], duration: '4s' },
  });
  const generation = await server.v1<Generation>(key, `/generations/${second.request_id}`);
  assert.equal(generation.plan.references[0]?.kind, 'video');
  await fal.queue.cancel(endpoint, { requestId: second.request_id });
});

test('uploads large files in parts, and says when they are too large', async () => {
  const wav = silence(62);
  // The client splits what it takes for more than 90 MiB, and no reference may have that many: only the size is untrue.
  const claimed = Object.defineProperty(new Blob([wav], { type: 'audio/wav' }), 'size', {
    value: 95_000_000,
  });
  const url = await fal.storage.upload(claimed);
  const stored = await fetch(url);
  assert.deepEqual(
    [stored.status, stored.headers.get('content-type'), Number(stored.headers.get('content-length'))],
    [200, 'audio/wav', wav.length],
  );
  const tooMuch = Object.defineProperty(new Blob([new Uint8Array(51_000_000)]), 'size', {
    value: 95_000_000,
  });
  const tooLarge = await failure(fal.storage.upload(tooMuch));
  assert.equal(tooLarge.status, 413);
  assert.match(
    tooLarge.message,
    /The file has 51,000,000 bytes; the most that any reference may have is 50,000,000/,
  );
});

/** A stereo WAV file of so many seconds, 192,000 bytes each. */
function silence(seconds: number): Uint8Array<ArrayBuffer> {
  const bytes = seconds * 192_000;
  const header = Buffer.alloc(44);
  header.write('RIFF');
  header.writeUInt32LE(bytes + 36, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(2, 22);
  header.writeUInt32LE(48_000, 24);
  header.writeUInt32LE(192_000, 28);
  header.writeUInt16LE(4, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(bytes, 40);
  const wav = new Uint8Array(bytes + 44);
  wav.set(header);
  return wav;
}

test('cancels, and tells of a canceled request as fal would', async () => {
  const { request_id: requestId } = await fal.queue.submit(textEndpoint, {
    input: { prompt: 'a storm', duration: '4', simulate: { latency_seconds: 60 } },
  });
  await fal.queue.cancel(textEndpoint, { requestId });
  await fal.queue.subscribeToStatus(textEndpoint, { requestId, pollInterval: 50 });
  const error = await failure(fal.queue.result(textEndpoint, { requestId }));
  assert.deepEqual([error.status, error.body['error_type']], [499, 'client_cancelled']);
  assert.equal((await server.v1<Generation>(key, `/generations/${requestId}`)).outcome, 'canceled');
  await fal.queue.cancel(textEndpoint, { requestId });
});

test('tells of a rejection after the queue on the result alone', async () => {
  const input = { prompt: 'somebody famous', duration: '4' };
  const simulate = { latency_seconds: 0, outcome: { end: 'reject', message: 'It shows a real person.' } };
  const { request_id: requestId } = await fal.queue.submit(textEndpoint, {
    input: { ...input, simulate },
    webhookUrl: `${receiver.origin}/fal`,
  });
  const status = await fal.queue.subscribeToStatus(textEndpoint, { requestId, pollInterval: 50 });
  assert.equal(status.status, 'COMPLETED');
  const error = await failure(fal.queue.result(textEndpoint, { requestId }));
  assert.ok(error instanceof ValidationError);
  assert.equal(error.fieldErrors[0]?.type, 'content_policy_violation');
  assert.match(error.message, /real person/);

  const [told] = await receiver.until(1, '/fal');
  assert.equal(told?.headers['x-fal-webhook-request-id'], requestId);
  const envelope = JSON.parse(told?.body ?? '');
  assert.deepEqual(
    [envelope.request_id, envelope.status, envelope.error, envelope.payload],
    [requestId, 'ERROR', 'Unexpected status code: 422', error.body],
  );
});

test('tells of faults in the input by field', async () => {
  const error = await failure(
    fal.queue.submit(endpoint, {
      input: {
        prompt: '@Image2 turns',
        image_urls: ['https://127.0.0.1/a.jpg'],
        duration: '16',
        aspect_ratio: '4:3',
        resolution: '4k',
        strength: 1,
      },
    }),
  );
  assert.ok(error instanceof ValidationError);
  assert.equal(error.status, 422);
  assert.deepEqual(error.fieldErrors.map(({ loc }) => loc.join('.')).sort(), [
    'body.aspect_ratio',
    'body.duration',
    'body.resolution',
    'body.strength',
  ]);
  assert.match(error.message, /duration must be at most 15 s, not 16/);
  const { doc_url } = error.body as { doc_url?: string };
  assert.equal(doc_url, `${server.url}/docs/errors/invalid_request`);
  const forbidden = await failure(
    fal.queue.submit(endpoint, { input: { prompt: '@Image1', image_urls: ['https://127.0.0.1/a.jpg'] } }),
  );
  assert.ok(forbidden instanceof ValidationError);
  assert.deepEqual(forbidden.fieldErrors[0]?.loc, ['body', 'image_urls', 0]);
  assert.equal((forbidden.body as { code?: string }).code, 'reference_forbidden_address');
});

test('tells of wrong keys, empty purses and what is not there', async () => {
  const input = { prompt: 'a calm morning', duration: '4' };
  const unknown = await failure(clientOf('kin_test_wrong').queue.submit(textEndpoint, { input }));
  assert.deepEqual([unknown.status, unknown.body['code']], [401, 'unauthenticated']);
  const poor = await failure(
    clientOf(await server.newKey({ credits: 200 })).queue.submit(textEndpoint, { input }),
  );
  assert.deepEqual([poor.status, poor.body['code']], [402, 'insufficient_credits']);
  assert.match(poor.message, /costs 243 credits; 200 test credits are available/);
  const foreign = await clientOf(await server.newKey()).queue.submit(textEndpoint, { input });
  const { request_id: requestId } = foreign;
  for (const call of ['status', 'result', 'cancel'] as const) {
    const error = await failure(fal.queue[call](textEndpoint, { requestId }));
    assert.deepEqual([error.status, error.body['status']], [404, 'NOT_FOUND']);
  }
  const elsewhere = await failure(fal.queue.submit('fal-ai/flux/dev', { input }));
  assert.equal(elsewhere.status, 404);
  assert.match(String(elsewhere.body['hint']), /bytedance\/seedance-2\.0\/reference-to-video/);
});

test('is reached through middleware too, at the paths that fal has', async () => {
  const hosts: Record<string, string> = {
    'https://queue.fal.run': `${server.url}/fal`,
    'https://fal.run': `${server.url}/fal/run`,
    'https://rest.fal.ai': `${server.url}/fal`,
  };
  const direct = createFalClient({
    credentials: key,
    requestMiddleware: async (request) => {
      const { origin, pathname, search } = new URL(request.url);
      return { ...request, url: `${hosts[origin] ?? origin}${pathname}${search}` };
    },
  });
  const url = await direct.storage.upload(mug);
  const { request_id: requestId } = await direct.queue.submit('bytedance/seedance-2.0/image-to-video', {
    input: { prompt: 'it comes alive', image_url: url, duration: '4' },
    priority: 'low',
  });
  const generation = await server.v1<Generation>(key, `/generations/${requestId}`);
  assert.deepEqual([generation.priority, generation.plan.references[0]?.role], [-10, 'first_frame']);
  assert.match((await direct.queue.status(endpoint, { requestId })).status, /IN_|COMPLETED/);
  await direct.queue.cancel(endpoint, { requestId });
});
