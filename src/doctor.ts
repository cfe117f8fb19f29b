import { constants } from 'node:fs';
import { access, mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import { AppError } from './domain/errors.ts';
import { createMedia } from './media/create-media.ts';
import { sandboxReport } from './media/sandbox.ts';
import { type Drift, findDrift } from './store/counters.ts';
import { openStore, type Store } from './store/db.ts';
import { inspectEmbedded } from './store/embedded/inspect-embedded.ts';

/** One thing that was looked at. `warn`: it works, with less; `fail`: it does not work. */
export interface Check {
  name: string;
  status: 'ok' | 'warn' | 'fail';
  detail: string;
  remedy?: string;
}

/** Looks at everything Kinora needs and changes nothing. `onCheck` hears of each check when it is done. */
export async function diagnose(config: Config, onCheck: (check: Check) => void = () => {}): Promise<Check[]> {
  const inspections: [name: string, inspect: () => Promise<Omit<Check, 'name'>> | Omit<Check, 'name'>][] = [
    ['node', node],
    ['data folder', () => dataFolder(config)],
    ['disk space', () => diskSpace(config)],
    ['database', () => (config.databaseUrl === undefined ? embedded(config) : given(config.databaseUrl))],
    ['codec', () => codec(config)],
    ['sandbox', sandbox],
    ['port', () => port(config)],
  ];
  const checks: Check[] = [];
  for (const [name, inspect] of inspections) {
    const check = { name, ...(await attempt(inspect)) };
    checks.push(check);
    onCheck(check);
  }
  return checks;
}

/** The process that has the embedded database of a home just now; its word is a lock that ends with it. */
export async function ownerOf(home: string): Promise<number | undefined> {
  return (await inspectEmbedded(home)).owner?.pid;
}

type Finding = Omit<Check, 'name'>;

const ok = (detail: string): Finding => ({ status: 'ok', detail });
const warn = (detail: string, remedy: string): Finding => ({ status: 'warn', detail, remedy });
const fail = (detail: string, remedy?: string): Finding =>
  remedy === undefined ? { status: 'fail', detail } : { status: 'fail', detail, remedy };

/** What an inspection throws is its finding. */
async function attempt(inspect: () => Promise<Finding> | Finding): Promise<Finding> {
  try {
    return await inspect();
  } catch (error) {
    if (error instanceof AppError) return fail(error.message, error.hint);
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function node(): Finding {
  const { version, platform, arch, execPath } = process;
  const detail = `${version} on ${platform}-${arch} (${execPath})`;
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 24
    ? ok(detail)
    : fail(
        detail,
        'Kinora needs Node 24 or newer; install it, or run npm install again without --omit=optional.',
      );
}

async function dataFolder({ home }: Config): Promise<Finding> {
  const found = await stat(home).catch(absent);
  if (found === undefined) {
    const place = await nearestExisting(home);
    await access(place, constants.W_OK);
    return ok(`${home} will be made by the first start`);
  }
  if (!found.isDirectory()) return fail(`${home} is not a folder`, 'Set KINORA_HOME to another path.');
  await access(home, constants.W_OK | constants.X_OK);
  const keyFile = join(home, 'operator-key');
  const mode = ((await stat(keyFile).catch(absent))?.mode ?? 0) & 0o777;
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    return warn(
      `${keyFile} can be read by other users (mode ${mode.toString(8)}); it opens everything`,
      `chmod 600 ${keyFile}`,
    );
  return ok(home);
}

async function diskSpace({ home }: Config): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestExisting(home));
  const gigabytes = (bavail * bsize) / 1e9;
  const detail = `${gigabytes.toFixed(1)} GB free`;
  const remedy =
    'Free some space, or set KINORA_HOME to another disk. A 5 s video takes about 1 MB, its references more.';
  if (gigabytes < 0.3) return fail(detail, remedy);
  return gigabytes < 2 ? warn(detail, remedy) : ok(detail);
}

async function embedded({ home }: Config): Promise<Finding> {
  const { area, binaries, dataMajor, server, owner, reason } = await inspectEmbedded(home);
  const version =
    binaries.version === undefined
      ? 'PostgreSQL (copied at the first start)'
      : `PostgreSQL ${binaries.version}`;
  const state =
    server === undefined ? 'not running' : `running as process ${server.pid} on port ${server.port}`;
  const data = dataMajor === undefined ? 'no data yet' : `data of version ${dataMajor}`;
  const user =
    owner === undefined
      ? ''
      : `, in use by ${owner.pid === undefined ? 'another Kinora' : `process ${owner.pid}`}`;
  return ok(`embedded ${version} in ${area}: ${data}, ${state}${user}. ${reason}`);
}

async function given(url: string): Promise<Finding> {
  const where = new URL(url);
  where.password = where.password === '' ? '' : '…';
  const store = openStore(url, { log: () => {} });
  try {
    const [row] = await store.query<{ version: string; migrated: boolean }>(
      "select current_setting('server_version') as version, to_regclass('migrations') is not null as migrated",
    );
    const schema = row?.migrated === true ? 'schema present' : 'no schema yet; the first start makes it';
    const drift = row?.migrated === true ? await steadyDrift(store) : [];
    if (drift.length > 0)
      return warn(
        `counters of running videos are off: ${drift.map(({ what, id, counted, actual }) => `${what} ${id} ${counted} instead of ${actual}`).join(', ')}`,
        'Report it. With every server stopped: update accounts and engines set running from running_drift().',
      );
    return ok(`PostgreSQL ${row?.version ?? ''} at ${where.host}${where.pathname}: ${schema}`);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return fail(
      `${where.host}${where.pathname}: ${why}`,
      'Check DATABASE_URL, and that this machine may connect.',
    );
  } finally {
    await store.close();
  }
}

/** PostgreSQL's word for a function that is not there. */
const undefinedFunction = '42883';

/** A drift that is there twice is one: between two looks somebody may have claimed. A schema without the check has none. */
async function steadyDrift(store: Store): Promise<Drift[]> {
  const look = () =>
    findDrift(store).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === undefinedFunction) return [];
      throw error;
    });
  const first = await look();
  if (first.length === 0) return [];
  const again = await look();
  return again.filter(({ id, counted, actual }) =>
    first.some((one) => one.id === id && one.counted === counted && one.actual === actual),
  );
}

