import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
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
    await once(server, `drop database ${name} with (force)`);
  });
  return { store, url };
}

async function once(server: string, sql: string): Promise<void> {
  const admin = openStore(server, { connections: 1 });
  try {
    await admin.query(sql);
  } finally {
    await admin.close();
  }
}
