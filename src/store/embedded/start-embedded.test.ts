import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { AppError } from '../../domain/errors.ts';
import { packagedNative } from './binaries.ts';
import { inspectEmbedded } from './inspect-embedded.ts';
import { findPostmaster, isPostmaster } from './postmaster.ts';
import { type EmbeddedServer, startEmbedded } from './start-embedded.ts';
import { spawnSettings } from './user.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const fixture = 'test/fixtures/own-embedded-server.ts';
const onlyAsRoot = process.getuid?.() === 0 ? false : 'only root runs the server as another user';
const quiet = () => {};

const cleanUps = new WeakMap<TestContext, (() => Promise<unknown>)[]>();

/** Runs after the test, the last one first: a server stops before its home is removed. */
function atEnd(t: TestContext, cleanUp: () => Promise<unknown>): void {
  const known = cleanUps.get(t);
  if (known !== undefined) {
    known.unshift(cleanUp);
    return;
  }
  const all = [cleanUp];
  cleanUps.set(t, all);
  t.after(async () => {
    for (const next of all) await next();
  });
}

const sharedFolder = await mkdtemp(join(tmpdir(), 'kinora-embedded-'));
await chmod(sharedFolder, 0o755);
after(() => rm(sharedFolder, { recursive: true }));

/** For the tests that leave a whole database behind, since making one takes its second. */
const sharedHome = join(sharedFolder, `a shop å ${'x'.repeat(110)}`);

