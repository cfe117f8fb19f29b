import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import { priceBooks } from '../domain/price-book.ts';

const app = await createTestApp({ priceBook: priceBooks.published });
const owner = await signUp(app, 100_000);
const stranger = await signUp(app);
const mug = await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url));

const path = '/v1/bytedance/seedance-2.0/reference-to-video';

const upload = async (key: string) =>
  (
    (await (
      await app.call('/v1/files', {
        method: 'POST',
        key,
        body: mug,
        headers: { 'content-type': 'image/jpeg' },
      })
    ).json()) as { id: string }
  ).id;

const photo = await upload(owner.key);
const foreignPhoto = await upload(stranger.key);

const request = {
  prompt: '@Image1 rotates slowly on a clean surface',
  reference_images: [photo],
  duration: 5,
  aspect_ratio: '16:9',
};

const submit = <T = Generation>(body: unknown, headers: Record<string, string> = {}, at = path) =>
  app.json<T>('POST', at, { key: owner.key, body, headers });

const countGenerations = async () =>
  (await app.store.query<{ count: number }>('select count(*)::int as count from generations'))[0]?.count;

test('accepts a request: id, status, price, plan and a link to follow', async () => {
  const { status, body, headers } = await submit({ ...request, seed: 0, metadata: { sku: 'MUG-01' } });
  assert.equal(status, 202);
  assert.match(body.id, /^gen_[0-9a-z]{24}$/);
  assert.equal(headers.get('location'), `http://localhost/v1/generations/${body.id}`);
  assert.equal(body.status, 'pending');
  assert.equal(body.endpoint, 'bytedance/seedance-2.0/reference-to-video');
  assert.deepEqual(body.price, { credits: 303, usd_cents: 303, price_book: 'published@1' });
  assert.deepEqual(body.credits, { held: 303, charged: null });
  assert.equal(body.seed, 0);
  assert.deepEqual(body.metadata, { sku: 'MUG-01' });
  assert.equal(body.plan.references[0]?.file_id, photo);
  assert.deepEqual(body.plan.adjustments, []);
});

test('serves text-to-video and image-to-video too (R29)', async () => {
  const common = { prompt: 'a calm morning', duration: 4, aspect_ratio: '1:1' };
  const text = await submit(common, {}, '/v1/bytedance/seedance-2.0/text-to-video');
  assert.equal(text.status, 202);
  const image = await submit(
    { ...common, image: { file_id: photo } },
    {},
    '/v1/bytedance/seedance-2.0/image-to-video',
  );
  assert.equal(image.status, 202);
  assert.equal(image.body.plan.references[0]?.role, 'first_frame');
});

test('takes references as file id, data URL and object with role and alias', async () => {
  const { status, body } = await submit({
    ...request,
    prompt: '@hero beside @Image2',
    reference_images: [
      { file_id: photo, role: 'product', alias: 'hero' },
      `data:image/jpeg;base64,${mug.toString('base64')}`,
    ],
  });
  assert.equal(status, 202);
  assert.equal(body.plan.prompt, '@Image1 beside @Image2');
  assert.deepEqual(
    body.plan.references.map(({ tag, role, alias }) => [tag, role, alias]),
    [
      ['@Image1', 'product', 'hero'],
      ['@Image2', null, null],
    ],
  );
});

test('a dry run plans and prices but makes, keeps and charges nothing', async () => {
  const before = await countGenerations();
  const files = await app.store.query('select 1 from files');
  const { status, body } = await submit<{ price: { credits: number }; affordable: boolean }>({
    ...request,
    reference_images: [`data:image/jpeg;base64,${mug.toString('base64')}`],
    dry_run: true,
  });
  assert.equal(status, 200);
  assert.deepEqual([body.price.credits, body.affordable], [303, true]);
  assert.equal(await countGenerations(), before);
  assert.equal((await app.store.query('select 1 from files')).length, files.length);
});

function nested(levels: number): object {
  return levels === 0 ? {} : { a: nested(levels - 1) };
}

