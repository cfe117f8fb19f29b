// A server killed with -9 in the middle of a rehearsal, and in the middle of feeding a batch: what it held is taken up by the
// next one, and nothing is asked for, charged or kept twice. Videos come from a provider in a process of its own.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '../../src/client/index.ts';
import { launchProvider } from '../../src/engines/simulated/launch-provider.ts';
import { freeStepLeases } from '../../src/store/remote-attempts.ts';
import { freeRunLeases } from '../../src/store/runs.ts';
import { createTestDatabase } from '../database.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { type Answer, ownServer } from '../fixtures/own-server.ts';
import { until } from '../until.ts';

const home = await mkdtemp(join(tmpdir(), 'kinora-killed-'));
const children: ChildProcess[] = [];
// Before the database is dropped, which is done by a hook that comes later.
after(async () => {
  for (const child of children) await kill(child);
  await provider.kill();
  await rm(home, { recursive: true, force: true });
});
const { store, url: database } = await createTestDatabase();
const provider = await launchProvider({
  folder: join(home, 'provider'),
  simulate: { latency_seconds: 0.2 },
});
const mug = await readFile(new URL('../fixtures/mug.jpg', import.meta.url));
const products = Array.from({ length: 8 }, (_, number) => ({ sku: `P-${number}`, name: `Thing ${number}` }));

/** Each is another file, of the same picture. */
const photoAt = (path: string): Answer => ({
  code: 200,
  bytes: Buffer.concat([mug, Buffer.from(path)]),
  contentType: 'image/jpeg',
});
let photo = photoAt;
const shop = await ownServer(({ path }) =>
  path === '/products' ? { code: 200, json: { products } } : photo(path),
);
const operatorKey = 'kin_operator_of_the_killed_server';

