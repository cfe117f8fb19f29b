import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import type { Cluster } from './cluster.ts';
import { logFile, readLog, turnLog } from './log.ts';
import { freePort } from './port.ts';
import { disownPidFile, findPostmaster, isPostmaster } from './postmaster.ts';
import { whenReady } from './ready.ts';
import { giveTo, spawnSettings } from './user.ts';

/** A server that takes connections. */
export interface RunningServer {
  port: number;
  /** Whether it was running already, left by a process that was killed. */
  attached: boolean;
  /** Resolves once its main process is gone, with how it went. */
  ended: Promise<string>;
  /** Asks it to stop by a signal; does nothing if it is gone. */
  signal(name: 'SIGINT' | 'SIGKILL'): Promise<void>;
}

export interface LaunchOptions {
  cluster: Cluster;
  /** Absent: any that is free. */
  port?: number;
  /** Aborting gives the launch up; what was started is stopped first. */
  signal: AbortSignal;
  log(line: string): void;
}

const watchMilliseconds = 300;
const stopMilliseconds = 30_000;
/** How long what is left of a killed server may stand in the way of the next one. */
const leftoverMilliseconds = 10_000;
const retryMilliseconds = 250;

/**
 * The server of a cluster: the one that runs already, else a new one. Waits for as long as it is recovering.
 * Throws an AppError with PostgreSQL's own words if it does not start; throws if aborted.
 */
export async function launch(options: LaunchOptions): Promise<RunningServer> {
  const { cluster, signal, log } = options;
  const giveUpAt = Date.now() + leftoverMilliseconds;
  for (;;) {
    signal.throwIfAborted();
    const running = await attach(options);
    if (running !== undefined) return running;
    const started = await start({ ...options, port: options.port ?? (await freePort()) });
    if (started.status === 'running') return started.server;
    if (!isPassing(started.reason) || Date.now() > giveUpAt)
      throw new AppError(
        'unavailable',
        `PostgreSQL does not start in ${cluster.dataDirectory}: ${started.reason}`,
        {
          hint: `Its whole log is ${logFile(cluster.area)}.`,
        },
      );
    log(`PostgreSQL does not start yet, trying again: ${started.reason.split('\n')[0]}`);
    await sleep(retryMilliseconds, undefined, { signal });
  }
}

/** Stops a server cleanly: open transactions are rolled back, everything is written. Killed after 30 seconds only. */
export async function shutDown(server: RunningServer, log: (line: string) => void): Promise<void> {
  await server.signal('SIGINT');
  const patience = new AbortController();
  const tooLong = sleep(stopMilliseconds, 'too long' as const, { signal: patience.signal }).catch(
    () => 'ended',
  );
  const how = await Promise.race([server.ended, tooLong]);
  patience.abort();
  if (how !== 'too long') return;
  log('PostgreSQL has not stopped in 30 s; killing it');
  await server.signal('SIGKILL');
  await server.ended;
}

/** Undefined if nothing is running, or what was running has ended meanwhile. */
async function attach({ cluster, signal, log }: LaunchOptions): Promise<RunningServer | undefined> {
  const found = await findPostmaster(cluster.dataDirectory);
  if (found === undefined) return undefined;
  const { pid } = found;
  const isAlive = () => isPostmaster(pid, cluster.dataDirectory);
  const port = await whenReady({ cluster, pid, isAlive, signal, log });
  if (port === undefined) return undefined;
  return {
    port,
    attached: true,
    ended: untilGone(isAlive),
    async signal(name) {
      if (await isAlive()) kill(pid, name);
    },
  };
}

type Started = { status: 'running'; server: RunningServer } | { status: 'failed'; reason: string };

async function start(options: LaunchOptions & { port: number }): Promise<Started> {
  const { cluster, port, signal, log } = options;
  await disownPidFile(cluster.dataDirectory);
  const { child, ended, logOffset } = await spawnServer(cluster, port);
  const server: RunningServer = {
    port,
    attached: false,
    ended,
    async signal(name) {
      child.kill(name);
    },
  };
  let alive = child.pid !== undefined;
  void ended.then(() => {
    alive = false;
  });
  try {
    const isAlive = async () => alive;
    const ready =
      child.pid === undefined
        ? undefined
        : await whenReady({ cluster, pid: child.pid, isAlive, signal, log });
    if (ready !== undefined) return { status: 'running', server };
  } catch (error) {
    await shutDown(server, log);
    throw error;
  }
  const words = await readLog(cluster.area, logOffset);
  return { status: 'failed', reason: words === '' ? await ended : words };
}

/**
 * In a session of its own, since a Ctrl-C in our terminal would otherwise stop it under us; writing to a file,
 * since a pipe would break with us.
 */
async function spawnServer(
  cluster: Cluster,
  port: number,
): Promise<{ child: ChildProcess; ended: Promise<string>; logOffset: number }> {
  await turnLog(cluster.area);
  const log = await open(logFile(cluster.area), 'a', 0o600);
  try {
    await giveTo(cluster.user, logFile(cluster.area));
    const logOffset = (await log.stat()).size;
    const child = spawn(
      join(cluster.binaries.directory, 'bin', 'postgres'),
      // No socket files: the path of a home may be longer than their names can be.
      ['-D', cluster.dataDirectory, '-h', '127.0.0.1', '-p', `${port}`, '-k', ''],
      { ...spawnSettings(cluster.user), detached: true, stdio: ['ignore', log.fd, log.fd] },
    );
    // Before anything is awaited: a server that fails at once would end unheard.
    return { child, ended: howItEnds(child), logOffset };
  } finally {
    await log.close();
  }
}

function howItEnds(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `ended by ${signal}`));
  });
}

/**
 * PostgreSQL has only its log to say why it did not start. These pass: processes of a killed server that have not
 * noticed yet, and a port taken since it was found free.
 */
const isPassing = (reason: string) =>
  /pre-existing shared memory block|lock file ".*" already exists|could not bind/.test(reason);

async function untilGone(isAlive: () => Promise<boolean>): Promise<string> {
  while (await isAlive()) await sleep(watchMilliseconds);
  return 'it is gone';
}

function kill(pid: number, name: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Gone since we looked.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
