import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { Resolve } from './guarded-lookup.ts';
import { createSafeSend, type SendOptions } from './safe-send.ts';

async function serve(t: TestContext, handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const text: SendOptions = {
  method: 'PUT',
  headers: {},
  body: 'abc',
  timeoutMs: 2_000,
  signal: new AbortController().signal,
};

async function refused(sending: Promise<unknown>, code: ErrorCode): Promise<void> {
  await assert.rejects(sending, (error) => error instanceof AppError && error.code === code);
}

test('sends the part of a file that is asked for, and gives the answer as it is', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-send-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'file');
  await writeFile(path, 'abcdefgh');
  const got: unknown[] = [];
  const origin = await serve(t, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    got.push([
      request.method,
      request.url,
      request.headers['content-type'],
      request.headers['content-length'],
      body,
    ]);
    response.writeHead(201, { etag: '"e1"' }).end('kept');
  });
  const { send } = createSafeSend({ trustedOrigins: [origin] });
  const headers = { 'content-type': 'image/png' };
  const sent = await send(`${origin}/put?sig=a`, { ...text, headers, body: { path, start: 2, end: 5 } });
  assert.deepEqual(sent, { status: 201, etag: '"e1"', text: 'kept' });
  assert.deepEqual(got, [['PUT', '/put?sig=a', 'image/png', '4', 'cdef']]);
});

test('follows no redirect, and reads no endless answer', async (t) => {
  const origin = await serve(t, (request, response) => {
    if (request.url === '/away') response.writeHead(307, { location: 'http://169.254.169.254/' }).end();
    else response.writeHead(200).end('x'.repeat(300_000));
  });
  const { send } = createSafeSend({ trustedOrigins: [origin] });
  assert.equal((await send(`${origin}/away`, text)).status, 307);
  assert.equal((await send(`${origin}/much`, text)).text.length, 100_000);
});

test('sends nothing to a private address, in whatever way it is written or found', async () => {
  const resolve: Resolve = async () => [{ address: '10.0.0.1', family: 4 }];
  const { send } = createSafeSend({ trustedOrigins: [], resolve });
  for (const url of ['http://127.0.0.1/', 'http://0x7f.1/', 'http://[::1]/', 'http://storage.example.com/'])
    await refused(send(url, text), 'reference_forbidden_address');
  await refused(send('file:///etc/passwd', text), 'reference_forbidden_address');
});

test('gives up after its time, and at once when the caller does', async (t) => {
  const origin = await serve(t, () => {});
  const { send } = createSafeSend({ trustedOrigins: [origin] });
  await refused(send(origin, { ...text, timeoutMs: 100 }), 'reference_timeout');
  const reason = new Error('enough');
  await assert.rejects(send(origin, { ...text, signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
  await assert.rejects(send(origin, { ...text, signal: AbortSignal.abort(reason) }), reason);
});