const broken: [what: string, changes: object, code: string, pointer: string][] = [
  ['3 seconds', { duration: 3 }, 'invalid_duration', '/duration'],
  ['16 seconds', { duration: 16 }, 'invalid_duration', '/duration'],
  ['a part of a second', { duration: 5.5 }, 'invalid_duration', '/duration'],
  ['a duration as text', { duration: '5' }, 'invalid_duration', '/duration'],
  ['no duration', { duration: undefined }, 'invalid_duration', '/duration'],
  ['4:3', { aspect_ratio: '4:3' }, 'invalid_aspect_ratio', '/aspect_ratio'],
  ['no ratio', { aspect_ratio: undefined }, 'invalid_aspect_ratio', '/aspect_ratio'],
  ['an empty prompt', { prompt: '  ' }, 'invalid_prompt', '/prompt'],
  ['no prompt', { prompt: undefined }, 'invalid_prompt', '/prompt'],
  ['a prompt that is too long', { prompt: 'x'.repeat(5_001) }, 'invalid_prompt', '/prompt'],
  ['a tag without its reference', { prompt: '@Image2 turns' }, 'invalid_prompt', '/prompt'],
  ['an unknown field', { durations: 5 }, 'invalid_request', '/durations'],
  ['10 images', { reference_images: Array(10).fill(photo) }, 'too_many_references', '/reference_images'],
  [
    '4 videos',
    { reference_videos: Array(4).fill('https://a.no/1.mp4') },
    'too_many_references',
    '/reference_videos',
  ],
  [
    '4 clips',
    { reference_audio: Array(4).fill('https://a.no/1.mp3') },
    'too_many_references',
    '/reference_audio',
  ],
  ['no image and no video', { reference_images: [], prompt: 'x' }, 'reference_required', ''],
  ['a number as reference', { reference_images: [7] }, 'invalid_request', '/reference_images/0'],
  ['a path as reference', { reference_images: ['./mug.jpg'] }, 'invalid_request', '/reference_images/0'],
  [
    'an unknown role',
    { reference_images: [{ file_id: photo, role: 'star' }] },
    'invalid_request',
    '/reference_images/0/role',
  ],
  [
    'an object with two sources',
    { reference_images: [{ file_id: photo, url: 'https://a.no/1.jpg' }] },
    'invalid_request',
    '/reference_images/0',
  ],
  [
    'an object with no source',
    { reference_images: [{ role: 'product' }] },
    'invalid_request',
    '/reference_images/0',
  ],
  [
    'an alias given twice',
    {
      reference_images: [
        { file_id: photo, alias: 'a' },
        { file_id: photo, alias: 'A' },
      ],
    },
    'invalid_request',
    '/reference_images/1/alias',
  ],
  [
    'an alias that is a tag',
    { reference_images: [{ file_id: photo, alias: 'Image3' }] },
    'invalid_request',
    '/reference_images/0/alias',
  ],
  [
    'both spellings of audio',
    { reference_audio: [], reference_audios: [] },
    'invalid_request',
    '/reference_audios',
  ],
  ['NUL in the prompt', { prompt: 'a\0b' }, 'invalid_prompt', '/prompt'],
  ['half a surrogate in the prompt', { prompt: 'a\ud800' }, 'invalid_prompt', '/prompt'],
  ['NUL in a tag', { tags: ['a\0'] }, 'invalid_request', '/tags/0'],
  ['NUL in the metadata', { metadata: { a: ['b\0'] } }, 'invalid_request', '/metadata'],
  ['metadata that is nested without end', { metadata: nested(1_000) }, 'invalid_request', '/metadata'],
  [
    'blanks without end in a data URL',
    { reference_images: [`data:image/png;base64,${' '.repeat(1_000_000)}!`] },
    'reference_unreadable',
    '/reference_images/0',
  ],
  ['a negative seed', { seed: -1 }, 'invalid_request', '/seed'],
  ['a webhook that is no URL', { webhook_url: 'ftp://a.no' }, 'invalid_request', '/webhook_url'],
  [
    'a webhook that is not safe on its way',
    { webhook_url: 'http://a.no' },
    'invalid_request',
    '/webhook_url',
  ],
  ['a webhook inside', { webhook_url: 'https://10.0.0.5/hook' }, 'invalid_request', '/webhook_url'],
  [
    'a webhook on this machine',
    { webhook_url: 'https://localhost:4700/' },
    'invalid_request',
    '/webhook_url',
  ],
  ['a webhook with a password', { webhook_url: 'https://me:pw@a.no/' }, 'invalid_request', '/webhook_url'],
  [
    'events without a webhook',
    { webhook_events: ['generation.failed'] },
    'invalid_request',
    '/webhook_events',
  ],
  [
    'an event of no generation',
    { webhook_url: 'https://a.no/', webhook_events: ['balance.low'] },
    'invalid_request',
    '/webhook_events/0',
  ],
  [
    'an unknown file id',
    { reference_images: ['file_000000000000000000000000'] },
    'reference_not_found',
    '/reference_images/0',
  ],
  [
    "another account's file id",
    { reference_images: [foreignPhoto] },
    'reference_not_found',
    '/reference_images/0',
  ],
  [
    'an image where a video belongs',
    { reference_videos: [photo] },
    'reference_wrong_type',
    '/reference_videos/0',
  ],
  [
    'HTML in a data URL',
    { reference_images: [`data:image/png;base64,${btoa('<!doctype html><html></html>')}`] },
    'reference_unreadable',
    '/reference_images/0',
  ],
  [
    'a data URL that is not base64',
    { reference_images: ['data:image/png,hello'] },
    'reference_unreadable',
    '/reference_images/0',
  ],
];

