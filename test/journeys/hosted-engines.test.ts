import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readConfig } from '../../src/config.ts';
import type { Generation } from '../../src/contract/generation.ts';
import { launchProvider } from '../../src/engines/simulated/launch-provider.ts';
import { startKinora } from '../../src/main.ts';
import { freePort } from '../../src/store/embedded/port.ts';
import { openAccount } from '../accounts.ts';
import { ark } from '../contracts/engine/doubles/ark.ts';
import type { Dialect } from '../contracts/engine/doubles/dialect.ts';
import { startDouble } from '../contracts/engine/doubles/double.ts';
import { fal } from '../contracts/engine/doubles/fal.ts';
import { replicate } from '../contracts/engine/doubles/replicate.ts';
import { createTestDatabase } from '../database.ts';

const { store, url: databaseUrl } = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), 'kinora-hosted-'));
const provider = await launchProvider({ folder: join(home, 'provider') });
const mug = await readFile(new URL('../fixtures/mug.jpg', import.meta.url));

/** What ModelArk was sent, for looking at the addresses in it. */
const sentToArk: unknown[] = [];
const listening: Dialect = {
  ...ark,
  read(request) {
    if (request.method === 'POST') sentToArk.push(request.body);
    return ark.read(request);
  },
};
const doubles = await Promise.all(
  [fal, listening, replicate].map((dialect) => startDouble({ dialect, provider: provider.origin })),
);
const [falUrl, arkUrl, replicateUrl] = doubles.map(({ origin }) => origin);

const port = await freePort();
const unexpected: unknown[] = [];
const kinora = await startKinora(
  readConfig({
    DATABASE_URL: databaseUrl,
    KINORA_HOME: join(home, 'kinora'),
    KINORA_PORT: String(port),
    KINORA_PUBLIC_URL: `http://127.0.0.1:${port}`,
    FAL_KEY: 'fal-key',
    KINORA_FAL_URL: falUrl,
    ARK_API_KEY: 'ark-key',
    KINORA_ARK_URL: arkUrl,
    REPLICATE_API_TOKEN: 'r8-token',
    KINORA_REPLICATE_URL: replicateUrl,
  }),
  { info: () => {}, warn: () => {}, error: (message, details) => unexpected.push([message, details]) },
);
after(async () => {
  await kinora.close();
  for (const { close } of doubles) await close();
  await provider.kill();
  await rm(home, { recursive: true, force: true });
});

const { secret } = await openAccount(store, { credits: 10_000 });

async function call<T>(method: string, path: string, body?: object): Promise<{ status: number; body: T }> {
  const isForm = body instanceof FormData;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${secret}`,
      ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function upload(): Promise<string> {
  const form = new FormData();
  form.set('file', new Blob([mug], { type: 'image/jpeg' }), 'mug.jpg');
  const { body } = await call<{ id: string }>('POST', '/v1/files', form);
  return body.id;
}

async function made(id: string): Promise<Generation> {
  for (;;) {
    const { body } = await call<Generation>('GET', `/v1/generations/${id}`);
    if (body.status === 'complete' || body.status === 'failed') return body;
    await sleep(50);
  }
}

const submit = (engine: string, fileId: string) =>
  call<Generation>('POST', '/v1/bytedance/seedance-2.0/reference-to-video', {
    prompt: '@Image1 rotates {"latency_seconds":0.3}',
    reference_images: [fileId],
    duration: 5,
    aspect_ratio: '16:9',
    engine,
  });

for (const engine of ['fal', 'ark', 'replicate'])
  test(`${engine} is set up by the environment, and makes a video of a reference for the published price`, async () => {
    const submitted = await submit(engine, await upload());
    assert.equal(submitted.status, 202);
    const generation = await made(submitted.body.id);
    assert.deepEqual([generation.status, generation.engine, generation.error], ['complete', engine, null]);
    assert.equal(generation.credits.charged, 303);
  });

const contentSchema = z.object({
  content: z.array(z.object({ image_url: z.object({ url: z.string() }).optional() })),
});

test('the address of a reference goes on when its owner deletes the file', async () => {
  const fileId = await upload();
  const submitted = await submit('ark', fileId);
  await made(submitted.body.id);
  assert.equal((await call('DELETE', `/v1/files/${fileId}`)).status, 204);
  const { content } = contentSchema.parse(sentToArk.at(-1));
  const address = content.find(({ image_url }) => image_url !== undefined)?.image_url?.url ?? '';
  assert.match(address, new RegExp(`/v1/content/${submitted.body.id}-image-1\\.jpg\\?`));
  const bytes = Buffer.from(await (await fetch(address)).arrayBuffer());
  assert.ok(bytes.equals(mug));
  const others = address.replace(submitted.body.id, `gen_${'0'.repeat(24)}`);
  assert.equal((await fetch(others)).status, 403);
});

test('a test key reaches none of them, and nothing was unexpected', async () => {
  const tester = await openAccount(store, { testCredits: 10_000, mode: 'test' });
  const response = await fetch(`http://127.0.0.1:${port}/v1/bytedance/seedance-2.0/text-to-video`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tester.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'A calm morning', duration: 5, aspect_ratio: '16:9', engine: 'fal' }),
  });
  assert.equal(response.status, 422);
  assert.deepEqual(unexpected, []);
});
