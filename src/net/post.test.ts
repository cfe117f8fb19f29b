import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Posted } from './post.ts';
import { createSafeFetch } from './safe-fetch.ts';

async function serve(t: TestContext, handle: RequestListener): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const send = (origin: string, timeoutMs = 5_000): Promise<Posted> =>
  createSafeFetch({ trustedOrigins: [origin] }).post(`${origin}/hook?a=1`, {
    headers: { 'x-test': 'yes' },
    body: 'päck',
    timeoutMs,
    keptBytes: 10,
  });

test('posts the body as it is, and hands back status, headers and the beginning of the answer', async (t) => {
  const come: unknown[] = [];
  const origin = await serve(t, async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    come.push([request.method, request.url, request.headers['x-test'], Buffer.concat(parts).toString()]);
    response.writeHead(201, { 'x-answer': 'a' }).end('0123456789and more');
  });
  const posted = await send(origin);
  assert.deepEqual(come, [['POST', '/hook?a=1', 'yes', 'päck']]);
  assert.ok(posted.as === 'answered');
  assert.deepEqual(
    [posted.status, posted.headers['x-answer'], posted.body, posted.cut],
    [201, 'a', '0123456789', true],
  );
});

test('an answer whose body never ends is an answer, cut at the time that there is', async (t) => {
  const origin = await serve(t, (_, response) => {
    response.writeHead(200).write('begun');
  });
  const posted = await send(origin, 200);
  assert.ok(posted.as === 'answered');
  assert.deepEqual([posted.status, posted.body, posted.cut], [200, 'begun', true]);
});

test('a body without end is not read to its end', async (t) => {
  let sent = 0;
  const origin = await serve(t, (_, response) => {
    response.writeHead(200);
    const more = () => {
      sent += 65_536;
      if (!response.destroyed) response.write(Buffer.alloc(65_536), more);
    };
    more();
  });
  const posted = await send(origin);
  assert.ok(posted.as === 'answered' && posted.cut);
  assert.equal(posted.body.length, 10);
  assert.ok(sent < 100_000_000, `${sent} bytes`);
});

test('a connection that breaks before an answer is told as such', async (t) => {
  const origin = await serve(t, (request) => request.socket.destroy());
  const posted = await send(origin);
  assert.equal(posted.as, 'unreachable');
});

test('a caller that stops gets its own reason', async (t) => {
  const origin = await serve(t, () => {});
  const stopping = new AbortController();
  const posting = createSafeFetch({ trustedOrigins: [origin] }).post(origin, {
    headers: {},
    body: '',
    timeoutMs: 5_000,
    keptBytes: 10,
    signal: stopping.signal,
  });
  stopping.abort(new Error('enough'));
  await assert.rejects(posting, /enough/);
});
