import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownServer } from '../../test/fixtures/own-server.ts';
import { AppError } from '../domain/errors.ts';
import { createSafeAsk } from './safe-ask.ts';

const { signal } = new AbortController();
const get = { method: 'GET', headers: {}, signal } as const;

test('asks a trusted origin, gives redirects as they are, and streams what comes', async () => {
  const server = await ownServer(({ path, headers }) =>
    path === '/away'
      ? { code: 302, json: {}, headers: { location: 'http://10.0.0.1/' } }
      : { code: 200, json: [path, headers['x-shop'], headers['accept-encoding']] },
  );
  const ask = createSafeAsk({ trustedOrigins: [server.origin] });
  const answer = await ask(`${server.origin}/list?page=2`, { ...get, headers: { 'x-shop': 'halden' } });
  assert.deepEqual(await answer.json(), ['/list?page=2', 'halden', 'identity']);
  const away = await ask(`${server.origin}/away`, get);
  assert.deepEqual([away.status, away.headers.get('location')], [302, 'http://10.0.0.1/']);
  await away.body?.cancel();
  server.answer = () => 'cut';
  await assert.rejects(ask(server.origin, get), (error) => !(error instanceof AppError));
  server.answer = () => 'silent';
  const stopped = AbortSignal.timeout(50);
  await assert.rejects(ask(server.origin, { ...get, signal: stopped }), { name: 'TimeoutError' });
});

test('reaches nothing private, by number, by name or by what a name leads to, and posts to https alone', async () => {
  const server = await ownServer(() => ({ code: 200, json: {} }));
  const port = new URL(server.origin).port;
  const ask = createSafeAsk({
    trustedOrigins: [],
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  for (const url of [
    server.origin,
    `http://localhost:${port}`,
    `http://[::1]:${port}`,
    `http://2130706433:${port}`,
    'http://169.254.169.254/latest/meta-data',
    `http://shop.example:${port}/products.json`,
    'http://user:password@shop.example/',
    'ftp://shop.example/',
  ])
    await assert.rejects(ask(url, get), (error) => {
      assert.ok(error instanceof AppError, `${url}: ${String(error)}`);
      assert.equal(error.code, 'reference_forbidden_address', url);
      assert.doesNotMatch(`${error.message}${error.hint}`, /127\.0\.0\.1(?!:)|POST \/v1\/files/);
      return true;
    });
  await assert.rejects(ask('http://shop.example/hook', { ...get, method: 'POST', body: '{}' }), {
    code: 'invalid_request',
    message: /not https/,
  });
  assert.deepEqual(server.received, []);
});
