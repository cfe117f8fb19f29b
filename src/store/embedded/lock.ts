import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AppError } from '../../domain/errors.ts';
import type { Location } from './location.ts';
import { giveTo } from './user.ts';

/** The right to run the server of one area, held until released or until this process is gone. */
export interface Ownership {
  release(): Promise<void>;
}

const lockFile = (area: string) => join(area, 'owner.lock');
const noteFile = (area: string) => join(area, 'owner.json');

/** Long enough to outlast a glance of `readOwner` in another process. */
const patienceMilliseconds = 200;
const sqliteBusy = 5;

/**
 * Makes this process the one owner of an area; throws an AppError that names the other one if there is one.
 *
 * Node has no file locks, but its SQLite does: an exclusive transaction on an otherwise empty file is a lock of
 * the operating system. It is atomic, it ends with its process however that ends, and no reused process id can
 * be taken for its holder.
 */
export async function takeOwnership({ area, user }: Location): Promise<Ownership> {
  const lock = new DatabaseSync(lockFile(area), { timeout: patienceMilliseconds });
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw ownedByAnother(area, await readNote(area));
  }
  await giveTo(user, lockFile(area));
  await writeFile(noteFile(area), JSON.stringify({ pid: process.pid }), { mode: 0o600 });
  await giveTo(user, noteFile(area));
  return {
    async release() {
      await rm(noteFile(area), { force: true });
      lock.close();
    },
  };
}

/** Who owns an area just now, if anyone; `pid` is absent in the instant before an owner has written it. */
export async function readOwner(area: string): Promise<{ pid?: number } | undefined> {
  let lock: DatabaseSync;
  try {
    lock = new DatabaseSync(lockFile(area), { readOnly: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    lock.exec('select count(*) from sqlite_schema');
    return undefined;
  } catch (error) {
    if (!isBusy(error)) throw error;
    const pid = await readNote(area);
    return pid === undefined ? {} : { pid };
  } finally {
    lock.close();
  }
}

function ownedByAnother(area: string, pid: number | undefined): AppError {
  const owner = pid === undefined ? 'another process' : `process ${pid}`;
  return new AppError(
    'unavailable',
    `The database in ${area} is in use by ${owner}; a home has one owner at a time.`,
    {
      hint: `Stop ${owner} first; or set KINORA_HOME to another directory; or give several processes one DATABASE_URL.`,
      retryable: true,
    },
  );
}

async function readNote(area: string): Promise<number | undefined> {
  const note = await readFile(noteFile(area), 'utf8').catch(() => '');
  const pid = /"pid":(\d+)/.exec(note)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

const sqliteCode = (error: unknown) =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode
    : undefined;

const isBusy = (error: unknown) => sqliteCode(error) === sqliteBusy;

/** SQLite's word for a file that cannot be opened; a read-only connection does not create it. */
const isMissing = (error: unknown) => sqliteCode(error) === 14;
