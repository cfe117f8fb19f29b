import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTestApp, signUp } from '../../../test/app.ts';

const app = await createTestApp();
const { key } = await signUp(app);

const names = [
  ...[
    'prompt',
    'image_urls',
    'video_urls',
    'audio_urls',
    'image_url',
    'duration',
    'aspect_ratio',
    'resolution',
  ],
  ...['seed', 'generate_audio', 'input', 'version', 'webhook', 'webhook_events_filter', 'reference_images'],
  ...[
    'model',
    'seconds',
    'size',
    'input_reference',
    'image_reference',
    'metadata',
    'tags',
    'simulate',
    'parts',
  ],
  ...['storyboard', 'max_credits', 'start_within', 'file_name', 'content_type', '__proto__', 'constructor'],
];

/** Values that fit somewhere, values that fit nowhere, and characters that a database does not take. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('auto', '5', 5, '16:9', '720p', true, null, -1, 0, 'a calm morning', '\0', '\ud800'),
  fc.constantFrom('data:image/png;base64,AAAA', 'https://127.0.0.1/x', 'file_000000000000000000000000'),
);

const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 8 }),
  fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 }).map((input) => ({ input })),
  fc.jsonValue(),
);

const bodyPaths = [
  '/fal/bytedance/seedance-2.0/reference-to-video',
  '/fal/bytedance/seedance-2.0/image-to-video?fal_max_queue_length=1000&fal_webhook=x',
  '/bytedance/seedance-2.0/text-to-video',
  '/fal/storage/upload/initiate',
  '/fal/storage/upload/initiate-multipart',
  '/fal/uploads/x.y/complete',
  '/replicate/v1/predictions',
  '/replicate/v1/models/bytedance/seedance-2.0/predictions',
  '/openai/v1/videos',
];

const call = (path: string, init: RequestInit) => app.call(path, { ...init, key });

test('no JSON body makes a face fail', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bodyPaths), body, async (path, content) => {
      const { status } = await call(path, { method: 'POST', body: JSON.stringify(content) });
      assert.ok(status < 500, `${path} answered ${status}`);
    }),
    { numRuns: 400, seed: 20261128 },
  );
  assert.deepEqual(app.unexpected, []);
});

test('no form makes a face fail', async () => {
  const field = fc.tuple(
    fc.constantFrom(...names, 'tags[]', 'metadata[a]', 'simulate[outcome][end]', 'content', '[', 'a[b', ']'),
    fc.oneof(fc.string(), fc.constantFrom('{', '[1]', '{"a":1}', '0', 'true')),
    fc.boolean(),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('/openai/v1/videos', '/replicate/v1/files'),
      fc.array(field, { maxLength: 6 }),
      async (path, fields) => {
        const form = new FormData();
        for (const [name, text, isFile] of fields)
          if (isFile) form.append(name, new Blob([text]), 'a.bin');
          else form.append(name, text);
        const { status } = await call(path, { method: 'POST', body: form });
        assert.ok(status < 500, `${path} answered ${status}`);
      },
    ),
    { numRuns: 60, seed: 20261128 },
  );
  assert.deepEqual(app.unexpected, []);
});

test('no path, query or target makes a face fail', async () => {
  const piece = fc.oneof(
    fc.webSegment(),
    fc.constantFrom('requests', 'status', 'stream', 'cancel', '%', '%00', '..'),
  );
  const path = fc
    .tuple(
      fc.constantFrom(
        '/fal',
        '/fal/run',
        '/fal/storage',
        '/fal/uploads',
        '/bytedance/seedance-2.0',
        '/replicate/v1',
      ),
      fc.array(piece, { maxLength: 5 }),
      fc.webQueryParameters(),
    )
    .map(([start, pieces, query]) => `${[start, ...pieces].join('/')}?${query}`);
  const lists = fc
    .tuple(fc.constantFrom('/openai/v1/videos', '/replicate/v1/predictions'), fc.webQueryParameters())
    .map(([start, query]) => `${start}?${query}&after=${query}&cursor=${query}`);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
      fc.oneof(path, lists),
      fc.oneof(
        fc.webUrl(),
        path.map((at) => `https://queue.fal.run${at}`),
      ),
      async (method, at, target) => {
        for (const url of [at, '/fal/proxy']) {
          const headers = { 'x-fal-target-url': target };
          const { status } = await call(url, { method, headers });
          assert.ok(status < 500, `${method} ${url} ${target} answered ${status}`);
        }
      },
    ),
    { numRuns: 300, seed: 20261128 },
  );
  assert.deepEqual(app.unexpected, []);
});
