import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { freePort } from '../store/embedded/port.ts';
import { createCalls } from './json-api.ts';

const { call, close } = createCalls();
const servers: Server[] = [];
after(async () => {
  await close();
  for (const server of servers) server.close();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const start = (url: string) =>
  call({ method: 'POST', url, body: { prompt: 'x' }, signal: AbortSignal.timeout(5_000) });

test('a call has certainly not gone out where no connection came about, whatever was in the way', async () => {
  const pem = await readFile(new URL('../../test/fixtures/self-signed-certificate.pem', import.meta.url));
  let asked = 0;
  const wrong = await listen(
    createHttpsServer({ key: pem, cert: pem }, (_, response) => {
      asked += 1;
      response.end();
    }),
  );
  const plain = await listen(createServer((socket) => socket.on('data', () => socket.destroy())));
  for (const url of [
    `https://localhost:${wrong}/`,
    // No TLS is spoken there: the handshake breaks off.
    `https://127.0.0.1:${plain}/`,
    `http://127.0.0.1:${await freePort()}/`,
    'http://nobody.invalid/',
  ])
    assert.equal((await start(url)).status, 'unreached', url);
  assert.equal(asked, 0);
});

test('a call may have been taken where the connection stood before it broke', async () => {
  const port = await listen(createServer((socket) => socket.once('data', () => socket.destroy())));
  assert.equal((await start(`http://127.0.0.1:${port}/`)).status, 'lost');
});

test('a call may have been taken that nobody answers in time', async () => {
  const port = await listen(createServer((socket) => socket.on('error', () => {})));
  const signal = AbortSignal.timeout(100);
  const answer = await call({ method: 'POST', url: `http://127.0.0.1:${port}/`, body: {}, signal });
  assert.equal(answer.status, 'lost');
});
