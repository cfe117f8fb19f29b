import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '../src/store/db.ts';
import { findPostmaster } from '../src/store/embedded/postmaster.ts';
import { startEmbedded } from '../src/store/embedded/start-embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { databaseCpuSeconds } from './cpu-seconds.ts';

export interface BenchDatabase {
  url: string;
  store: Store;
  /** Of the server since it started, in seconds. */
  cpuSeconds(): Promise<number>;
}

/** A real, migrated PostgreSQL for one bench, gone afterwards. */
export async function withDatabase<T>(work: (database: BenchDatabase) => Promise<T>): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'kinora-bench-'));
  // As root the server runs as another user, who must get through to its data.
  await chmod(home, 0o755);
  const server = await startEmbedded({ home, log: () => {} });
  const store = openStore(server.url, { connections: 10 });
  try {
    await migrate(store);
    return await work({
      url: server.url,
      store,
      async cpuSeconds() {
        const postmaster = await findPostmaster(server.dataDirectory);
        return postmaster === undefined ? Number.NaN : databaseCpuSeconds(postmaster.pid);
      },
    });
  } finally {
    await store.close();
    await server.stop();
    await rm(home, { recursive: true, force: true });
  }
}
