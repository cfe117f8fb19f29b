import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore, type Store } from '../src/store/db.ts';

export const serverVariable = 'KINORA_TEST_SERVER';
export const templateName = 'kinora_template';

/** A database of this test file alone, cloned from the migrated template and dropped after its tests. */
export async function createTestDatabase(): Promise<{ store: Store; url: string }> {
  const server = process.env[serverVariable];
  if (server === undefined)
    throw new Error('There is no test server: run the tests with npm test, or name test/global-setup.ts.');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await once(server, `create database ${name} template ${templateName}`);
  const url = server.replace(/\/[^/]*$/, `/${name}`);
  const store = openStore(url);
  after(async () => {
    await store.close();
    await drop(server, name);
  });
  return { store, url };
}

const mostTries = 40;
const pauseMs = 250;

/** The database cleans up after many rows by a process of its own, which even "force" may not end: it is waited for. */
async function drop(server: string, name: string): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      return await once(server, `drop database ${name} with (force)`);
    } catch (error) {
      if (tries === mostTries || !(error instanceof Error) || !('code' in error) || error.code !== '42501')
        throw error;
      await sleep(pauseMs);
    }
}

async function once(server: string, sql: string): Promise<void> {
  const admin = openStore(server, { connections: 1 });
  try {
    await admin.query(sql);
  } finally {
    await admin.close();
  }
}
