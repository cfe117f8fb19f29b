import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { File as KinoraFile } from '../../src/contract/file.ts';
import type { Generation } from '../../src/contract/generation.ts';
import type { Problem } from '../../src/contract/problem.ts';
import { createTestDatabase } from '../database.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { type HostileFile, hostileFiles } from '../fixtures/hostile/corpus.ts';
import { listen } from '../fixtures/hostile/listener.ts';
import { oddFiles } from '../fixtures/hostile/odd-files.ts';
import { peakBytes, watchDescendants } from '../fixtures/hostile/watch-memory.ts';

const mug = {
  name: 'mug.jpg',
  content: await readFile(new URL('../fixtures/mug.jpg', import.meta.url)),
};

const home = await mkdtemp(join(tmpdir(), 'kinora-hostile-'));
await chmod(home, 0o755);
const listener = await listen();
let child: ChildProcess | undefined;

// Before the database is made, whose own end must come after the server's.
after(async () => {
  listener.close();
  if (child !== undefined && child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  await rm(home, { recursive: true, force: true });
});

const server = await start();
const key = await signUp();

/** A real server in a process of its own, so that its memory is its own too. */
async function start(): Promise<{ pid: number; url: string }> {
  const { url: databaseUrl } = await createTestDatabase();
  const serving = spawn(process.execPath, ['src/cli/index.ts', 'serve', '--json'], {
    env: {
      ...cleanEnvironment(),
      DATABASE_URL: databaseUrl,
      KINORA_HOME: home,
      KINORA_PORT: '0',
      KINORA_LOCAL_PRICE_BOOK: 'published',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = serving;
  for await (const line of createInterface({ input: serving.stdout }))
    return { pid: serving.pid ?? 0, url: (JSON.parse(line) as { url: string }).url };
  throw new Error('the server ended before it was ready');
}

async function signUp(): Promise<string> {
  const operator = (await readFile(join(home, 'operator-key'), 'utf8')).trim();
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' };
    const response = await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await response.json()) as { id: string; key: string };
  };
  const { id } = await post('/v1/accounts', { name: 'Halden' });
  await post(`/v1/accounts/${id}/grants`, { credits: 1_000 });
  return (await post('/v1/keys', { account_id: id })).key;
}

interface Answer<T> {
  status: number;
  body: T;
}

async function call<T>(
  method: string,
  path: string,
  body?: FormData | string,
  type?: string,
): Promise<Answer<T>> {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(type === undefined ? {} : { 'content-type': type }) },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

interface Named {
  name: string;
  content: Buffer;
}

function upload<T>({ name, content }: Named): Promise<Answer<T>> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(content)]), name);
  return call('POST', '/v1/files', form);
}

const kindOf: Record<string, 'images' | 'videos' | 'audios'> = {
  '.mp4': 'videos',
  '.mov': 'videos',
  '.webm': 'videos',
  '.mp3': 'audios',
  '.wav': 'audios',
  '.flac': 'audios',
  '.ogg': 'audios',
};

function submit<T>(files: readonly Named[]): Promise<Answer<T>> {
  const body: Record<string, unknown> = { prompt: 'it rotates', duration: 4, aspect_ratio: '1:1' };
  // Sound alone makes no video, which would be the first thing to be said.
  const all = files.every(({ name }) => kindOf[extname(name)] === 'audios') ? [...files, mug] : files;
  for (const { name, content } of all) {
    const field = `reference_${kindOf[extname(name)] ?? 'images'}`;
    const dataUrl = `data:application/octet-stream;base64,${content.toString('base64')}`;
    body[field] = [...((body[field] as string[] | undefined) ?? []), dataUrl];
  }
  const path = '/v1/bytedance/seedance-2.0/reference-to-video';
  return call('POST', path, JSON.stringify(body), 'application/json');
}

