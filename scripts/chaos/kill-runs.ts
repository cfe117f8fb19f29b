import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { createClient } from '../../src/client/index.ts';
import { launchProvider } from '../../src/engines/simulated/launch-provider.ts';
import { openStore, type Store } from '../../src/store/db.ts';
import { freePort } from '../../src/store/embedded/port.ts';
import { findPostmaster } from '../../src/store/embedded/postmaster.ts';
import { startEmbedded } from '../../src/store/embedded/start-embedded.ts';
import { findImbalances } from '../../src/store/ledger.ts';
import { type Fleet, startFleet } from './fleet.ts';
import { createRandom, type Random } from './random.ts';

export interface KillRunOptions {
  rows: number;
  kills: number;
  seed: number;
  /** Seconds that the provider takes for a video. */
  latencySeconds: number;
  /** What is killed, and how often beside the others. */
  targets?: readonly (readonly [weight: number, target: keyof KillRunVerdict['kills']])[];
  say(text: string): void;
}

/** What a catalogue came to, by the books of server, provider and sinks. */
export interface KillRunVerdict {
  rows: number;
  seed: number;
  kills: { cli: number; server: number; database: number };
  /** How many times the command was begun. */
  runs: number;
  made: number;
  /** Records with another number of made versions than one. */
  not_once: number;
  /** Jobs of the provider beyond one a row. */
  double_submitted: number;
  credits: number;
  credits_expected: number;
  ledger_imbalance: number;
  /** Rows that the CSV sink lacks, has twice or has wrong; rows of the table without their own address. */
  csv_wrong: number;
  table_wrong: number;
  elapsed_seconds: number;
}

const creditsEach = 243;
const cli = fileURLToPath(new URL('../../src/cli/index.ts', import.meta.url));
const photos = ['MUG-01', 'PERF-02', 'BOTL-03', 'LAMP-04', 'HEAD-05', 'CNDL-06'];
const photoOf = (sku: string) =>
  fileURLToPath(new URL(`../../examples/halden/products/${sku}/1.jpg`, import.meta.url));

/**
 * Runs one workflow over a catalogue while command, server and database are killed with -9, each again and again; begins
 * the command anew until it says that everything is made; and compares what everybody has written down.
 */
export async function killRuns(options: KillRunOptions): Promise<KillRunVerdict> {
  const { rows, seed, say } = options;
  const startedAt = performance.now();
  const home = await mkdtemp(join(tmpdir(), 'kinora-kill-runs-'));
  await chmod(home, 0o755);
  const closers: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true })];
  try {
    const database = await startEmbedded({ home, log: () => {} });
    closers.push(() => database.stop());
    const provider = await launchProvider({
      folder: join(home, 'provider'),
      simulate: { latency_seconds: options.latencySeconds },
    });
    closers.push(() => provider.kill());
    const operatorKey = `kin_operator_of_a_killed_run_${seed}`;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const fleet = await startFleet({
      ports: [port],
      logFile: join(tmpdir(), `kinora-kill-runs-${process.pid}.log`),
      environment: () => ({
        DATABASE_URL: database.url,
        KINORA_HOME: join(home, 'kinora'),
        KINORA_PORT: String(port),
        KINORA_PUBLIC_URL: url,
        KINORA_OPERATOR_KEY: operatorKey,
        CHAOS_PROVIDER: provider.origin,
        CHAOS_DOUBLES: '{}',
      }),
    });
    closers.push(() => fleet.stop());
    const store = openStore(database.url, { connections: 2 });
    closers.push(() => store.close());
    const key = await openAccount(url, operatorKey, rows);
    const shop = await writeShop(home, rows);
    await fillTable(store, rows);

    const random = createRandom(seed);
    const runs = { begun: 0, child: undefined as ChildProcess | undefined, over: false };
    const environment = { ...process.env, KINORA_URL: url, KINORA_KEY: key, SHOP_DATABASE_URL: database.url };
    const killing = killAll(options, { random, fleet, runs, dataDirectory: database.dataDirectory });
    await runUntilDone({ shop, environment, runs, say });
    runs.over = true;
    const kills = await killing;
    const verdict = await judge({ store, shop, rows, url, origin: provider.origin });
    return {
      rows,
      seed,
      kills,
      runs: runs.begun,
      ...verdict,
      elapsed_seconds: Math.round((performance.now() - startedAt) / 1000),
    };
  } finally {
    for (const close of closers.reverse()) await close().catch((error) => say(`closing: ${String(error)}`));
  }
}

async function openAccount(url: string, operatorKey: string, rows: number): Promise<string> {
  const operator = createClient({ baseUrl: url, key: operatorKey });
  const account = await operator.accounts.create({ name: 'kill runs', concurrency_limit: 60 });
  await operator.accounts.grant(account.id, { credits: rows * creditsEach, purse: 'test' });
  const { key } = await operator.keys.create({ account_id: account.id, mode: 'test' });
  return key;
}

const skuOf = (index: number) => `SKU-${String(index + 1).padStart(5, '0')}`;