for (const [what, changes, code, pointer] of broken)
  test(`refuses ${what}, names it, and holds nothing`, async () => {
    const before = await countGenerations();
    const { status, body } = await submit<Problem>({ ...request, ...changes });
    assert.deepEqual(
      body.errors.map((fault) => [fault.code, fault.pointer]),
      [[code, pointer]],
      JSON.stringify(body),
    );
    assert.equal(body.code, code);
    assert.equal(status, 422);
    assert.equal(body.charged, false);
    assert.equal(await countGenerations(), before);
  });

test('reports every fault of a request at once', async () => {
  const { body } = await submit<Problem>({ ...request, duration: 3, aspect_ratio: '4:3', prompt: '' });
  assert.deepEqual(body.errors.map(({ pointer }) => pointer).sort(), [
    '/aspect_ratio',
    '/duration',
    '/prompt',
  ]);
  assert.equal(body.code, 'invalid_request');
  assert.match(body.detail, /4:3/);
});

test('refuses what is not a JSON object', async () => {
  const headers = { 'content-type': 'application/json' };
  for (const body of ['{', '[]', '"x"', 'null', '']) {
    const response = await app.call(path, { method: 'POST', key: owner.key, body, headers });
    assert.equal(response.status, 422, body);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
  }
  const form = await app.call(path, {
    method: 'POST',
    key: owner.key,
    body: 'prompt=x',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  assert.equal(form.status, 415);
});

test('refuses a price that the balance does not cover, with both numbers', async () => {
  const poor = await signUp(app);
  const image = await upload(poor.key);
  const { status, body } = await app.json<Problem>('POST', path, {
    key: poor.key,
    body: { ...request, reference_images: [image] },
  });
  assert.equal(status, 402);
  assert.equal(body.code, 'insufficient_credits');
  assert.match(body.detail, /303 credits; 50 live credits/);
});

test('without a key the same request makes two generations', async () => {
  const [first, second] = [await submit(request), await submit(request)];
  assert.notEqual(first.body.id, second.body.id);
});

test('with an idempotency key it makes one, and answers the same again', async () => {
  const headers = { 'idempotency-key': 'row-1' };
  const first = await submit(request, headers);
  const again = await submit(request, headers);
  assert.equal(first.headers.get('idempotent-replayed'), null);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.equal(again.status, 202);
  assert.deepEqual(again.body, first.body);
});

test('with an idempotency key it makes one also when both arrive at once', async () => {
  const before = await countGenerations();
  const headers = { 'idempotency-key': 'rush' };
  const answers = await Promise.all(Array.from({ length: 5 }, () => submit<Problem>(request, headers)));
  const accepted = answers.filter(({ status }) => status === 202);
  const waiting = answers.filter(({ status }) => status === 409);
  assert.ok(accepted.length >= 1);
  assert.equal(accepted.length + waiting.length, 5);
  for (const { body, headers: sent } of waiting) {
    assert.equal(body.code, 'idempotency_in_progress');
    assert.equal(body.retryable, true);
    assert.ok(Number(sent.get('retry-after')) >= 1);
  }
  assert.equal(await countGenerations(), (before ?? 0) + 1);
});

test('a changed body under the same key is refused', async () => {
  const headers = { 'idempotency-key': 'changed' };
  await submit(request, headers);
  const { status, body } = await submit<Problem>({ ...request, duration: 6 }, headers);
  assert.deepEqual([status, body.code], [409, 'idempotency_key_reused']);
});

test('a refusal frees the key for the mended request', async () => {
  const headers = { 'idempotency-key': 'mended' };
  const refused = await submit<Problem>({ ...request, reference_images: [foreignPhoto] }, headers);
  assert.equal(refused.status, 422);
  assert.equal((await submit(request, headers)).status, 202);
});

test("two accounts' equal keys do not meet", async () => {
  const other = await signUp(app, 1_000);
  const image = await upload(other.key);
  const headers = { 'idempotency-key': 'row-1' };
  const { status } = await app.json('POST', path, {
    key: other.key,
    body: { ...request, reference_images: [image] },
    headers,
  });
  assert.equal(status, 202);
});

test('nothing here was unexpected', () => {
  assert.deepEqual(app.unexpected, []);
});