function assertRefused({ status, body }: Answer<Problem>, { name, reason }: HostileFile): void {
  assert.deepEqual(
    [status, body.status, body.code],
    [422, 422, 'reference_unreadable'],
    `${name}: ${body.detail}`,
  );
  const why = /The file cannot be used: (.+)\.$/.exec(body.detail)?.[1];
  assert.match(why ?? '', reason, name);
  assert.match(body.hint ?? '', /JPEG.+MP4.+MP3/, name);
  assert.deepEqual([body.charged, body.retryable], [false, false], name);
}

/** Asks again and again whether the server is well, until it is stopped; answers with how long that took, in ms. */
function watchHealth(): { stop(): Promise<number[]> } {
  let stopped = false;
  const watching = (async () => {
    const took: number[] = [];
    while (!stopped) {
      const asked = performance.now();
      const { ok } = await fetch(`${server.url}/healthz`);
      assert.ok(ok);
      took.push(performance.now() - asked);
      await sleep(25);
    }
    return took.sort((a, b) => a - b);
  })();
  return {
    stop() {
      stopped = true;
      return watching;
    },
  };
}

const lanes = 2;

test('refuses every hostile file by name, uploaded or sent along, and stays well meanwhile', async (t) => {
  const files = await hostileFiles(listener.origin);
  const heldBefore = await peakBytes(server.pid);
  const [health, children] = [watchHealth(), watchDescendants(server.pid)];
  const watched = () => Promise.all([health.stop(), children.stop()]);
  let slowestMs = 0;
  const queue = files.values();
  const lane = async () => {
    for (const file of queue)
      for (const send of [() => upload<Problem>(file), () => submit<Problem>([file])]) {
        const sent = performance.now();
        assertRefused(await send(), file);
        slowestMs = Math.max(slowestMs, performance.now() - sent);
      }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    await watched();
  }
  const [took, childBytes] = await watched();
  const grownBytes = (await peakBytes(server.pid)) - heldBefore;
  const [medianMs, worstMs] = [took[Math.floor(took.length / 2)] ?? Infinity, took.at(-1) ?? Infinity];
  t.diagnostic(
    `${files.length} files twice: slowest ${slowestMs.toFixed(0)} ms; health ${medianMs.toFixed(0)} ms, at worst ` +
      `${worstMs.toFixed(0)} ms; server + ${(grownBytes / 1e6).toFixed(0)} MB, a child ${(childBytes / 1e6).toFixed(0)} MB`,
  );
  assert.ok(slowestMs < 10_000, `${slowestMs} ms`);
  assert.ok(medianMs < 250 && worstMs < 2_000, `health took ${medianMs} ms, at worst ${worstMs} ms`);
  assert.ok(grownBytes < 300_000_000, `the server grew by ${grownBytes} bytes`);
  assert.ok(process.platform !== 'linux' || childBytes > 50_000_000, 'no child was seen at work');
  assert.ok(childBytes < 400_000_000, `a child took ${childBytes} bytes`);
  assert.equal(listener.calls(), 0);
  const generations = await call<{ data: unknown[] }>('GET', '/v1/generations');
  const credits = await call<{ live: { held: number } }>('GET', '/v1/credits');
  assert.deepEqual([generations.body.data, credits.body.live.held], [[], 0]);
});

test('takes files that are only strange for what they are', async () => {
  const files = oddFiles(listener.origin);
  for (const file of files) {
    const { status, body } = await upload<KinoraFile>(file);
    assert.equal(status, 201, `${file.name}: ${JSON.stringify(body)}`);
    assert.deepEqual([body.width, body.height], [file.width, file.height], file.name);
  }
  const { status, body } = await submit<Generation>(files.filter(({ name }) => name !== 'chunks-behind.mov'));
  assert.equal(status, 202, JSON.stringify(body));
  await call('POST', `/v1/generations/${body.id}/cancel`);
  assert.equal(listener.calls(), 0);
});

test('hears whoever calls', async () => {
  await fetch(listener.origin);
  assert.equal(listener.calls(), 1);
});