/** A home that any user can reach, removed after the test with whatever it links to. */
async function temporaryHome(t: TestContext, options: { open: boolean } = { open: true }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kinora-embedded-'));
  if (options.open) await chmod(folder, 0o755);
  const home = join(folder, 'home');
  atEnd(t, async () => {
    const area = await realpath(join(home, 'postgres')).catch(() => join(home, 'postgres'));
    await rm(area, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });
  return home;
}

async function start(t: TestContext, home: string): Promise<EmbeddedServer> {
  const server = await startEmbedded({ home, log: quiet, pauseMilliseconds: 20 });
  atEnd(t, () => server.stop());
  return server;
}

/** Another process that owns the server of a home; it leads a process group of its own. */
async function startElsewhere(
  t: TestContext,
  home: string,
  repository = root,
): Promise<{ owner: ChildProcess; pid: number; url: string; attached: boolean }> {
  const owner = spawn(process.execPath, [join(repository, fixture), home], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  atEnd(t, async () => {
    if (owner.exitCode === null && owner.signalCode === null) {
      owner.kill('SIGTERM');
      await once(owner, 'exit');
    }
  });
  assert(owner.stdout !== null && owner.pid !== undefined);
  for await (const line of createInterface({ input: owner.stdout }))
    return { owner, pid: owner.pid, ...JSON.parse(line) };
  throw new Error(`the owner of ${home} ended before its server ran`);
}

async function killGroup(owner: ChildProcess): Promise<void> {
  assert(owner.pid !== undefined);
  process.kill(-owner.pid, 'SIGKILL');
  await once(owner, 'exit');
}

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterPid(dataDirectory: string): Promise<number> {
  const postmaster = await findPostmaster(dataDirectory);
  assert(postmaster !== undefined, `a server runs on ${dataDirectory}`);
  return postmaster.pid;
}

async function until(claim: () => Promise<boolean>): Promise<void> {
  while (!(await claim())) await sleep(20);
}

test('makes a database in a long path with spaces and accents, and serves it', async (t) => {
  const server = await start(t, sharedHome);
  assert.equal(server.attached, false);
  assert.equal(server.dataDirectory, join(await realpath(sharedHome), 'postgres', 'cluster', 'data'));
  const [row] = await query(
    server.url,
    `select current_setting('server_version') as version, current_setting('timezone') as timezone,
       current_setting('fsync') as fsync, current_setting('listen_addresses') as addresses,
       pg_encoding_to_char(encoding) as encoding, datlocale, datlocprovider,
       (select array_agg(word order by word) from unnest(array['b', 'B', 'ä', 'a']) as word) as sorted
     from pg_database where datname = current_database()`,
  );
  assert.deepEqual(row, {
    version: '18.4',
    timezone: 'UTC',
    fsync: 'on',
    addresses: '127.0.0.1',
    encoding: 'UTF8',
    datlocale: 'C.UTF-8',
    datlocprovider: 'b',
    sorted: ['B', 'a', 'b', 'ä'],
  });
});

test('lets nobody in without the password', async (t) => {
  const server = await start(t, sharedHome);
  const url = new URL(server.url);
  for (const user of ['kinora', 'postgres']) {
    url.username = user;
    url.password = 'guessed';
    await assert.rejects(query(url.href, 'select 1'), { code: '28P01' });
  }
  const passwordFile = join(server.dataDirectory, '..', 'password');
  assert.equal((await stat(passwordFile)).mode & 0o777, 0o600);
  assert.equal((await stat(join(server.dataDirectory, '..', '..'))).mode & 0o777, 0o700);
});

test('keeps the rows over a stop, which leaves no process and no temporary files', async (t) => {
  const home = sharedHome;
  const first = await start(t, home);
  await query(first.url, 'create table kept as select 42 as answer');
  const pid = await postmasterPid(first.dataDirectory);
  await Promise.all([first.stop(), first.stop()]);
  await first.stop();
  assert.deepEqual(await first.exited, { expected: true });
  assert.equal(await isPostmaster(pid, first.dataDirectory), false);
  const left = await readdir(join(home, 'postgres'));
  // The programs are there too where their user cannot reach those of this clone.
  assert.deepEqual(left.filter((name) => !name.startsWith('binaries-')).sort(), [
    'cluster',
    'owner.lock',
    'server.log',
  ]);

  const second = await start(t, home);
  assert.equal(second.attached, false);
  assert.deepEqual(await query(second.url, 'select answer from kept'), [{ answer: 42 }]);
});

test('refuses a second owner by naming the first, and takes over once that one was killed', async (t) => {
  const home = sharedHome;
  const first = await startElsewhere(t, home);
  await query(first.url, 'create table seen as select 42 as answer');
  await assert.rejects(startEmbedded({ home, log: quiet }), (error: unknown) => {
    assert(error instanceof AppError);
    assert.equal(error.code, 'unavailable');
    assert.match(error.message, new RegExp(`in use by process ${first.pid}\\b`));
    assert.match(error.hint ?? '', /KINORA_HOME/);
    return true;
  });
  assert.deepEqual((await inspectEmbedded(home)).owner, { pid: first.pid });

  // The whole group, as the system does it when a terminal or a container goes.
  await killGroup(first.owner);
  assert.equal((await inspectEmbedded(home)).owner, undefined);
  const second = await start(t, home);
  assert.equal(second.attached, true);
  assert.equal(second.url, first.url);
  assert.deepEqual(await query(second.url, 'select answer from seen'), [{ answer: 42 }]);
  await assert.rejects(startEmbedded({ home, log: quiet }), /in use by process/);

  const pid = await postmasterPid(second.dataDirectory);
  await second.stop();
  assert.equal(await isPostmaster(pid, second.dataDirectory), false);
});

test('starts a killed server again on its port, with every acknowledged row', async (t) => {
  const server = await start(t, sharedHome);
  const pool = new pg.Pool({ connectionString: server.url, max: 4 });
  pool.on('error', quiet);
  atEnd(t, () => pool.end());
  await pool.query('create table numbers (value integer primary key)');
  const acknowledged = new Set<number>();
  let next = 0;
  let writing = true;
  const write = async () => {
    while (writing) {
      const value = next++;
      await pool.query('insert into numbers values ($1)', [value]).then(
        () => acknowledged.add(value),
        () => sleep(20),
      );
    }
  };
  const writers = [write(), write(), write(), write()];
  for (let kill = 0; kill < 2; kill += 1) {
    const before = acknowledged.size;
    await until(async () => acknowledged.size > before + 50);
    process.kill(await postmasterPid(server.dataDirectory), 'SIGKILL');
    const atKill = acknowledged.size;
    await until(async () => acknowledged.size > atKill + 50);
  }
  writing = false;
  await Promise.all(writers);
  const { rows } = await pool.query<{ value: number }>('select value from numbers');
  const stored = new Set(rows.map((row) => row.value));
  assert.deepEqual(
    [...acknowledged].filter((value) => !stored.has(value)),
    [],
  );
});

test('starts a server again that it had only taken over', async (t) => {
  const home = sharedHome;
  const { owner } = await startElsewhere(t, home);
  await killGroup(owner);
  const server = await start(t, home);
  assert.equal(server.attached, true);
  const killed = await postmasterPid(server.dataDirectory);
  process.kill(killed, 'SIGKILL');
  await until(async () => {
    const running = await findPostmaster(server.dataDirectory);
    return running?.ready === true && running.pid !== killed;
  });
  assert.deepEqual(await query(server.url, 'select 1 as one'), [{ one: 1 }]);
});

test('gives up on a server that cannot start again, and says so', async (t) => {
  const home = await temporaryHome(t);
  const server = await start(t, home);
  await rename(join(server.dataDirectory, 'global'), join(server.dataDirectory, 'global-lost'));
  process.kill(await postmasterPid(server.dataDirectory), 'SIGKILL');
  const exit = await server.exited;
  assert(!exit.expected);
  assert.match(exit.error.message, /gave up on .* after 10 failures in a row/);
  assert.match(exit.error.hint ?? '', /server\.log/);
  assert.match(String(exit.error.cause), /pg_control/);
  await server.stop();
  assert.equal((await inspectEmbedded(home)).owner, undefined);
});

test('stops a server while it is being started again', async (t) => {
  const home = sharedHome;
  const server = await start(t, home);
  await rename(join(server.dataDirectory, 'global'), join(server.dataDirectory, 'global-lost'));
  process.kill(await postmasterPid(server.dataDirectory), 'SIGKILL');
  await server.stop();
  await rename(join(server.dataDirectory, 'global-lost'), join(server.dataDirectory, 'global'));
  assert.deepEqual(await server.exited, { expected: true });
  assert.equal(await findPostmaster(server.dataDirectory), undefined);
});

test('starts although the process number in a left note belongs to another process now', async (t) => {
  const home = sharedHome;
  const first = await start(t, home);
  const { serverUid: uid } = await inspectEmbedded(home);
  await first.stop();
  // Of the same user, since PostgreSQL cares about no other.
  const user = uid === undefined ? undefined : { uid, gid: uid };
  const stranger = spawn('/bin/sleep', ['60'], spawnSettings(user));
  atEnd(t, async () => stranger.kill('SIGKILL'));
  await writeFile(
    join(first.dataDirectory, 'postmaster.pid'),
    [stranger.pid, first.dataDirectory, 1, 5432, '', '127.0.0.1', '1 1', 'ready   ', ''].join('\n'),
  );
  const second = await start(t, home);
  assert.equal(second.attached, false);
  assert.deepEqual(await query(second.url, 'select 1 as one'), [{ one: 1 }]);
  assert.equal(stranger.exitCode, null);
});

test('makes a whole database after being killed while it made one', async (t) => {
  const home = await temporaryHome(t);
  const owner = spawn(process.execPath, [join(root, fixture), home], { detached: true, stdio: 'ignore' });
  const area = join(home, 'postgres');
  const unfinished = async () =>
    (await readdir(area).catch(() => [])).some((name) => name.startsWith('unfinished-'));
  await until(unfinished);
  assert(owner.pid !== undefined);
  process.kill(-owner.pid, 'SIGKILL');
  await once(owner, 'exit');
  assert.equal((await inspectEmbedded(home)).dataMajor, undefined);

  const server = await start(t, home);
  assert.deepEqual(await query(server.url, 'select 1 as one'), [{ one: 1 }]);
  assert.equal(await unfinished(), false);
});

test('refuses data of another major version and says what to do', async (t) => {
  const home = sharedHome;
  const server = await start(t, home);
  await server.stop();
  await writeFile(join(server.dataDirectory, 'PG_VERSION'), '17\n');
  await assert.rejects(startEmbedded({ home, log: quiet }), (error: unknown) => {
    assert(error instanceof AppError);
    assert.equal(error.code, 'unavailable');
    assert(error.message.includes(server.dataDirectory));
    assert.match(error.message, /made by PostgreSQL 17; this Kinora carries PostgreSQL 18/);
    assert.match(error.hint ?? '', /Dump it with the Kinora that made it/);
    return true;
  });
  assert.equal(await readFile(join(server.dataDirectory, 'PG_VERSION'), 'utf8'), '17\n');
  await writeFile(join(server.dataDirectory, 'PG_VERSION'), '18\n');
  assert.equal((await inspectEmbedded(home)).owner, undefined);
});

test('stops the server when its owner is told to stop by a signal', async (t) => {
  const home = sharedHome;
  const { owner } = await startElsewhere(t, home);
  const { dataDirectory } = await inspectEmbedded(home);
  const pid = await postmasterPid(dataDirectory);
  owner.kill('SIGTERM');
  const [code] = await once(owner, 'exit');
  assert.equal(code, 0);
  assert.equal(await isPostmaster(pid, dataDirectory), false);
});

test('inspecting a home that is not there yet changes nothing', async (t) => {
  const home = await temporaryHome(t);
  const facts = await inspectEmbedded(home);
  assert.equal(facts.area, join(home, 'postgres'));
  // Where the server's user cannot run the programs in place, the first start will make a copy.
  if (facts.binaries.version === undefined) assert.match(facts.binaries.reason, /^A copy, since/);
  else assert.equal(facts.binaries.version, '18.4');
  assert.deepEqual([facts.dataMajor, facts.server, facts.owner], [undefined, undefined, undefined]);
  await assert.rejects(stat(home), { code: 'ENOENT' });
});

test('as root below a closed folder, keeps data where its user can reach it, the same every time', {
  skip: onlyAsRoot,
}, async (t) => {
  const home = await temporaryHome(t, { open: false });
  const planned = await inspectEmbedded(home);
  const first = await start(t, home);
  await query(first.url, 'create table kept as select 42 as answer');
  const area = await realpath(join(home, 'postgres'));
  assert((await lstat(join(home, 'postgres'))).isSymbolicLink());
  assert(area.startsWith('/var/lib/kinora/'), area);
  assert.equal(planned.area, area);
  assert.match(planned.reason, new RegExp(`user id 65534.* cannot enter ${dirname(home)}`));
  const { uid, mode } = await stat(area);
  assert.deepEqual([uid, mode & 0o777], [65_534, 0o700]);
  await first.stop();

  const second = await start(t, home);
  assert.equal(second.dataDirectory, first.dataDirectory);
  assert.deepEqual(await query(second.url, 'select answer from kept'), [{ answer: 42 }]);
  await second.stop();

  await rename(area, `${area}-away`);
  try {
    await assert.rejects(startEmbedded({ home, log: quiet }), (error: unknown) => {
      assert(error instanceof AppError);
      assert.match(error.message, /is a link to a directory that is gone/);
      return true;
    });
  } finally {
    await rename(`${area}-away`, area);
  }
});

test('as root from a clone below a closed folder, runs a copy of the programs', {
  skip: onlyAsRoot,
}, async (t) => {
  const home = await temporaryHome(t, { open: false });
  const clone = join(dirname(home), 'clone');
  for (const path of ['src/domain', 'src/store', fixture])
    await cp(join(root, path), join(clone, path), { recursive: true });
  const native = await packagedNative();
  const packageName = dirname(native).split('/').slice(-2).join('/');
  // Else the links would be made absolute, and lead back to where this clone lies.
  const verbatim = { recursive: true, verbatimSymlinks: true };
  await cp(dirname(native), join(clone, 'node_modules', packageName), verbatim);
  await symlink(join(dirname(native), '..', '..', 'pg'), join(clone, 'node_modules', 'pg'));
  await writeFile(join(clone, 'package.json'), '{ "type": "module" }');

  const { owner, url } = await startElsewhere(t, home, clone);
  const { dataDirectory } = await inspectEmbedded(home);
  const pid = await postmasterPid(dataDirectory);
  const program = await realpath(`/proc/${pid}/exe`);
  assert(program.startsWith(await realpath(join(home, 'postgres'))), program);
  assert.deepEqual(await query(url, 'select 1 as one'), [{ one: 1 }]);
  owner.kill('SIGTERM');
  await once(owner, 'exit');
});

test('as root, does not begin anew when the way to existing data is closed', {
  skip: onlyAsRoot,
}, async (t) => {
  const home = await temporaryHome(t);
  const server = await start(t, home);
  await server.stop();
  await chmod(dirname(home), 0o700);
  await assert.rejects(startEmbedded({ home, log: quiet }), (error: unknown) => {
    assert(error instanceof AppError);
    assert(error.message.includes(`cannot enter ${dirname(home)}`));
    assert.match(error.hint ?? '', /chmod a\+x/);
    return true;
  });
  await chmod(dirname(home), 0o755);
  assert.equal((await inspectEmbedded(home)).dataMajor, '18');
});

test('as root, runs the server as whoever owns the data already', { skip: onlyAsRoot }, async (t) => {
  const home = await temporaryHome(t);
  const first = await start(t, home);
  await first.stop();
  const area = join(home, 'postgres');
  const daemon = 1;
  await chown(area, daemon, daemon);
  for (const entry of await readdir(area, { recursive: true, withFileTypes: true }))
    await chown(join(entry.parentPath, entry.name), daemon, daemon);
  const second = await start(t, home);
  const { uid } = await stat(`/proc/${await postmasterPid(second.dataDirectory)}`);
  assert.equal(uid, daemon);
  assert.deepEqual(await query(second.url, 'select 1 as one'), [{ one: 1 }]);
});
