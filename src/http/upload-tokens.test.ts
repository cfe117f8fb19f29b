import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import type { File } from '../contract/file.ts';
import type { Problem } from '../contract/problem.ts';
import type { CreatedUploadToken, NewUploadToken, UploadToken } from '../contract/upload-token.ts';
import { beginUpload, fillUploadPlace } from '../store/upload-tokens.ts';

const app = await createTestApp();
const owner = await signUp(app);
const mug = await readFile(new URL('../../test/fixtures/mug.jpg', import.meta.url));
const shop = 'https://shop.example';

async function tokenOf(body: NewUploadToken = {}, key = owner.key): Promise<CreatedUploadToken> {
  const made = await app.json<CreatedUploadToken>('POST', '/v1/upload-tokens', { key, body });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body;
}

async function upload(
  secret: string,
  { origin, content = mug }: { origin?: string; content?: Buffer | string } = {},
): Promise<{ status: number; body: File & Problem; headers: Headers }> {
  const response = await app.call('/v1/files', {
    method: 'POST',
    key: secret,
    body: content,
    headers: { 'content-type': 'image/jpeg', ...(origin === undefined ? {} : { origin }) },
  });
  return {
    status: response.status,
    body: (await response.json()) as File & Problem,
    headers: response.headers,
  };
}

const read = async (id: string, key = owner.key) =>
  app.json<UploadToken>('GET', `/v1/upload-tokens/${id}`, { key });

