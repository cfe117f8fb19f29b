import { appendFile, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/store/db.ts';
import { type EmbeddedServer, startEmbedded } from '../src/store/embedded/start-embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { serverVariable, templateName } from './database.ts';

let server: EmbeddedServer | undefined;
let home: string | undefined;

/** One real PostgreSQL for the whole run, with a migrated database that every test file clones. */
export async function globalSetup(): Promise<void> {
  home = await mkdtemp(join(tmpdir(), 'kinora-test-'));
  // As root the server runs as another user, who must get through to its data.
  await chmod(home, 0o755);
  server = await startEmbedded({ home, log: () => {} });
  await letForget(server);
  process.env[serverVariable] = server.url;
  const admin = openStore(server.url, { connections: 1 });
  await admin.query(`create database ${templateName}`);
  await admin.close();
  const template = openStore(server.url.replace(/\/[^/]*$/, `/${templateName}`), { connections: 1 });
  await migrate(template);
  await template.close();
}

/** Nothing here outlives the run, so no commit waits for the disk; what survives a crash is tested on servers of its own. */
async function letForget({ dataDirectory }: EmbeddedServer): Promise<void> {
  const off = ['fsync', 'synchronous_commit', 'full_page_writes'].map((name) => `${name} = off\n`);
  await appendFile(join(dataDirectory, 'postgresql.conf'), off.join(''));
  const [pid] = (await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8')).split('\n');
  process.kill(Number(pid), 'SIGHUP');
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
}