async function serve() {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../fixtures/serve-simulated.ts', import.meta.url)), provider.origin],
    {
      env: {
        ...cleanEnvironment(),
        KINORA_HOME: join(home, 'kinora'),
        KINORA_PORT: '0',
        DATABASE_URL: database,
        KINORA_OPERATOR_KEY: operatorKey,
        KINORA_TRUSTED_ORIGINS: shop.origin,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Nobody holds anything any more: what a server with a database of its own knows when it starts. */
async function forgetTheDead(): Promise<void> {
  await freeRunLeases(store);
  await freeStepLeases(store);
  await store.query('update batches set feed_lease_expires_at = now() where feed_lease is not null');
}

async function signUp(url: string, mode: 'live' | 'test', atOnce: number) {
  const operator = createClient({ baseUrl: url, key: operatorKey });
  const { id } = await operator.accounts.create({ name: 'shop', concurrency_limit: atOnce });
  const { key } = await operator.keys.create({ account_id: id, mode });
  return { id, key };
}

let server = await serve();

const one = async <T extends object>(sql: string, values: unknown[] = []): Promise<T> => {
  const [row] = await store.query<T>(sql, values);
  assert.ok(row !== undefined, sql);
  return row;
};

/** How many jobs the provider has accepted, by its own book. */
async function accepted(): Promise<number> {
  const book = await (await fetch(`${provider.origin}/book`)).text();
  return book.split('\n').filter((line) => line !== '').length;
}

test('a rehearsal on a server that is killed with -9 drafts each row once, free and of no record', async () => {
  const { id, key } = await signUp(server.url, 'live', 2);
  const client = () => createClient({ baseUrl: server.url, key });
  const before = await client().credits.get();
  await client().workflows.store('tried', {
    name: 'tried',
    engine: 'fal',
    endpoint: 'text-to-video',
    source: { url: `${shop.origin}/products`, items: 'products', key: 'sku' },
    prompt: '{{ name }} turns slowly',
    duration: 4,
    aspect_ratio: '16:9',
    publish: true,
  });
  const run = await client().workflows.run('tried', { rehearse: true });
  const made = async () =>
    (
      await one<{ n: number }>(
        "select count(*)::int as n from generations where account_id = $1 and status = 'complete'",
        [id],
      )
    ).n;
  await until('a first draft', async () => ((await made()) > 0 ? true : undefined));
  await kill(server.child);
  const left = await made();
  assert.ok(left < products.length, 'it was over before it was killed');
  await forgetTheDead();

  server = await serve();
  const ended = await until('the end of the run', async () => {
    const { finished_at: at, ...found } = await client().runs.get(run.id);
    return at === null ? undefined : found;
  });
  assert.deepEqual([ended.state, ended.reason, ended.credits], ['done', null, 0]);
  assert.deepEqual([ended.rows?.sent, ended.rows?.made, ended.batch_ids.length], [8, 8, 1]);
  const books = await one(
    `select count(*)::int as made, count(distinct g.prompt)::int as rows,
      bool_and(b.rehearsal and g.engine = 'local' and g.price_credits = 0 and g.plan->>'rehearses' = 'fal') as drafts,
      (select count(*)::int from records r where r.account_id = $1) as records,
      (select count(*)::int from rehearsals r where r.account_id = $1) as rehearsed
    from generations g join batches b on b.account_id = g.account_id and b.purse = g.purse and b.id = g.batch_id
    where g.account_id = $1`,
    [id],
  );
  assert.deepEqual(books, { made: 8, rows: 8, drafts: true, records: 0, rehearsed: 8 });
  assert.equal(await accepted(), 8);
  assert.deepEqual((await client().credits.get()).live, before.live);
});

test('a server that is killed with -9 while it feeds a batch has each row held and charged once, and no file left over', async () => {
  const { id, key } = await signUp(server.url, 'test', 4);
  const client = () => createClient({ baseUrl: server.url, key });
  // Two are held at the first look, and not begun. At the next one a photo does not come, when the others' are kept already.
  const operator = () => createClient({ baseUrl: server.url, key: operatorKey });
  await operator().pauses.engine('simulated', 'pause');
  photo = (path) => (path === '/5.jpg' ? 'silent' : photoAt(path));
  const batch = await client().batches.create({ name: 'killed', ahead: 2 });
  await client().batches.addRows(
    batch.id,
    products.map(({ name }, number) => ({
      engine: 'simulated',
      prompt: `${name} turns slowly`,
      reference_images: [`${shop.origin}/${number}.jpg`],
      duration: 4,
      aspect_ratio: '16:9' as const,
    })),
  );
  const held = async () =>
    (await one<{ n: number }>('select count(*)::int as n from generations where account_id = $1', [id])).n;
  await until('the first rows', async () => ((await held()) >= 2 ? true : undefined));
  await client().batches.change(batch.id, { ahead: 100 });
  await until('a look in the middle of the batch', async () => {
    const isAsked = shop.received.some(({ path }) => path === '/5.jpg');
    const { kept } = await one<{ kept: number }>(
      'select count(snapshots)::int as kept from batch_rows where batch_id = $1',
      [batch.id],
    );
    return isAsked && kept === 5 ? true : undefined;
  });
  const { fed } = await one<{ fed: boolean }>(
    'select feed_lease is not null as fed from batches where id = $1',
    [batch.id],
  );
  await kill(server.child);
  assert.ok(fed, 'nobody was feeding it');
  assert.ok((await held()) < products.length, 'all was held before it was killed');
  photo = photoAt;
  await forgetTheDead();

  server = await serve();
  await operator().pauses.engine('simulated', 'resume');
  const done = await until('the end of the batch', async () => {
    const now = await client().batches.get(batch.id);
    return now.status === 'done' ? now : undefined;
  });
  assert.deepEqual(
    [done.rows.submitted, done.generations.complete, done.credits],
    [8, 8, { held: 0, charged: 8 * 243 }],
  );
  const books = await one(
    `select count(*)::int as generations, count(distinct prompt)::int as prompts,
      (select count(*)::int from files f where f.account_id = $1 and f.generation_id is null
        and not exists (select from generation_references r where r.file_id = f.id)) as unused_files,
      (select count(*)::int from ledger_entries e where e.account_id = $1 and e.kind = 'settle') as settled
    from generations where account_id = $1`,
    [id],
  );
  assert.deepEqual(books, { generations: 8, prompts: 8, unused_files: 0, settled: 8 });
  assert.equal(await accepted(), 16, 'the second eight');
  assert.equal((await operator().ledger.check()).balanced, true);
});
