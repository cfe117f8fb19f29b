import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { AppError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import type { Parts } from '../fingerprint.ts';
import type { HashedReference } from '../plan-row.ts';

/** A row of a plan as a run needs it later. */
export interface SpooledRow {
  /** Null of a row whose key could not be read. */
  key: string | null;
  title: string;
  prompt: string;
  values: Readonly<Record<string, Json>>;
  /** What is to be asked for; absent where nothing is. */
  todo?: { fingerprint: string; parts: Parts; references: readonly HashedReference[] };
  /** Why it cannot be asked for. */
  error?: string;
}

/** The rows of a plan, in their order, on disk: a run takes no more memory for many. Close it at the end. */
export interface Spool {
  add(row: SpooledRow): void | Promise<void>;
  /** No more rows come. */
  end(): Promise<void>;
  rows(): AsyncIterable<SpooledRow>;
  close(): Promise<void>;
}

/**
 * In a folder of this user's own below `parent`; what runs that were killed have left there goes. Adding more than
 * `mostBytes` throws an AppError.
 */
export async function createSpool({
  parent = tmpdir(),
  mostBytes = Number.POSITIVE_INFINITY,
} = {}): Promise<Spool> {
  const spools = await ownFolder(parent);
  await removeLeft(spools);
  const folder = await mkdtemp(join(spools, `${ours}-${process.pid}-`));
  const path = join(folder, 'rows.jsonl');
  const file = createWriteStream(path, { mode: 0o600 });
  const written = finished(file);
  written.catch(() => {});
  let bytes = 0;
  return {
    add(row) {
      const line = `${JSON.stringify(row)}\n`;
      bytes += line.length;
      if (bytes > mostBytes)
        throw new AppError('invalid_request', `The rows of the source take more than ${mostBytes} bytes.`, {
          hint: 'Ask the source for fewer rows or columns.',
        });
      if (file.write(line)) return;
      return Promise.race([new Promise<void>((resolve) => file.once('drain', resolve)), written]);
    },
    async end() {
      file.end();
      await written;
    },
    async *rows() {
      for await (const line of createInterface({ input: createReadStream(path) }))
        yield JSON.parse(line) as SpooledRow;
    },
    async close() {
      file.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

// Another machine, or a container, that shares the folder has processes of its own.
const ours = hostname().replace(/[^\w.]+/g, '_');

async function ownFolder(parent: string): Promise<string> {
  const user = process.getuid?.();
  const folder = join(parent, user === undefined ? 'kinora-plans' : `kinora-plans-${user}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  // Its name can be guessed: whoever else has made it could read what rows hold.
  if (!found.isDirectory() || (user !== undefined && found.uid !== user))
    throw new AppError('invalid_state', `${folder} belongs to somebody else.`, {
      hint: 'Have it removed, or set TMPDIR to a folder of your own.',
    });
  return folder;
}

async function removeLeft(spools: string): Promise<void> {
  for (const name of await readdir(spools)) {
    const [, host, pid] = /^(.+)-(\d+)-\w+$/.exec(name) ?? [];
    if (host === ours && !runs(Number(pid))) await rm(join(spools, name), { recursive: true, force: true });
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
