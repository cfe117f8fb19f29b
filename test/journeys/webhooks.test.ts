import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import type { Generation } from '../../src/contract/generation.ts';
import type { DeliveryPage, EventFeed, KinoraEvent } from '../../src/contract/webhook.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { until } from '../until.ts';
import { startReceiver, verified } from '../webhook-receiver.ts';

const home = await mkdtemp(join(tmpdir(), 'kinora-webhooks-'));
await chmod(home, 0o755);
const receiver = await startReceiver();

let server: ChildProcess | undefined;
let url = '';

async function start(): Promise<void> {
  server = spawn(process.execPath, ['src/cli/index.ts', 'serve', '--json'], {
    env: {
      ...cleanEnvironment(),
      KINORA_HOME: home,
      KINORA_PORT: '0',
      KINORA_TRUSTED_ORIGINS: receiver.origin,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (server.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: server.stdout })) {
    url = (JSON.parse(line) as { url: string }).url;
    return;
  }
  throw new Error('the server ended before it was ready');
}

async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill(signal);
  await exited;
}

after(async () => {
  await end('SIGTERM');
  await rm(home, { recursive: true, force: true });
});

async function call<T>(method: string, path: string, key: string, body?: unknown): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  assert.ok(response.ok, JSON.stringify(answer));
  return answer as T;
}

test('a server killed between an event and its webhook loses none and tells of each end once', async () => {
  await start();
  const operator = (await readFile(join(home, 'operator-key'), 'utf8')).trim();
  const { id: accountId } = await call<{ id: string }>('POST', '/v1/accounts', operator, { name: 'Halden' });
  const { key } = await call<{ key: string }>('POST', '/v1/keys', operator, { account_id: accountId });
  const { secret } = await call<{ secret: string }>('GET', '/v1/webhooks/default/secret', key);
  // Nothing of it begins, so that a cancellation ends it at once.
  await call('POST', `/v1/accounts/${accountId}/pause`, operator);
  const ids: string[] = [];
  for (let count = 0; count < 20; count += 1) {
    const { id } = await call<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', key, {
      prompt: 'a calm morning',
      duration: 4,
      aspect_ratio: '1:1',
      webhook_url: `${receiver.origin}/${count}`,
    });
    ids.push(id);
  }

  // Those that come before it is killed are taken by nobody: the connection breaks without an answer.
  receiver.answer = () => {};
  await Promise.all(ids.map((id) => call('POST', `/v1/generations/${id}/cancel`, key)));
  await Promise.race(ids.map((_, index) => receiver.until(1, `/${index}`)));
  await end('SIGKILL');
  const before = new Map(receiver.received.map(({ path, headers }) => [path, headers['webhook-id']]));

  receiver.answer = (_, response) => response.writeHead(204).end();
  const first = receiver.received.length;
  await start();
  const want = (path: string) => receiver.until(before.has(path) ? 2 : 1, path);
  await Promise.all(ids.map((_, index) => want(`/${index}`)));
  for (;;) {
    const { data } = await call<DeliveryPage>('GET', '/v1/deliveries?state=pending', key);
    if (data.length === 0) break;
  }
  const after = receiver.received.slice(first);
  assert.equal(after.length, ids.length);
  for (const one of after) {
    const { type, data } = verified<KinoraEvent>(one, secret);
    assert.deepEqual([type, data['id']], ['generation.failed', ids[Number(one.path.slice(1))]]);
    if (before.has(one.path)) assert.equal(one.headers['webhook-id'], before.get(one.path));
  }
  // The feed ends before the oldest transaction that is still open, whoever's.
  const told = await until('all events', async () => {
    const { data } = await call<EventFeed>('GET', '/v1/events?types=generation.failed', key);
    return data.length < ids.length ? undefined : data;
  });
  assert.deepEqual(told.map(({ data }) => String(data['id'])).sort(), [...ids].sort());
});
