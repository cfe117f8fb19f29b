import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import type { Binaries } from './binaries.ts';
import type { Location } from './location.ts';
import { giveTo, runAs, type ServerUser } from './user.ts';

/** A database on disk, with all that is needed to serve it and to connect to it. */
export interface Cluster {
  area: string;
  dataDirectory: string;
  password: string;
  user: ServerUser | undefined;
  binaries: Binaries;
}

/** The server's settings, written into its postgresql.conf once: an operator may change them there. */
const settings = {
  max_connections: '100',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

const clusterName = 'cluster';
const unfinishedPrefix = 'unfinished-cluster-';

export const dataDirectoryOf = (area: string) => join(area, clusterName, 'data');

/** The URL of the database on a port of this machine, in the form `pg` takes. */
export const clusterUrl = (cluster: Cluster, port: number) =>
  `postgres://kinora:${cluster.password}@127.0.0.1:${port}/kinora`;

/**
 * The database of an area, made on the first call. Throws an AppError if there is one that these binaries cannot
 * serve. Being killed half-way leaves no database, never half of one.
 */
export async function prepareCluster(
  location: Location,
  options: { binaries: Binaries; log(line: string): void },
): Promise<Cluster> {
  const { area, user } = location;
  const { binaries, log } = options;
  await removeUnfinished(area);
  const major = await dataMajor(area);
  if (major === undefined) {
    log(`making a PostgreSQL ${binaries.version} database in ${area}`);
    await makeCluster(location, binaries);
  } else if (major !== String(binaries.major)) throw otherMajor(area, major, binaries);
  await refuseOtherOwner(area, user);
  const password = await readPassword(area);
  return { area, dataDirectory: dataDirectoryOf(area), password, user, binaries };
}

/** The major version that made the data of an area; undefined if there is none yet. */
export async function dataMajor(area: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataDirectoryOf(area), 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if (isAbsent(error) && !(await exists(join(area, clusterName)))) return undefined;
    throw error;
  }
}

/** Built beside its place and renamed into it, password and all, so that it is there whole or not at all. */
async function makeCluster({ area, user }: Location, binaries: Binaries): Promise<void> {
  const temporary = await mkdtemp(join(area, unfinishedPrefix));
  try {
    const dataDirectory = join(temporary, 'data');
    await mkdir(dataDirectory, { mode: 0o700 });
    await giveTo(user, temporary);
    await giveTo(user, dataDirectory);
    await initialise({ temporary, dataDirectory, user, binaries });
    const password = newPassword();
    await createDatabase({ dataDirectory, password, user, binaries });
    await writeFile(join(temporary, 'password'), password, { mode: 0o600, flush: true });
    await giveTo(user, join(temporary, 'password'));
    await rename(temporary, join(area, clusterName));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

interface Making {
  dataDirectory: string;
  user: ServerUser | undefined;
  binaries: Binaries;
}

/** The superuser's password is thrown away: nothing of ours needs more rights than owning one database. */
async function initialise(options: Making & { temporary: string }): Promise<void> {
  const { temporary, dataDirectory, user, binaries } = options;
  const passwordFile = join(temporary, 'superuser');
  await writeFile(passwordFile, newPassword(), { mode: 0o600 });
  await giveTo(user, passwordFile);
  const run = await runAs(user, {
    file: join(binaries.directory, 'bin', 'initdb'),
    args: [
      `--pgdata=${dataDirectory}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      // Sorting then depends on PostgreSQL alone, not on the system's library.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-instructions',
      ...Object.entries(settings).map(([name, value]) => `--set=${name}=${value}`),
    ],
  });
  if (run.status === 'failed') throw cannotMake(dataDirectory, run.reason);
  await rm(passwordFile);
}

/** In single-user mode, which listens to nobody and asks no password; it takes one statement a line. */
async function createDatabase(options: Making & { password: string }): Promise<void> {
  const { dataDirectory, user, binaries, password } = options;
  const run = await runAs(user, {
    file: join(binaries.directory, 'bin', 'postgres'),
    args: ['--single', '-D', dataDirectory, '-c', 'exit_on_error=on', 'postgres'],
    input: [
      `create role kinora login createdb password '${password}'`,
      // Lets whoever attaches ask the server which directory it serves.
      'grant pg_monitor to kinora',
      'create database kinora owner kinora',
      '',
    ].join('\n'),
  });
  if (run.status === 'failed') throw cannotMake(dataDirectory, run.reason);
}

async function refuseOtherOwner(area: string, user: ServerUser | undefined): Promise<void> {
  const dataDirectory = dataDirectoryOf(area);
  const { uid } = await stat(dataDirectory);
  const serverUid = user?.uid ?? process.getuid?.() ?? uid;
  if (uid === serverUid) return;
  const owner = user === undefined ? `${serverUid}` : `${user.uid}:${user.gid}`;
  throw new AppError(
    'unavailable',
    `The data in ${dataDirectory} belongs to user id ${uid}; PostgreSQL runs as ${serverUid} and must own it.`,
    { hint: `Run "chown -R ${owner} ${area}".` },
  );
}

async function readPassword(area: string): Promise<string> {
  const path = join(area, clusterName, 'password');
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AppError('unavailable', `The password of the database cannot be read from ${path}.`, {
      hint: 'Restore that file from a backup of the home; the data cannot be opened without it.',
      cause,
    });
  }
}

/** What a process left that was killed while it made a database. Only the owner of the area may call this. */
async function removeUnfinished(area: string): Promise<void> {
  for (const name of await readdir(area))
    if (name.startsWith(unfinishedPrefix))
      // Its initdb may still be writing there; retrying outlasts that.
      await rm(join(area, name), { recursive: true, force: true, maxRetries: 10 });
}

function otherMajor(area: string, major: string, binaries: Binaries): AppError {
  return new AppError(
    'unavailable',
    `The data in ${dataDirectoryOf(area)} was made by PostgreSQL ${major}; this Kinora carries PostgreSQL ${binaries.major}, which cannot read it.`,
    {
      hint: `Dump it with the Kinora that made it and load it into a new KINORA_HOME; or set DATABASE_URL to a PostgreSQL ${major} that serves it; or move ${area} away to begin empty.`,
    },
  );
}

const cannotMake = (dataDirectory: string, reason: string) =>
  new AppError('unavailable', `PostgreSQL could not make its database in ${dataDirectory}: ${reason}`, {
    hint: 'See that the disk has 100 MB free and that the user has an entry in /etc/passwd; or set KINORA_HOME to another directory, or DATABASE_URL to a PostgreSQL of your own.',
  });

// Hexadecimal, so that it needs no quoting in SQL or in a URL.
const newPassword = () => randomBytes(24).toString('hex');

const isAbsent = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const exists = (path: string) =>
  stat(path).then(
    () => true,
    (error: unknown) => {
      if (isAbsent(error)) return false;
      throw error;
    },
  );
