import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, lstat, mkdir, realpath, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../domain/errors.ts';
import { canEnter, giveTo, type ServerUser, serverUserFor } from './user.ts';

/** Where the embedded server of one home keeps everything: data, password, lock, log. */
export interface Location {
  /** Absolute; without symbolic links once it exists. Mode 0700, owned by the user the server runs as. */
  area: string;
  user: ServerUser | undefined;
  /** Why it is there, as a sentence for a person. */
  reason: string;
  exists: boolean;
}

const nameInHome = 'postgres';

/**
 * Finds the place of a home's server, creating nothing. That is `<home>/postgres`; where the server's user cannot
 * reach it, `<home>/postgres` is a link to a directory elsewhere, so that a home which moves keeps its data.
 * Throws an AppError if there is a place that cannot be used; it never looks for another one then, since an empty
 * database in place of a full one would look like lost data.
 */
export async function locate(home: string): Promise<Location> {
  const entry = join(resolve(home), nameInHome);
  const existing = await realpathOf(entry);
  if (existing !== undefined) return existingPlace(home, entry, existing);
  const user = serverUserFor(undefined);
  const inHome = { area: entry, user, reason: `It is inside the home ${home}.`, exists: false };
  if (user === undefined) return inHome;
  const obstacle = await firstObstacle(user, dirname(entry));
  if (obstacle === undefined) return inHome;
  return {
    area: await placeElsewhere(home, user),
    user,
    reason: `PostgreSQL does not run as root, and user id ${user.uid}, which runs it, cannot enter ${obstacle}.`,
    exists: false,
  };
}

/** Finds the place of a home's server and creates what is missing of it. */
export async function prepareLocation(home: string): Promise<Location> {
  await mkdir(home, { recursive: true });
  const location = await locate(home);
  const { area, user } = location;
  if (!location.exists) await createArea(area, join(resolve(home), nameInHome));
  await chmod(area, 0o700);
  await giveTo(user, area);
  return { ...location, area: await realpath(area), exists: true };
}

async function existingPlace(home: string, entry: string, area: string): Promise<Location> {
  const owner = await stat(area);
  const ourUid = process.getuid?.();
  if (ourUid !== undefined && ourUid !== 0 && owner.uid !== ourUid)
    throw new AppError(
      'unavailable',
      `The database in ${area} belongs to user id ${owner.uid}; this process runs as user id ${ourUid}.`,
      {
        hint: 'Start Kinora as the user who started it first (root, if that was with sudo), or set KINORA_HOME to another directory.',
      },
    );
  const user = serverUserFor(owner);
  // A place still owned by root is given to the server's user later; its own mode is no obstacle yet.
  const obstacle = user && (await firstObstacle(user, owner.uid === user.uid ? area : dirname(area)));
  if (obstacle !== undefined)
    throw new AppError(
      'unavailable',
      `PostgreSQL cannot run on ${area}: user id ${user?.uid}, which runs it, cannot enter ${obstacle}.`,
      { hint: `Run "chmod a+x ${obstacle}", or move the home to a place which that user can reach.` },
    );
  const moved = area !== join(await realpath(resolve(home)), nameInHome);
  const reason = moved ? `${entry} is a link to it.` : `It is inside the home ${home}.`;
  return { area, user, reason, exists: true };
}

async function createArea(area: string, entry: string): Promise<void> {
  if (area !== entry) {
    const base = dirname(area);
    // Our umask must not close a directory that a second home's server has to pass as well.
    if ((await mkdir(base, { recursive: true })) !== undefined) await chmod(base, 0o755);
    await mkdir(area, { recursive: true, mode: 0o700 });
    await symlink(area, entry);
    return;
  }
  await mkdir(area, { recursive: true, mode: 0o700 });
}

/** The same for the same home, every time. The first base outlives a reboot on every common system. */
async function placeElsewhere(home: string, user: ServerUser): Promise<string> {
  const name = createHash('sha256')
    .update(await realHome(home))
    .digest('hex')
    .slice(0, 16);
  const bases = ['/var/lib/kinora', '/var/tmp/kinora', join(tmpdir(), 'kinora')];
  for (const base of bases) if (await isUsableBase(base, user)) return join(base, name);
  throw new AppError(
    'unavailable',
    `There is no place for the database of ${home} that user id ${user.uid}, which runs PostgreSQL, can reach: tried ${bases.join(', ')}.`,
    {
      hint: 'Run Kinora as an ordinary user, set KINORA_HOME to a directory every user may enter, or set DATABASE_URL.',
    },
  );
}

async function isUsableBase(base: string, user: ServerUser): Promise<boolean> {
  const nearest = await nearestExisting(base);
  if (nearest === base) {
    // In a folder where anyone may write, someone may have put a directory of theirs in our place.
    const found = await lstat(base);
    if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) return false;
  }
  const writable = await access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  return writable && (await canEnter(user, nearest));
}

/** The first directory on the way to `path` that `user` cannot enter; undefined if the way is free. */
async function firstObstacle(user: ServerUser, path: string): Promise<string | undefined> {
  const goal = await realpath(await nearestExisting(path));
  if (await canEnter(user, goal)) return undefined;
  const way = [goal];
  for (let at = goal; at !== dirname(at); at = dirname(at)) way.unshift(dirname(at));
  for (const step of way) if (!(await canEnter(user, step))) return step;
  return goal;
}

async function nearestExisting(path: string): Promise<string> {
  const found = await realpathOf(path);
  return found !== undefined || path === dirname(path) ? path : nearestExisting(dirname(path));
}

/** The home without symbolic links, whether or not it exists yet. */
async function realHome(home: string): Promise<string> {
  const path = resolve(home);
  const real = await realpathOf(path);
  if (real !== undefined) return real;
  return path === dirname(path) ? path : join(await realHome(dirname(path)), basename(path));
}

async function realpathOf(path: string): Promise<string | undefined> {
  const isThere = await lstat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  if (!isThere) return undefined;
  try {
    return await realpath(path);
  } catch (cause) {
    throw new AppError('unavailable', `${path} is a link to a directory that is gone.`, {
      hint: `Bring that directory back; or, to begin with an empty database, remove the link ${path}.`,
      cause,
    });
  }
}
