import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** What a running server notes about itself in its data directory. */
export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

const pidFile = (dataDirectory: string) => join(dataDirectory, 'postmaster.pid');

/** The server alive on a data directory, told from any other process that has got the number of a dead one. */
export async function findPostmaster(dataDirectory: string): Promise<Postmaster | undefined> {
  const noted = await readNote(dataDirectory);
  return noted !== undefined && (await isPostmaster(noted.pid, dataDirectory)) ? noted : undefined;
}

/** Whether a process is the server of a data directory. False for a zombie, which has no command line any more. */
export async function isPostmaster(pid: number, dataDirectory: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const [program, ...args] = command.split('\0');
    return program?.endsWith('postgres') === true && args.includes(dataDirectory);
  }
  const listed = await promisify(execFile)('/bin/ps', ['-ww', '-o', 'command=', '-p', `${pid}`]).catch(
    () => ({
      stdout: '',
    }),
  );
  return listed.stdout.includes(dataDirectory);
}

/**
 * Lets a server start where one was killed and its process number has gone to something else, or to a zombie that
 * nobody buries: PostgreSQL would wait for that process forever. Its parent's number it never takes for another
 * server, and with the file still there it still checks that no process of the old server is left in the data.
 * Only the owner of the area may call this, and only when `findPostmaster` finds nothing.
 */
export async function disownPidFile(dataDirectory: string): Promise<void> {
  const lines = await readLines(dataDirectory);
  if (lines === undefined) return;
  await writeFile(pidFile(dataDirectory), [process.pid, ...lines.slice(1)].join('\n'));
}

async function readNote(dataDirectory: string): Promise<Postmaster | undefined> {
  const lines = await readLines(dataDirectory);
  const pid = Number(lines?.[0]);
  if (lines === undefined || !Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

async function readLines(dataDirectory: string): Promise<string[] | undefined> {
  try {
    return (await readFile(pidFile(dataDirectory), 'utf8')).split('\n');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
