import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AppError } from '../../domain/errors.ts';
import { type Cluster, clusterUrl } from './cluster.ts';
import { findPostmaster } from './postmaster.ts';

const pollMilliseconds = 50;
const sayMilliseconds = 10_000;

/**
 * The port of a server once it answers and is the right one; undefined if it is gone before. Throws an AppError if
 * it answers and is the wrong one, and throws if aborted.
 */
export async function whenReady(options: {
  cluster: Cluster;
  pid: number;
  isAlive(): Promise<boolean>;
  signal: AbortSignal;
  log(line: string): void;
}): Promise<number | undefined> {
  const { cluster, pid, isAlive, signal, log } = options;
  let sayAt = Date.now() + sayMilliseconds;
  while (await isAlive()) {
    const noted = await findPostmaster(cluster.dataDirectory);
    // Before this note the port may still belong to another program, which must not see our password.
    if (noted?.pid === pid && noted.ready && (await answers(cluster, noted.port))) return noted.port;
    if (Date.now() > sayAt) {
      log(`PostgreSQL (process ${pid}) is not ready yet; recovery after a crash can take minutes`);
      sayAt += sayMilliseconds;
    }
    await sleep(pollMilliseconds, undefined, { signal });
  }
  return undefined;
}

/** False while the server has no time for us. Throws if it will never let us in. */
async function answers(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: clusterUrl(cluster, port),
    application_name: 'kinora-supervisor',
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
  });
  // A connection may also break between two of our calls; the next call then says so.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    const served = rows[0]?.data_directory ?? '';
    if ((await realpath(served)) === (await realpath(cluster.dataDirectory))) return true;
    throw new AppError(
      'unavailable',
      `The server on port ${port} serves ${served}, not ${cluster.dataDirectory}.`,
      {
        hint: 'Stop that server, then start Kinora again.',
      },
    );
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (!isRefusal(error)) return false;
    throw new AppError(
      'unavailable',
      `The server of ${cluster.dataDirectory} does not let us in: ${String(error)}`,
      {
        hint: `The password in ${join(cluster.area, 'cluster', 'password')} must be the one of the role "kinora"; restore both from the same backup.`,
        cause: error,
      },
    );
  } finally {
    await client.end().catch(() => {});
  }
}

/** Wrong password, no such role, no such database. */
const isRefusal = (error: unknown) =>
  error instanceof Error && 'code' in error && ['28P01', '28000', '3D000'].includes(String(error.code));
