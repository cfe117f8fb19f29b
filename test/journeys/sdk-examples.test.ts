import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '../../src/client/index.ts';
import { readConfig } from '../../src/config.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import { createSimulatedEngine } from '../../src/engines/simulated/index.ts';
import { type Kinora, startKinora } from '../../src/main.ts';
import { createTestDatabase } from '../database.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { everyRecovery } from '../fixtures/simulated.ts';

let kinora: Kinora;
let key: string;

// Before the database, whose own hook takes it away.
after(async () => {
  await kinora.close();
  await simulated.close();
  await rm(home, { recursive: true, force: true });
});

const { url: databaseUrl } = await createTestDatabase();
const home = await mkdtemp(join(tmpdir(), 'kinora-examples-'));
await chmod(home, 0o755);
const simulated = createSimulatedEngine({
  name: 'simulated',
  slots: 10,
  recovery: everyRecovery,
  provider: { folder: join(home, 'simulated') },
});

before(async () => {
  kinora = await startKinora(
    readConfig({ KINORA_HOME: home, KINORA_PORT: '0', DATABASE_URL: databaseUrl }),
    { info: () => {}, warn: () => {}, error: (message, details) => console.error(message, details) },
    {
      engines: new Map([
        [
          'simulated',
          {
            engine: simulated.engine,
            priceBook: priceBooks.published,
            serves: ['test'],
            simulates: true,
          },
        ],
      ]),
    },
  );
  const operator = createClient({ baseUrl: kinora.url, key: kinora.operatorKey });
  const { id } = await operator.accounts.create({ name: 'Halden' });
  key = (await operator.keys.create({ account_id: id, mode: 'test' })).key;
});

/** Starts an example as its first line says. */
function start(name: string, args: string[] = [], environment: Record<string, string> = {}): ChildProcess {
  const hook = new URL('../fixtures/kinora-from-source.ts', import.meta.url).href;
  const program = fileURLToPath(new URL(`../../examples/sdk/${name}`, import.meta.url));
  return spawn(process.execPath, ['--import', hook, program, ...args], {
    cwd: home,
    env: { ...cleanEnvironment(), KINORA_URL: kinora.url, KINORA_KEY: key, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function linesOf({ stdout }: ChildProcess): AsyncIterable<string> {
  assert.ok(stdout !== null);
  return createInterface({ input: stdout });
}

async function run(name: string, args: string[] = [], environment = {}): Promise<string[]> {
  const child = start(name, args, environment);
  const exited = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of linesOf(child)) lines.push(line);
  assert.deepEqual(await exited, [0, null], `${name} printed:\n${lines.join('\n')}`);
  return lines;
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of linesOf(child)) return line;
  throw new Error('it ended before it said anything');
}

async function stop(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

const generations = () => createClient({ baseUrl: kinora.url, key }).generations;

test('first-call makes a video', async () => {
  const [submitted, video] = await run('first-call.ts');
  assert.match(submitted ?? '', /^gen_\w+ is pending and costs 303 credits$/);
  assert.match(video ?? '', /^http.*\.mp4\?\S+ \(5 s, 1280x720, \d+ bytes\)$/);
});

test('subscribe tells how far it is', async () => {
  const lines = await run('subscribe.ts');
  assert.match(lines[0] ?? '', /^submitted gen_/);
  assert.match(lines.at(-2) ?? '', /^complete 100 %/);
  assert.match(lines.at(-1) ?? '', /^http.*\.mp4/);
});

test('resume, killed after its submit, goes on with the same generation', async () => {
  const file = join(home, 'handle.json');
  const first = start('resume.ts', [file]);
  let id = '';
  for await (const line of linesOf(first)) {
    id = /^it is (gen_\w+)$/.exec(line)?.[1] ?? '';
    if (id !== '') break;
  }
  await stop(first, 'SIGKILL');
  const before = (await generations().list({ limit: 100 })).data.length;
  const lines = await run('resume.ts', [file]);
  assert.ok(lines.includes(`it is ${id}`), lines.join('\n'));
  assert.match(lines.at(-1) ?? '', /^http.*\.mp4/);
  assert.equal((await generations().list({ limit: 100 })).data.length, before);
});

test('catalogue stores a video in every record, once', async () => {
  const file = join(home, 'records.json');
  const lines = await run('catalogue.ts', [file]);
  assert.equal(lines.at(-1), '2 of 2 products have their video');
  const records = JSON.parse(await readFile(file, 'utf8')) as { products: Record<string, object> };
  assert.deepEqual(Object.keys(records.products), ['MUG-01', 'PERF-02']);
  const before = (await generations().list({ limit: 100 })).data;
  assert.deepEqual(
    before[0]?.plan.references.map(({ role }) => role),
    ['product', 'product', 'product', 'product', 'style', 'style'],
  );
  await run('catalogue.ts', [file]);
  assert.equal((await generations().list({ limit: 100 })).data.length, before.length);
});

test('webhook-receiver takes what is signed and refuses what is not', async () => {
  const secret = randomBytes(24);
  const receiver = start('webhook-receiver.ts', [], {
    KINORA_WEBHOOK_SECRET: `whsec_${secret.toString('base64')}`,
    PORT: '0',
  });
  const lines = linesOf(receiver)[Symbol.asyncIterator]();
  const port = /\d+$/.exec(String((await lines.next()).value))?.[0];
  const body = JSON.stringify({ type: 'generation.complete', timestamp: new Date().toISOString(), data: {} });
  const send = (signed: string) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`msg_1.${timestamp}.${signed}`).digest('base64');
    return fetch(`http://127.0.0.1:${port}/`, {
      method: 'POST',
      body,
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      },
    });
  };
  assert.equal((await send(body)).status, 204);
  assert.equal((await lines.next()).value, 'generation.complete msg_1');
  assert.equal((await send(`${body} `)).status, 400);
  assert.match(String((await lines.next()).value), /^refused: No signature/);
  await stop(receiver);
});

test('upload-page lets a page upload with a token and never shows it the key', async () => {
  const server = start('upload-page/server.ts', [], { PORT: '0' });
  const shop = await firstLine(server);
  const page = await (await fetch(shop)).text();
  assert.match(page, /<input type="file"/);
  // What a browser does when the page asks it to.
  const origin = { origin: shop };
  const asked = await fetch(`${shop}/upload-token`, { method: 'POST', body: '{}', headers: origin });
  const text = await asked.text();
  assert.ok(!text.includes(key));
  const { id, token, url } = JSON.parse(text) as { id: string; token: string; url: string };
  const preflight = await fetch(url, {
    method: 'OPTIONS',
    headers: { ...origin, 'access-control-request-method': 'POST' },
  });
  assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
  const form = new FormData();
  form.set('file', new Blob([await readFile(new URL('../fixtures/mug.jpg', import.meta.url))]), 'me.jpg');
  const uploaded = await fetch(url, {
    method: 'POST',
    headers: { ...origin, authorization: `Bearer ${token}` },
    body: form,
  });
  assert.equal(uploaded.status, 201);
  const asks = () =>
    fetch(`${shop}/videos`, { method: 'POST', body: JSON.stringify({ token: id }), headers: origin });
  const [first, second] = [await (await asks()).json(), await (await asks()).json()] as { id: string }[];
  assert.match(first?.id ?? '', /^gen_/);
  assert.equal(second?.id, first?.id);
  await stop(server);
});