async function writeShop(home: string, rows: number): Promise<string> {
  const folder = join(home, 'shop');
  await mkdir(folder);
  for (const sku of photos) await copyFile(photoOf(sku), join(folder, `${sku}.jpg`));
  const lines = Array.from(
    { length: rows },
    (_, index) => `${skuOf(index)},Product ${index + 1},${photos[index % photos.length]}.jpg`,
  );
  await writeFile(join(folder, 'shop.csv'), `sku,name,photo\n${lines.join('\n')}\n`);
  await writeFile(
    join(folder, 'shop.yaml'),
    `name: killed
source: { path: shop.csv, key: sku }
prompt: '{{ name }} turns'
photos: { column: photo }
duration: 4
aspect_ratio: '16:9'
engine: keyed
publish: true
output: false
sink:
  - { driver: csv, path: results.csv, allow_local: true }
  - driver: postgres
    url_env: SHOP_DATABASE_URL
    update: update shop_products set video_url = $1, written = written + 1 where sku = $2
    values: [video_url, key]
    allow_local: true
`,
  );
  return folder;
}

async function fillTable(store: Store, rows: number): Promise<void> {
  await store.query(
    'create table shop_products (sku text primary key, video_url text, written int not null default 0)',
  );
  await store.query(
    "insert into shop_products select 'SKU-' || lpad(n::text, 5, '0') from generate_series(1, $1) n",
    [rows],
  );
}

/** Begins the command again whenever it was killed or gave up, until it ends well. */
async function runUntilDone(options: {
  shop: string;
  environment: NodeJS.ProcessEnv;
  runs: { begun: number; child: ChildProcess | undefined };
  say(text: string): void;
}): Promise<void> {
  const { shop, environment, runs, say } = options;
  for (;;) {
    runs.begun += 1;
    const child = spawn(process.execPath, [cli, 'run', join(shop, 'shop.yaml'), '--yes', '--json'], {
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-2_000);
    });
    runs.child = child;
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    runs.child = undefined;
    if (code === 0) return;
    say(`run ${runs.begun} ended with ${signal ?? code}${signal === null ? `: ${said.trim()}` : ''}`);
    if (runs.begun > mostRuns) throw new Error(`it is not done after ${mostRuns} runs`);
    await sleep(100);
  }
}

const mostRuns = 500;

const usualTargets = [
  [5, 'cli'],
  [3, 'server'],
  [1, 'database'],
] as const;

async function killAll(
  { kills, targets = usualTargets }: KillRunOptions,
  {
    random,
    fleet,
    runs,
    dataDirectory,
  }: {
    random: Random;
    fleet: Fleet;
    runs: { child: ChildProcess | undefined; over: boolean };
    dataDirectory: string;
  },
): Promise<KillRunVerdict['kills']> {
  const killed = { cli: 0, server: 0, database: 0 };
  const wanted = Array.from({ length: kills }, () => random.weighed(targets));
  for (const target of wanted) {
    let isDead = false;
    while (!isDead && !runs.over) {
      await sleep(random.between(400, 4_000));
      if (runs.over) break;
      if (target === 'cli') isDead = runs.child?.kill('SIGKILL') ?? false;
      else if (target === 'server') isDead = fleet.kill(0);
      else {
        const postmaster = await findPostmaster(dataDirectory);
        if (postmaster !== undefined) process.kill(postmaster.pid, 'SIGKILL');
        isDead = postmaster !== undefined;
      }
    }
    if (isDead) killed[target] += 1;
  }
  return killed;
}

async function judge(options: {
  store: Store;
  shop: string;
  rows: number;
  url: string;
  origin: string;
}): Promise<Omit<KillRunVerdict, 'rows' | 'seed' | 'kills' | 'runs' | 'elapsed_seconds'>> {
  const { store, shop, rows, origin } = options;
  const [made] = await store.query<{ made: number; notOnce: number; credits: number; publicId: string }>(
    `with versions as (
      select r.key, count(v.*) filter (where v.state = 'made') as made
      from records r left join version_states v using (account_id, purse, workflow, key) group by r.key
    )
    select (select count(*)::int from versions where made = 1) as made,
      (select count(*)::int from versions where made <> 1) as "notOnce",
      (select coalesce(sum(counterpart), 0)::int from ledger_entries where kind = 'settle') as credits,
      (select public_id from workflows where name = 'killed') as "publicId"`,
  );
  if (made === undefined) throw new Error('the books answer nothing');
  const addressOf = (sku: string) => `${options.url}/r/${made.publicId}/${sku}.mp4`;
  const book = (await (await fetch(`${origin}/book`)).text()).split('\n').filter((line) => line !== '');
  const written = parse(await readFile(join(shop, 'results.csv'), 'utf8'), { columns: true, bom: true }) as {
    key: string;
    status: string;
    video_url: string;
  }[];
  const right = written.filter(
    ({ key, status, video_url: address }, index) =>
      key === skuOf(index) && status === 'made' && address === addressOf(key),
  );
  const table = await store.query<{ sku: string; address: string | null }>(
    'select sku, video_url as address from shop_products order by sku',
  );
  return {
    made: made.made,
    not_once: made.notOnce,
    double_submitted: book.length - rows,
    credits: made.credits,
    credits_expected: rows * creditsEach,
    ledger_imbalance: (await findImbalances(store)).length,
    csv_wrong: Math.max(rows, written.length) - right.length,
    table_wrong: table.filter(({ sku, address }) => address !== addressOf(sku)).length,
  };
}

/** Whether every row was finished once, for exactly its price, and is told of exactly. */
export function isRight(verdict: KillRunVerdict): boolean {
  const { rows, made, credits, credits_expected: expected } = verdict;
  const faults =
    verdict.not_once +
    verdict.double_submitted +
    verdict.ledger_imbalance +
    verdict.csv_wrong +
    verdict.table_wrong;
  return made === rows && credits === expected && faults === 0;
}
