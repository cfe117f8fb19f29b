import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../domain/errors.ts';
import { prepareBinaries, removeOldBinaries } from './binaries.ts';
import { type Cluster, clusterUrl, prepareCluster } from './cluster.ts';
import { launch, type RunningServer, shutDown } from './launch.ts';
import { prepareLocation } from './location.ts';
import { takeOwnership } from './lock.ts';
import { logFile } from './log.ts';

/** PostgreSQL under our supervision: a killed server is started again on the same port, so `url` stays true. */
export interface EmbeddedServer {
  url: string;
  dataDirectory: string;
  /** The folder with its `bin`, `lib` and `share`. */
  binaries: string;
  /** Whether it ran already, left by a Kinora that was killed. */
  attached: boolean;
  /** Stops it cleanly. Every call resolves once it is down and another process may own the home. */
  stop(): Promise<void>;
  /** Resolves once it is down for good. Until then the process stays alive. */
  exited: Promise<ServerExit>;
}

export type ServerExit = { expected: true } | { expected: false; error: AppError };

interface Supervision {
  cluster: Cluster;
  first: RunningServer;
  stopping: AbortSignal;
  pauseMilliseconds: number;
  log(line: string): void;
}

/** How often in a row the server may fail to start, or stop by itself before it counts as healthy. */
const maxFailures = 10;
const healthyMilliseconds = 2_000;

/**
 * Starts the database of a home, making it first where there is none, or takes over the one a killed Kinora left
 * running. Throws an AppError `unavailable` if another process owns the home, if its data is of another major
 * version, or if PostgreSQL cannot run here. Nothing is left running then.
 */
export async function startEmbedded(options: {
  home: string;
  log(line: string): void;
  /** Before another try at a server that failed, times the failures in a row. Default 500. */
  pauseMilliseconds?: number;
}): Promise<EmbeddedServer> {
  const { log, pauseMilliseconds = 500 } = options;
  const location = await prepareLocation(options.home);
  const ownership = await takeOwnership(location);
  try {
    const binaries = await prepareBinaries(location);
    const cluster = await prepareCluster(location, { binaries, log });
    const stopping = new AbortController();
    const first = await launch({ cluster, signal: stopping.signal, log });
    if (first.attached) log(`took over the PostgreSQL that runs on ${cluster.dataDirectory}`);
    else await removeOldBinaries(location.area, binaries.directory);
    const exited = supervise({ cluster, first, stopping: stopping.signal, pauseMilliseconds, log }).finally(
      ownership.release,
    );
    return {
      url: clusterUrl(cluster, first.port),
      dataDirectory: cluster.dataDirectory,
      binaries: binaries.directory,
      attached: first.attached,
      async stop() {
        stopping.abort();
        await exited;
      },
      exited,
    };
  } catch (error) {
    await ownership.release();
    throw error;
  }
}

/** Keeps the server running until told to stop, or until starting it again has failed too often. */
async function supervise(supervision: Supervision): Promise<ServerExit> {
  const { cluster, first, stopping, pauseMilliseconds, log } = supervision;
  const stop = new Promise<'stop'>((resolve) => stopping.addEventListener('abort', () => resolve('stop')));
  let server: RunningServer | undefined = first;
  let startedAt = Date.now();
  let failures = 0;
  let lastError: unknown;
  while (failures <= maxFailures) {
    if (server !== undefined) {
      const how = await Promise.race([stop, server.ended]);
      if (how === 'stop') {
        await shutDown(server, log);
        return { expected: true };
      }
      log(`PostgreSQL stopped (${how}); starting it again`);
      if (Date.now() - startedAt > healthyMilliseconds) failures = 0;
    }
    failures += 1;
    startedAt = Date.now();
    try {
      // The same port, since that is the one the connection pools know.
      server = await launch({ cluster, port: first.port, signal: stopping, log });
    } catch (error) {
      if (stopping.aborted) return { expected: true };
      server = undefined;
      lastError = error;
      log(`PostgreSQL did not start, failure ${failures} of ${maxFailures}: ${String(error)}`);
      await Promise.race([stop, sleep(pauseMilliseconds * failures)]);
    }
  }
  return { expected: false, error: gaveUp(cluster, lastError) };
}

const gaveUp = (cluster: Cluster, cause: unknown) =>
  new AppError(
    'unavailable',
    `PostgreSQL keeps failing; gave up on ${cluster.dataDirectory} after ${maxFailures} failures in a row.`,
    { hint: `Mend what ${logFile(cluster.area)} says, then start Kinora again.`, cause },
  );
