import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse';
import type { Choice } from '../src/batch/plan/plan-rows.ts';
import { planWorkflow, type WorkflowPlan } from '../src/batch/plan/plan-workflow.ts';
import { createSpool, type Spool } from '../src/batch/run/spool.ts';
import { openFile } from '../src/cli/plan/open-file.ts';
import { type Client, createClient } from '../src/client/index.ts';
import type { Store } from '../src/store/db.ts';
import { freePort } from '../src/store/embedded/port.ts';
import { samplePlan } from '../test/generations.ts';
import { benchCheck } from './check-references.ts';
import { type BenchDatabase, withDatabase } from './database.ts';
import { median, type Report } from './report.ts';

const rows = 100_000;
const rounds = 3;
const photos = 200;
const everything: Choice = { only: [], limit: undefined, retry: 'usual', onlyFailed: false };

/**
 * A plan of 100,000 rows against a real server and database: the first, where all are new, and the next, where none is;
 * beside reading the same CSV and hashing the same cells. Memory is this process's own, the server has another.
 */
export async function benchPlan(report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-bench-plan-'));
  try {
    report.say(`plan: writing a catalogue of ${rows.toLocaleString('en')} rows`);
    await writeCatalogue(folder);
    await withDatabase((database) => planAll(report, folder, database));
    await benchCheck(report);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function planAll(report: Report, folder: string, database: BenchDatabase): Promise<void> {
  const server = await startServer(database.url, folder);
  try {
    const { client, accountId, keyId } = server;
    const first = await measure(() => plan(client, folder));
    if (first.result.toMake !== rows) throw new Error(`${first.result.toMake} rows are new, not ${rows}`);
    report.say(
      `plan: first ${first.seconds.toFixed(2)} s; keeping ${rows.toLocaleString('en')} records as made`,
    );
    await keepRecords(database.store, client, { folder, accountId, keyId });
    const bare: Measured<number>[] = [];
    const again: Measured<WorkflowPlan>[] = [];
    // In turns, so that both meet the same machine.
    for (let round = 0; round < rounds; round += 1) {
      bare.push(await measure(() => readBare(folder)));
      again.push(await measure(() => plan(client, folder)));
    }
    const changed = again.find(({ result }) => result.counts.unchanged !== rows);
    if (changed !== undefined) throw new Error(`only ${changed.result.counts.unchanged} rows are unchanged`);
    const of = (list: readonly { seconds: number }[]) => median(list.map(({ seconds }) => seconds));
    const rest = of(bare);
    report.add({
      case: `first plan, ${rows} rows`,
      ours: first.seconds,
      baseline: rest,
      ratio: first.seconds / rest,
      unit: 's',
    });
    report.add({
      case: 'no-op plan, cached references',
      ours: of(again),
      baseline: rest,
      ratio: of(again) / rest,
      unit: 's',
    });
    report.add({
      case: 'no-op plan, rows a second',
      ours: rows / of(again),
      baseline: rows / rest,
      unit: 'rows/s',
    });
    const peak = (list: readonly { peakBytes: number }[]) =>
      Math.max(...list.map(({ peakBytes }) => peakBytes)) / 1e6;
    report.add({
      case: 'memory of a no-op plan, at most',
      ours: peak(again),
      baseline: peak(bare),
      unit: 'MB',
    });
    const part = await measure(() => plan(client, folder, 10_000));
    report.add({
      case: 'memory of 100,000 rows beside that of 10,000',
      ours: peak(again),
      baseline: part.peakBytes / 1e6,
      unit: 'MB',
    });
  } finally {
    await server.stop();
  }
}

async function writeCatalogue(folder: string): Promise<void> {
  await mkdir(join(folder, 'photos'));
  const photo = fileURLToPath(new URL('../examples/halden/products/MUG-01/1.jpg', import.meta.url));
  for (let n = 0; n < photos; n += 1) await copyFile(photo, join(folder, 'photos', `${n}.jpg`));
  const file = createWriteStream(join(folder, 'shop.csv'));
  file.write('sku,name,tagline,price,photos\n');
  for (let n = 0; n < rows; n += 1) {
    const own = [n, n * 7, n * 13].map((seed) => `photos/${seed % photos}.jpg`).join('|');
    const line = `SKU-${String(n).padStart(6, '0')},Product number ${n},"Made well, ""number"" ${n}",${(n % 900) + 9}.90,${own}\n`;
    if (!file.write(line)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  await writeFile(
    join(folder, 'shop.yaml'),
    `name: bench
source: { path: shop.csv, key: sku }
prompt: '{{ name }} rotates slowly on a clean surface, soft studio lighting. {{ tagline }}'
title: '{{ name }}'
photos: { column: photos }
brand: [{ path: photos/0.jpg, role: style }]
references: { freshness: cached }
duration: 5
aspect_ratio: '16:9'
output: false
`,
  );
}

async function plan(client: Client, folder: string, limit?: number, spool?: Spool): Promise<WorkflowPlan> {
  const { signal } = new AbortController();
  const { open } = await openFile({ file: join(folder, 'shop.yaml'), env: {}, client, signal });
  return planWorkflow({ client, signal }, open, {
    choice: { ...everything, limit },
    listed: 20,
    ...(spool === undefined ? {} : { spool }),
  });
}

/** The least that could tell a row from another: its cells, read and hashed. */
async function readBare(folder: string): Promise<number> {
  let seen = 0;
  const parser = createReadStream(join(folder, 'shop.csv')).pipe(parse({ columns: true, bom: true }));
  for await (const row of parser as AsyncIterable<Record<string, string>>) {
    const hash = createHash('sha256').update(Object.values(row).join('\n')).digest('hex');
    if (hash !== '') seen += 1;
  }
  return seen;
}

interface Measured<T> {
  result: T;
  seconds: number;
  peakBytes: number;
}

async function measure<T>(work: () => Promise<T>): Promise<Measured<T>> {
  let peakBytes = process.memoryUsage.rss();
  const watch = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 25);
  const started = performance.now();
  try {
    const result = await work();
    return { result, seconds: (performance.now() - started) / 1000, peakBytes };
  } finally {
    clearInterval(watch);
  }
}

/** Writes every row of the catalogue down as made, straight into the tables: 100,000 videos would take a while. */
async function keepRecords(
  store: Store,
  client: Client,
  { folder, accountId, keyId }: { folder: string; accountId: string; keyId: string },
): Promise<void> {
  await store.query(
    `insert into generations (id, account_id, key_id, purse, endpoint, engine, model, status, outcome, prompt,
      duration_seconds, aspect_ratio, plan, price_credits, price_usd_cents, price_book, charged_credits, attempt,
      output_file_id, poster_file_id, output_facts, started_at, finished_at)
    values ('gen_bench', $1, $2, 'live', 'reference-to-video', 'local', 'm', 'complete', 'succeeded', 'p', 5, '16:9', $3,
      303, 303, 'published@1', 303, 1, 'file_v', 'file_p', '{}', now(), now())`,
    [accountId, keyId, JSON.stringify(samplePlan)],
  );
  await store.query(
    "insert into workflows (account_id, purse, name, id) values ($1, 'live', 'bench', 'wf_bench')",
    [accountId],
  );
  const batch = await client.batches.create({ name: 'bench', workflow: 'bench' });
  const spool = await createSpool();
  try {
    await plan(client, folder, undefined, spool);
    let chunk: { key: string; fingerprint: string; parts: object }[] = [];
    let written = 0;
    const write = async () => {
      await store.query('select set_config($1, $2, false)', ['synchronous_commit', 'off']);
      await store.query(
        `with given as (
          select $3::int + n as number, r->>'key' as key, r->>'fingerprint' as fingerprint, r->'parts' as parts
          from jsonb_array_elements($4::jsonb) with ordinality g (r, n)
        ), rows as (
          insert into batch_rows (account_id, purse, batch_id, number, state, request, generation_id)
          select $1, 'live', $2, number, 'submitted', '{}', 'gen_bench' from given
        ), records as (
          insert into records
            (account_id, purse, workflow, key, id, fingerprint, parts, last_version, made, live_version)
          select $1, 'live', 'bench', key, 'rec_' || number, fingerprint, parts, 1, true, 1 from given
        )
        insert into record_versions (account_id, purse, workflow, key, number, fingerprint, parts, batch_id, row_number)
        select $1, 'live', 'bench', key, 1, fingerprint, parts, $2, number from given`,
        [accountId, batch.id, written, JSON.stringify(chunk)],
      );
      written += chunk.length;
      chunk = [];
    };
    for await (const { key, todo } of spool.rows()) {
      if (key === null || todo === undefined) continue;
      chunk.push({ key, fingerprint: todo.fingerprint, parts: todo.parts });
      if (chunk.length === 5_000) await write();
    }
    if (chunk.length > 0) await write();
  } finally {
    await spool.close();
  }
  await store.query('vacuum analyze records, record_versions, batch_rows');
}

/** A real server in a process of its own, as it is for whoever plans. */
async function startServer(databaseUrl: string, folder: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const operatorKey = 'kin_operator_of_the_bench_of_plans_only';
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../src/cli/index.ts', import.meta.url)), 'serve'],
    {
      env: {
        ...process.env,
        DATABASE_URL: databaseUrl,
        KINORA_HOME: join(folder, 'home'),
        KINORA_PORT: String(port),
        KINORA_OPERATOR_KEY: operatorKey,
        KINORA_LOCAL_PRICE_BOOK: 'published',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const operator = createClient({ baseUrl: url, key: operatorKey });
  for (let tries = 0; ; tries += 1)
    try {
      await operator.health();
      break;
    } catch (error) {
      if (tries === 120) throw error;
      await sleep(500);
    }
  const account = await operator.accounts.create({ name: 'bench' });
  const key = await operator.keys.create({ account_id: account.id });
  return {
    client: createClient({ baseUrl: url, key: key.key }),
    accountId: account.id,
    keyId: key.id,
    async stop() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
