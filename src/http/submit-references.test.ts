import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import { priceBooks } from '../domain/price-book.ts';

const mug = await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url));

const pages: Record<string, { status?: number; headers?: Record<string, string>; body?: Buffer | string }> = {
  '/mug.jpg': { body: mug },
  '/page.jpg': { body: '<!doctype html><title>Not found</title>', headers: { 'content-type': 'image/jpeg' } },
  '/gone.jpg': { status: 404 },
  '/broken.mp4': { body: Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex') },
  '/to-metadata.jpg': { status: 302, headers: { location: 'http://169.254.169.254/latest/meta-data/' } },
  '/to-here.jpg': { status: 302, headers: { location: '/mug.jpg' } },
};

const server = createServer((request, response) => {
  const page = pages[request.url ?? ''] ?? { status: 404 };
  response.writeHead(page.status ?? 200, page.headers).end(page.body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
after(() => server.close());
const { port } = server.address() as AddressInfo;
const trusted = `http://127.0.0.1:${port}`;

const app = await createTestApp({
  priceBook: priceBooks.published,
  trustedOrigins: [trusted],
  resolve: async (hostname) => {
    if (hostname === 'inside.example.com') return [{ address: '10.0.0.7', family: 4 }];
    throw Object.assign(new Error(`no such host ${hostname}`), { code: 'ENOTFOUND' });
  },
});
const owner = await signUp(app, 100_000);

/** What a refusal must leave as it was. */
const traces = async () => {
  const [row] = await app.store.query(
    `select (select count(*) from generations) as generations, (select count(*) from files) as files,
      (select sum(held) from balances) as held`,
  );
  return row;
};

const submit = <T = Generation>(changes: object, headers: Record<string, string> = {}) =>
  app.json<T>('POST', '/v1/bytedance/seedance-2.0/reference-to-video', {
    key: owner.key,
    headers,
    body: { prompt: 'it rotates', duration: 5, aspect_ratio: '16:9', ...changes },
  });

test('snapshots a URL into a file of the account', async () => {
  const { status, body } = await submit({
    reference_images: [`${trusted}/mug.jpg`, `${trusted}/to-here.jpg`],
  });
  assert.equal(status, 202);
  for (const { file_id } of body.plan.references) {
    const file = await app.json<{ size_bytes: number }>('GET', `/v1/files/${file_id}`, { key: owner.key });
    assert.equal(file.body.size_bytes, mug.length);
  }
});

test('uses a URL only with the bytes that were meant, where the request says which', async () => {
  const sha256 = createHash('sha256').update(mug).digest('hex');
  const meant = { url: `${trusted}/mug.jpg`, sha256 };
  assert.equal((await submit({ reference_images: [meant] })).status, 202);
  const before = await traces();
  const other = { ...meant, sha256: 'a'.repeat(64) };
  const { status, body } = await submit<Problem>({ reference_images: [meant, other] });
  assert.deepEqual([status, body.code], [422, 'reference_changed']);
  assert.deepEqual(
    body.errors.map(({ pointer }) => pointer),
    ['/reference_images/1'],
  );
  assert.match(body.detail, new RegExp(`sha256 is ${sha256} now`));
  assert.deepEqual(await traces(), before);
});

test('a replay answers the same when the reference URL has died since', async () => {
  pages['/soon-dead.jpg'] = { body: mug };
  const headers = { 'idempotency-key': 'dead-url' };
  const changes = { reference_images: [`${trusted}/soon-dead.jpg`] };
  const first = await submit(changes, headers);
  delete pages['/soon-dead.jpg'];
  const again = await submit(changes, headers);
  assert.deepEqual([again.status, again.body], [202, first.body]);
  const fresh = await submit<Problem>(changes);
  assert.deepEqual([fresh.status, fresh.body.code], [422, 'reference_unreachable']);
});

const bad: [what: string, field: string, url: string, code: string][] = [
  ['a dead URL', 'reference_images', `${trusted}/gone.jpg`, 'reference_unreachable'],
  [
    'a host that does not exist',
    'reference_images',
    'https://nowhere.example.com/a.jpg',
    'reference_unreachable',
  ],
  ['a web page behind an image URL', 'reference_images', `${trusted}/page.jpg`, 'reference_unreadable'],
  ['a truncated MP4', 'reference_videos', `${trusted}/broken.mp4`, 'reference_unreadable'],
  ['a picture behind a video URL', 'reference_videos', `${trusted}/mug.jpg`, 'reference_wrong_type'],
  [
    'a redirect to a private address',
    'reference_images',
    `${trusted}/to-metadata.jpg`,
    'reference_forbidden_address',
  ],
  [
    'a name that resolves to a private address',
    'reference_images',
    'http://inside.example.com/a.jpg',
    'reference_forbidden_address',
  ],
  [
    'the trusted host under another spelling',
    'reference_images',
    `http://localhost:${port}/mug.jpg`,
    'reference_forbidden_address',
  ],
  [
    'the trusted host at another port',
    'reference_images',
    `http://127.0.0.1:${port === 65_535 ? 1 : port + 1}/mug.jpg`,
    'reference_forbidden_address',
  ],
  ...[
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0.0.0.0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    '169.254.169.254',
    '100.64.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '172.16.0.1',
    '[fc00::1]',
    '[fe80::1]',
    'localhost',
    'metadata.google.internal',
    'user:secret@127.0.0.1',
  ].map((host): [string, string, string, string] => [
    `the address ${host}`,
    'reference_images',
    `http://${host}/a.jpg`,
    'reference_forbidden_address',
  ]),
];

for (const [what, field, url, code] of bad)
  test(`refuses ${what}, names it, and holds nothing`, async () => {
    const before = await traces();
    const { status, body } = await submit<Problem>({
      reference_images: [`${trusted}/mug.jpg`],
      [field]: [url],
    });
    assert.equal(status, 422);
    assert.deepEqual(
      body.errors.map((fault) => [fault.code, fault.pointer]),
      [[code, `/${field}/0`]],
      JSON.stringify(body),
    );
    assert.ok(!JSON.stringify(body).includes('secret'));
    assert.deepEqual(await traces(), before);
  });

test('a plan that is refused keeps none of the references that were fetched for it', async () => {
  const before = await traces();
  const changes = { prompt: '@Image2 turns', reference_images: [`${trusted}/mug.jpg`] };
  const { body } = await submit<Problem>(changes);
  assert.equal(body.code, 'invalid_prompt');
  assert.deepEqual(await traces(), before);
});

test('names every bad reference of a request', async () => {
  const { body } = await submit<Problem>({
    reference_images: [`${trusted}/mug.jpg`, `${trusted}/gone.jpg`, `${trusted}/page.jpg`],
  });
  assert.deepEqual(
    body.errors.map(({ pointer }) => pointer),
    ['/reference_images/1', '/reference_images/2'],
  );
});

test('nothing here was unexpected', () => {
  assert.deepEqual(app.unexpected, []);
});
