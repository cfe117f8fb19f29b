// examples/daily on a server that is killed with -9 in the middle of its scheduled run: every product is made once and told
// of, and the run ends well. Videos come from the simulated engine.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { command } from '../../src/cli/commands/workflows.ts';
import { createClient } from '../../src/client/index.ts';
import type { Run } from '../../src/contract/run.ts';
import { launchProvider } from '../../src/engines/simulated/launch-provider.ts';
import { freeDeliveryLeases } from '../../src/store/claim-deliveries.ts';
import { freePort } from '../../src/store/embedded/port.ts';
import { freeStepLeases } from '../../src/store/remote-attempts.ts';
import { freeRunLeases } from '../../src/store/runs.ts';
import { createTestDatabase } from '../database.ts';
import { cleanEnvironment } from '../fixtures/clean-environment.ts';
import { runCommand } from '../fixtures/command.ts';
import { until } from '../until.ts';

const example = fileURLToPath(new URL('../../examples/daily/', import.meta.url));
const home = await mkdtemp(join(tmpdir(), 'kinora-daily-'));
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
  simulate: { latency_seconds: 0.3 },
});

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const shopPort = await freePort();
const shopOrigin = `http://127.0.0.1:${shopPort}`;
const operatorKey = 'kin_operator_of_the_daily_example';

/** A process of ours, once it has said a line. */
async function begin(
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<{ child: ChildProcess; line: string; lines: string[] }> {
  const child = spawn(process.execPath, args, {
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  if (child.stdout === null) throw new Error('no output');
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const [line] = (await once(reader, 'line')) as [string];
  return { child, line, lines };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function serve() {
  const { child, line } = await begin(['src/cli/index.ts', 'serve', '--json'], {
    KINORA_HOME: join(home, 'kinora'),
    KINORA_PORT: '0',
    DATABASE_URL: database,
    KINORA_OPERATOR_KEY: operatorKey,
    KINORA_SIMULATED_URL: provider.origin,
    KINORA_TRUSTED_ORIGINS: shopOrigin,
    KINORA_WORKFLOW_ENV: 'SHOP_HOOK_SECRET',
    SHOP_HOOK_SECRET: secret,
    KINORA_LOG_LEVEL: 'error',
  });
  return { child, url: (JSON.parse(line) as { url: string }).url };
}

/** Nobody holds anything any more: what a server with a database of its own knows when it starts. */
async function forgetTheDead(): Promise<void> {
  await freeRunLeases(store);
  await freeStepLeases(store);
  await freeDeliveryLeases(store);
  await store.query('update batches set feed_lease_expires_at = now() where feed_lease is not null');
}

test('the nightly run of examples/daily survives kill -9, makes each product once and tells the shop', async () => {
  const shop = await begin([join(example, 'shop.ts')], {
    SHOP_PORT: String(shopPort),
    SHOP_HOOK_SECRET: secret,
  });
  const file = join(home, 'workflow.yaml');
  const text = await readFile(join(example, 'workflow.yaml'), 'utf8');
  await writeFile(file, `${text.replaceAll('http://127.0.0.1:4800', shopOrigin)}\nengine: simulated\n`);

  let server = await serve();
  const operator = createClient({ baseUrl: server.url, key: operatorKey });
  const account = await operator.accounts.create({ name: 'shop', concurrency_limit: 1 });
  const { key } = await operator.keys.create({ account_id: account.id, mode: 'test' });
  const workflows = (...args: string[]) =>
    runCommand(command, args, { KINORA_URL: server.url, KINORA_KEY: key });
  const pushed = await workflows('push', file);
  assert.match(
    pushed.text,
    /daily is stored, version 1[\s\S]*next runs +\d{4}-\d\d-\d\dT03:00:00\+/,
    String(pushed.error),
  );
  const { error } = await workflows(
    'push',
    fileURLToPath(new URL('../halden/workflow.yaml', new URL(`file://${example}`))),
  );
  assert.match(
    String(error),
    /cannot run on a server\.\n {2}line \d+: source\.path: catalogue\.csv is a file/,
  );

  const stateOf = async () =>
    (
      await store.query<{ id: string; state: string; reason: unknown }>('select id, state, reason from runs')
    )[0];
  const made = async () =>
    (
      await store.query<{ n: number }>("select count(*)::int as n from generations where status = 'complete'")
    )[0]?.n ?? 0;

  await store.query(`update schedules set next_due_at = date_trunc('minute', now())`);
  await until('a first video', async () => ((await made()) > 0 ? true : undefined));
  assert.equal((await stateOf())?.state, 'running');
  await kill(server.child);
  await forgetTheDead();

  server = await serve();
  const ended = await until('the end of the run', async () => {
    const run = await stateOf();
    return run === undefined || ['planning', 'running'].includes(run.state) ? undefined : run;
  });
  assert.deepEqual([ended.state, ended.reason], ['done', null]);

  const [first] = (await workflows('runs', 'daily', '--json')).objects as unknown as Run[];
  assert.deepEqual(
    [first?.rows?.sent, first?.rows?.made, first?.rows?.failed, first?.sinks[0]?.written],
    [3, 3, 0, 3],
  );
  const [books] = await store.query(
    `select (select count(*)::int from generations) as generations,
      (select count(*)::int from record_versions) as versions,
      (select count(*)::int from ledger_entries where kind = 'settle') as settled`,
  );
  assert.deepEqual(books, { generations: 3, versions: 3, settled: 3 });
  const told = shop.lines.filter((line) => /^[A-Z]+-\d\d {2}http/.test(line));
  assert.deepEqual(told.map((line) => line.split(' ')[0]).toSorted(), ['BOTL-03', 'MUG-01', 'PERF-02']);
  const address = told[0]?.split(/ +/)[1] ?? '';
  assert.equal((await fetch(address.replace(/^http:\/\/[^/]+/, server.url), { method: 'HEAD' })).status, 200);

  // And the next night there is nothing to make.
  const again = await workflows('run', 'daily', '--wait');
  assert.match(
    again.text,
    /done\n.*3 in the source: 0 new, 0 changed, 3 unchanged[\s\S]*credits +0/,
    String(again.error),
  );
  assert.match((await workflows('pause', 'daily')).text, /next runs +none: paused/);
});