describe('an upload token', () => {
  it('uploads for its account, and its account sees what came of it', async () => {
    const { token, ...shown } = await tokenOf({ max_files: 2 });
    assert.match(token, /^kin_upload_[\w-]{43}$/);
    assert.equal(shown.upload_url, 'http://localhost/v1/files');
    const { status, body } = await upload(token, { origin: shop });
    assert.equal(status, 201);
    const file = await app.json<File>('GET', `/v1/files/${body.id}`, { key: owner.key });
    assert.equal(file.body.kind, 'image');
    const now = await read(shown.id);
    assert.deepEqual([now.body.files, now.body.uploads_left], [[body.id], 1]);
    assert.ok(!JSON.stringify(now.body).includes(token));
  });

  it('can do nothing else', async () => {
    const { token } = await tokenOf();
    for (const [method, path] of [
      ['GET', '/v1/credits'],
      ['GET', '/v1/generations'],
      ['POST', '/v1/upload-tokens'],
      ['POST', '/v1/bytedance/seedance-2.0/text-to-video'],
      ['GET', '/v1/files/file_000000000000000000000000'],
    ] as const) {
      const { status, body } = await app.json<Problem>(method, path, {
        key: token,
        ...(method === 'POST' ? { body: {} } : {}),
      });
      assert.deepEqual([status, body.code], [403, 'forbidden'], path);
    }
  });

  it('is used up by as many files as it is for, also when they come at once', async () => {
    const { token } = await tokenOf({ max_files: 2 });
    const photo = (n: number) => Buffer.concat([mug, Buffer.from([n])]);
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => upload(token, { content: photo(n) })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 403, 403, 403]);
  });

  it('gives the same file for the same bytes, since the answer to the first may have been lost', async () => {
    const { id, token } = await tokenOf({ max_files: 1 });
    const [first, again] = [await upload(token), await upload(token)];
    assert.deepEqual([first.status, again.status, again.body.id], [201, 201, first.body.id]);
    assert.deepEqual((await read(id)).body.files, [first.body.id]);
    const another = await upload(token, { content: Buffer.concat([mug, Buffer.from([1])]) });
    assert.equal(another.body.code, 'forbidden');
  });

  it('leaves the place of a broken upload to another, but not for ever', async () => {
    const { id, token } = await tokenOf({ max_files: 1 });
    for (let n = 0; n < 4; n += 1) assert.equal((await upload(token, { content: 'no picture' })).status, 422);
    assert.equal((await read(id)).body.uploads_left, 1);
    assert.equal((await upload(token, { content: 'no picture' })).status, 422);
    assert.equal((await read(id)).body.uploads_left, 0);
    assert.equal((await upload(token)).body.code, 'forbidden');
  });

  it('has the place of an upload that died on its way again in ten minutes', async () => {
    const { id, token } = await tokenOf({ max_files: 2 });
    // As the process left it that was receiving them.
    await beginUpload(app.store, id);
    await beginUpload(app.store, id);
    assert.equal((await read(id)).body.uploads_left, 0);
    assert.equal((await upload(token)).body.code, 'forbidden');
    await app.store.query(
      `update upload_places set ends_at = ends_at - interval '10 minutes' where upload_token_id = $1`,
      [id],
    );
    assert.equal((await read(id)).body.uploads_left, 2);
    const photo = (n: number) => Buffer.concat([mug, Buffer.from([n])]);
    const answers = await Promise.all([1, 2, 3].map((n) => upload(token, { content: photo(n) })));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 403]);
    assert.equal((await read(id)).body.uploads_left, 0);
  });

  it('makes no more files than it is for, however late an upload ends', async () => {
    const { id, token } = await tokenOf({ max_files: 1 });
    const begun = await beginUpload(app.store, id);
    assert.ok(begun !== undefined && begun !== 'full');
    await app.store.query('delete from upload_places where id = $1', [begun.place]);
    assert.equal((await upload(token)).status, 201);
    assert.equal(await fillUploadPlace(app.store, { id, place: begun.place }), false);
  });

  it('takes the kinds and sizes that it is for, told by content', async () => {
    const audio = await tokenOf({ kinds: ['audio'] });
    assert.equal((await upload(audio.token)).body.code, 'reference_wrong_type');
    const small = await tokenOf({ max_bytes: mug.length - 1 });
    assert.equal((await upload(small.token)).body.code, 'body_too_large');
    const exact = await tokenOf({ max_bytes: mug.length, kinds: ['image', 'image'] });
    assert.equal((await upload(exact.token)).status, 201);
  });

  it('bound to an origin, is refused from any other and from none', async () => {
    const { token } = await tokenOf({ origin: shop });
    for (const origin of ['https://evil.example', 'http://shop.example', 'null', undefined]) {
      const { status, body } = await upload(token, origin === undefined ? {} : { origin });
      assert.deepEqual([status, body.code], [403, 'forbidden'], origin);
    }
    assert.equal((await upload(token, { origin: shop })).status, 201);
  });

  it('ends when its time is over, when it is revoked, and with the key that made it', async () => {
    const old = await tokenOf();
    await app.store.query(`update upload_tokens set expires_at = now() where id = $1`, [old.id]);
    const late = await upload(old.token);
    assert.deepEqual([late.status, late.body.code], [401, 'unauthenticated']);
    assert.match(late.body.detail, /ended at/);

    const revoked = await tokenOf();
    const first = await app.json<UploadToken>('DELETE', `/v1/upload-tokens/${revoked.id}`, {
      key: owner.key,
    });
    const again = await app.json<UploadToken>('DELETE', `/v1/upload-tokens/${revoked.id}`, {
      key: owner.key,
    });
    assert.ok(first.body.revoked_at !== null);
    assert.equal(again.body.revoked_at, first.body.revoked_at);
    assert.equal((await upload(revoked.token)).status, 401);

    const made = await app.json<{ id: string; key: string }>('POST', '/v1/keys', {
      key: owner.key,
      body: {},
    });
    const orphan = await tokenOf({}, made.body.key);
    await app.json('DELETE', `/v1/keys/${made.body.id}`, { key: owner.key });
    assert.equal((await upload(orphan.token)).status, 401);
  });

  it('of another account does not exist', async () => {
    const stranger = await signUp(app);
    const { id } = await tokenOf();
    assert.equal((await read(id, stranger.key)).status, 404);
    const revoked = await app.json('DELETE', `/v1/upload-tokens/${id}`, { key: stranger.key });
    assert.equal(revoked.status, 404);
    assert.equal((await read(id)).body.revoked_at, null);
  });

  it('is forgotten a week after its end; the files stay', async () => {
    const { id, token } = await tokenOf();
    const { body } = await upload(token);
    await app.store.query(`update upload_tokens set expires_at = now() - interval '8 days' where id = $1`, [
      id,
    ]);
    await tokenOf();
    assert.equal((await read(id)).status, 404);
    assert.equal((await app.json('GET', `/v1/files/${body.id}`, { key: owner.key })).status, 200);
  });

  it('is refused with what is wrong about it', async () => {
    for (const body of [
      { kinds: [] },
      { kinds: ['text'] },
      { max_files: 0 },
      { max_bytes: 50_000_001 },
      { expires_in: 3_601 },
      { origin: 'shop.example' },
      { origin: 'https://shop.example/' },
      { unknown: 1 },
    ]) {
      const { status } = await app.json('POST', '/v1/upload-tokens', { key: owner.key, body });
      assert.equal(status, 422, JSON.stringify(body));
    }
  });
});

