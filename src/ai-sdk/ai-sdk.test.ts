import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  experimental_generateVideo as generateVideo,
  experimental_getVideoStatus as getVideoStatus,
  experimental_startVideo as startVideo,
} from 'ai';
import { createKinora } from './index.ts';

interface Sent {
  call: string;
  headers: Headers;
  body: unknown;
}

/** A Kinora that makes a video in `checks` looks, or fails with `error`; `deleted` has taken it away since. */
function kinoraThat({
  checks = 1,
  error,
  deleted = false,
}: {
  checks?: number;
  error?: string;
  deleted?: boolean;
} = {}) {
  const sent: Sent[] = [];
  let looks = 0;
  const generation = (status: string) => ({
    id: 'gen_1',
    status,
    price: { credits: 303 },
    credits: { charged: status === 'complete' ? 303 : null },
    plan: { adjustments: [{ code: 'x', message: 'The seed was chosen.' }] },
    output:
      status === 'complete' && !deleted
        ? { url: 'http://kinora.test/v.mp4', content_type: 'video/mp4' }
        : null,
    error: status === 'failed' ? { message: error } : null,
  });
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input as string, init);
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const type = request.headers.get('content-type') ?? '';
    sent.push({
      call,
      headers: request.headers,
      body: type.includes('json') ? await request.json() : undefined,
    });
    if (call === 'POST /v1/files') return Response.json({ id: `file_${sent.length}` });
    if (call === 'GET /v.mp4') return new Response('the video');
    if (call !== 'GET /v1/generations/gen_1') return Response.json(generation('pending'), { status: 202 });
    looks += 1;
    if (looks < checks) return Response.json(generation('processing'));
    return Response.json(generation(error === undefined ? 'complete' : 'failed'));
  };
  return { sent, provider: createKinora({ baseUrl: 'http://kinora.test', key: 'kin_test_x', fetch }) };
}

const photo = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]);

describe('kinora for the AI SDK', () => {
  it('makes a video with generateVideo, from references, under the key that the AI SDK made', async () => {
    const { sent, provider } = kinoraThat({ checks: 2 });
    const { video, warnings, providerMetadata } = await generateVideo({
      model: provider.video(),
      prompt: '@Image1 turns slowly',
      inputReferences: [photo, 'https://shop.example/2.jpg'],
      aspectRatio: '9:16',
      duration: 8,
      seed: 0,
      fps: 60,
      providerOptions: { kinora: { workflow: 'catalogue' } },
      poll: { intervalMs: 1 },
    });
    assert.equal(new TextDecoder().decode(video.uint8Array), 'the video');
    assert.equal(video.mediaType, 'video/mp4');
    const submit = sent.find(({ call }) => call.endsWith('/reference-to-video'));
    assert.deepEqual(submit?.body, {
      prompt: '@Image1 turns slowly',
      aspect_ratio: '9:16',
      duration: 8,
      seed: 0,
      reference_images: ['file_1', 'https://shop.example/2.jpg'],
      reference_videos: [],
      workflow: 'catalogue',
    });
    assert.match(submit?.headers.get('idempotency-key') ?? '', /^aisdk_vid_/);
    assert.deepEqual(
      warnings.map((warning) =>
        'feature' in warning ? warning.feature : 'message' in warning && warning.message,
      ),
      ['fps', 'The seed was chosen.'],
    );
    assert.deepEqual(providerMetadata['kinora'], { generationId: 'gen_1', credits: 303 });
  });

  it('sends the same request again for the same start, without another upload', async () => {
    const { sent, provider } = kinoraThat();
    const start = (data: Uint8Array | string) =>
      provider.video('image-to-video').doStart?.({
        prompt: 'It turns',
        image: { type: 'file', data, mediaType: 'image/jpeg' },
        headers: { 'idempotency-key': 'aisdk_vid_1' },
        n: 1,
        aspectRatio: undefined,
        resolution: undefined,
        duration: undefined,
        fps: undefined,
        seed: undefined,
        generateAudio: undefined,
        frameImages: undefined,
        inputReferences: undefined,
        providerOptions: {},
      });
    await start(photo);
    await start(Buffer.from(photo).toString('base64'));
    const bodies = sent.filter(({ call }) => call.endsWith('/image-to-video')).map(({ body }) => body);
    assert.equal(sent.filter(({ call }) => call === 'POST /v1/files').length, 1);
    assert.deepEqual(bodies[0], bodies[1]);
  });

  it('starts one and asks for it later, from any process', async () => {
    const { provider } = kinoraThat({ checks: 2 });
    const { operation } = await startVideo({
      model: provider.video('image-to-video'),
      prompt: { image: photo, text: 'it begins to rain' },
    });
    const saved = JSON.parse(JSON.stringify(operation));
    assert.equal(
      (await getVideoStatus(provider.video('image-to-video'), { operation: saved })).status,
      'pending',
    );
    const done = await getVideoStatus(provider.video('image-to-video'), { operation: saved });
    assert.equal(done.status, 'completed');
  });

  it('tells why there is no video', async () => {
    const { provider } = kinoraThat({ error: 'The provider refused it.' });
    const { operation } = await startVideo({ model: provider.video('text-to-video'), prompt: 'a storm' });
    const { status, ...rest } = await getVideoStatus(provider.video('text-to-video'), { operation });
    assert.equal(status, 'error');
    assert.match(JSON.stringify(rest), /The provider refused it/);
  });

  it('tells of a video that has been deleted, rather than wait for it', async () => {
    const { provider } = kinoraThat({ deleted: true });
    const { operation } = await startVideo({ model: provider.video('text-to-video'), prompt: 'a storm' });
    const { status, ...rest } = await getVideoStatus(provider.video('text-to-video'), { operation });
    assert.equal(status, 'error');
    assert.match(JSON.stringify(rest), /The video of gen_1 has been deleted/);
  });

  it('refuses pictures that would be paid for and not used, and operations of others', async () => {
    const { sent, provider } = kinoraThat();
    const start = { prompt: 'a storm', inputReferences: [photo], maxRetries: 0 };
    await assert.rejects(
      startVideo({ model: provider.video('text-to-video'), ...start }),
      /takes 0 pictures/,
    );
    await assert.rejects(
      getVideoStatus(provider.video(), { operation: 'of another', maxRetries: 0 }),
      /not of kinora/,
    );
    assert.equal(sent.length, 0);
  });
});
