import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import type { Generation } from '../../src/contract/generation.ts';
import { createMedia } from '../../src/media/create-media.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { until as untilThere } from '../until.ts';

const home = await mkdtemp(join(tmpdir(), 'kinora-journey-'));
await chmod(home, 0o755);
const mug = await readFile(new URL('../fixtures/mug.jpg', import.meta.url));

let server: ChildProcess | undefined;
let url = '';

/** A real server in a process of its own, on a free port; videos cost what the published table says. */
async function start(): Promise<void> {
  server = spawn(process.execPath, ['src/cli/index.ts', 'serve', '--json'], {
    env: {
      ...cleanEnvironment(),
      KINORA_HOME: home,
      KINORA_PORT: '0',
      KINORA_LOCAL_PRICE_BOOK: 'published',
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

async function call<T>(method: string, path: string, key: string, body?: unknown, headers = {}): Promise<T> {
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  assert.ok(response.ok, JSON.stringify(answer));
  return answer as T;
}

test('from the operator key to a finished file, with the server killed in the middle', async () => {
  await start();
  const keyFile = join(home, 'operator-key');
  assert.equal((await stat(keyFile)).mode & 0o777, 0o600);
  const operator = (await readFile(keyFile, 'utf8')).trim();
  const { id: accountId } = await call<{ id: string }>('POST', '/v1/accounts', operator, { name: 'Halden' });
  await call('POST', `/v1/accounts/${accountId}/grants`, operator, { credits: 436 });
  const { key } = await call<{ key: string }>('POST', '/v1/keys', operator, { account_id: accountId });
  const upload = await fetch(`${url}/v1/files`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'image/jpeg' },
    body: mug,
  });
  const photo = ((await upload.json()) as { id: string }).id;

  const submit = (n: number) =>
    call<Generation>(
      'POST',
      '/v1/bytedance/seedance-2.0/reference-to-video',
      key,
      {
        prompt: '@Image1 rotates slowly, soft studio lighting',
        reference_images: [photo],
        duration: 4,
        aspect_ratio: '1:1',
        seed: n,
      },
      { 'idempotency-key': `row-${n}` },
    );
  const read = (id: string) => call<Generation>('GET', `/v1/generations/${id}`, key);
  const until = (id: string, reached: (generation: Generation) => boolean) =>
    untilThere(
      `the state of ${id}`,
      async () => {
        const generation = await read(id);
        return reached(generation) ? generation : undefined;
      },
      { tries: 900, everyMs: 100 },
    );

  // 50 free and 436 granted credits are two videos of 4 s, to the credit.
  const submitted = [await submit(1), await submit(2)];
  const [first, second] = submitted;
  assert.ok(first !== undefined && second !== undefined);
  await until(first.id, ({ progress }) => progress.phase === 'render');
  await end('SIGKILL');

  await start();
  assert.deepEqual([(await submit(1)).id, (await submit(2)).id], [first.id, second.id]);
  for (const { id } of submitted) {
    const done = await until(id, ({ status }) => status === 'complete' || status === 'failed');
    assert.deepEqual([done.outcome, done.credits.charged], ['succeeded', 243], JSON.stringify(done.error));
    assert.ok(done.output !== null);
    const video = join(home, `${id}.mp4`);
    await writeFile(video, Buffer.from(await (await fetch(done.output.url)).arrayBuffer()));
    const probed = await createMedia().probe(video);
    assert.ok(probed.status === 'readable');
    const { width, height, durationSeconds, frames, videoCodec, audioCodec, fastStart } = probed.facts;
    assert.deepEqual(
      { width, height, durationSeconds, frames, videoCodec, audioCodec, fastStart },
      {
        width: 720,
        height: 720,
        durationSeconds: 4,
        frames: 96,
        videoCodec: 'h264',
        audioCodec: 'aac',
        fastStart: true,
      },
    );
  }
  const credits = await call<{ live: object }>('GET', '/v1/credits', key);
  assert.deepEqual(credits.live, { available: 0, held: 0 });
  const ledger = await call<{ data: { kind: string }[] }>('GET', '/v1/credits/entries', key);
  assert.deepEqual(ledger.data.map(({ kind }) => kind).sort(), [
    'grant',
    'grant',
    'hold',
    'hold',
    'settle',
    'settle',
  ]);
});