describe('a page', () => {
  it('is let through to the upload route alone', async () => {
    const preflight = (path: string) =>
      app.call(path, {
        method: 'OPTIONS',
        headers: { origin: shop, 'access-control-request-method': 'POST' },
      });
    const allowed = await preflight('/v1/files');
    assert.equal(allowed.status, 204);
    assert.equal(allowed.headers.get('access-control-allow-origin'), '*');
    assert.equal(allowed.headers.get('access-control-allow-headers'), 'Authorization, Content-Type');
    assert.equal(allowed.headers.get('access-control-allow-credentials'), null);
    for (const path of ['/v1/files/file_1', '/v1/credits', '/v1/upload-tokens', '/v1/accounts'])
      assert.equal((await preflight(path)).headers.get('access-control-allow-origin'), null, path);
  });

  it('can read why its upload was refused', async () => {
    const { status, headers } = await upload('kin_upload_unknown', { origin: shop });
    assert.equal(status, 401);
    assert.equal(headers.get('access-control-allow-origin'), '*');
  });

  const live = () => owner.key;
  const cases: [string, () => string, Record<string, string>, number][] = [
    ['a live key of a page', live, { origin: shop, 'sec-fetch-site': 'cross-site' }, 403],
    ['a live key of a page of the same site', live, { origin: shop, 'sec-fetch-site': 'same-site' }, 403],
    ['a live key of an old browser', live, { origin: shop }, 403],
    ['a live key of a sandboxed page', live, { origin: 'null' }, 403],
    ['the operator key of a page', () => operatorKey, { origin: shop, 'sec-fetch-site': 'cross-site' }, 403],
    ['a live key of a server', live, {}, 200],
    ['a live key of Node, whose fetch says sec-fetch-mode', live, { 'sec-fetch-mode': 'cors' }, 200],
    [
      'a live key typed into our own page',
      live,
      { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' },
      200,
    ],
    ['the same in an old browser', live, { origin: 'http://localhost' }, 200],
  ];
  for (const [what, key, headers, expected] of cases)
    it(`answers ${what} with ${expected}`, async () => {
      const path = key() === operatorKey ? '/v1/accounts' : '/v1/credits';
      const { status, body } = await app.json<Problem>('GET', path, { key: key(), headers });
      assert.equal(status, expected, JSON.stringify(body));
      if (expected === 403) assert.match(body.detail, /was sent by a web page/);
    });

  it('is told so also on the upload route, with a live key', async () => {
    const { status, body } = await upload(owner.key, { origin: shop });
    assert.deepEqual([status, body.code], [403, 'forbidden']);
    assert.match(body.hint ?? '', /upload-tokens/);
  });

  it('may try a test key, which costs nothing', async () => {
    const made = await app.json<{ key: string }>('POST', '/v1/keys', {
      key: owner.key,
      body: { mode: 'test' },
    });
    const headers = { origin: shop, 'sec-fetch-site': 'cross-site' };
    assert.equal((await app.json('GET', '/v1/credits', { key: made.body.key, headers })).status, 200);
  });
});