/** A real probe of a file made here: the codec loads, its child starts, and they understand each other. */
async function codec({ ffmpegPath }: Config): Promise<Finding> {
  const backend = ffmpegPath === undefined ? 'node-av' : ffmpegPath;
  const folder = await mkdtemp(join(tmpdir(), 'kinora-doctor-'));
  try {
    const path = join(folder, 'tone.wav');
    await writeFile(path, shortTone());
    const media = createMedia(ffmpegPath === undefined ? {} : { ffmpegPath });
    const probed = await media.probe(path);
    if (probed.status === 'readable') return ok(`${backend} works`);
    return fail(`${backend} cannot read a simple WAV: ${probed.reason}`, codecRemedy);
  } catch (error) {
    return fail(
      `${backend} does not start: ${error instanceof Error ? error.message : String(error)}`,
      codecRemedy,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const codecRemedy = 'Run npm install again; or set KINORA_FFMPEG to an ffmpeg (5.1 or newer, with libx264).';

/** A tenth of a second of 440 Hz as a WAV: 16 bit, mono, 8 kHz. */
function shortTone(): Buffer {
  const rate = 8_000;
  const samples = rate / 10;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n += 1)
    wav.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * 440 * n) / rate)), 44 + n * 2);
  return wav;
}

async function sandbox(): Promise<Finding> {
  const { network, limits, memoryWatched } = await sandboxReport();
  const detail = [
    network === 'isolated'
      ? 'media is opened without a network'
      : 'media is opened in a child that shares the network',
    limits ? 'kernel limits hold' : 'no kernel limits',
    memoryWatched ? 'memory is watched' : 'memory is not watched',
  ].join(', ');
  if (network === 'isolated' && limits && memoryWatched) return ok(detail);
  return warn(detail, 'On Linux, allow unprivileged user namespaces for full containment; see unshare(1).');
}

async function port({ host, port: number }: Config): Promise<Finding> {
  if (number === 0) return ok('any free port');
  const problem = await tryPort(host, number);
  if (problem === undefined) return ok(`${number} on ${host} is free`);
  if (problem !== 'EADDRINUSE')
    return fail(`${number} on ${host} cannot be used (${problem})`, 'Set KINORA_PORT or KINORA_HOST.');
  const answer = await fetch(`http://${host}:${number}/healthz`, { signal: AbortSignal.timeout(3_000) })
    .then((response) => response.json() as Promise<{ engines?: unknown }>)
    .catch(() => undefined);
  if (Array.isArray(answer?.engines)) return ok(`${number} on ${host}: a Kinora answers there already`);
  return warn(
    `${number} on ${host} is taken by another program`,
    `Choose another for serve: KINORA_PORT=${number + 1}.`,
  );
}

function tryPort(host: string, number: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(number, host, () => server.close(() => resolve(undefined)));
  });
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).catch(absent);
  return found !== undefined || path === dirname(path) ? path : nearestExisting(dirname(path));
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
