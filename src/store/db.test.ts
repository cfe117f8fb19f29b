import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../test/database.ts';
import { openStore } from './db.ts';

const { store } = await createTestDatabase();

test('a transaction whose work throws leaves nothing', async () => {
  const broken = store.transaction(async (db) => {
    await db.query("insert into secrets (name, value) values ('half', 'done')");
    throw new Error('no');
  });
  await assert.rejects(broken, /^Error: no$/);
  assert.deepEqual(await store.query("select 1 from secrets where name = 'half'"), []);
});

test('a database that is away is said to be, and may be asked again', async () => {
  const away = openStore('postgres://nobody:x@127.0.0.1:9/none');
  const fault = { code: 'unavailable', retryable: true, retryAfterSeconds: 2 };
  await assert.rejects(away.query('select 1'), fault);
  await assert.rejects(
    away.transaction(async () => {}),
    fault,
  );
  await away.close();
});

test('a connection that is cut inside a transaction is a fault of that transaction, not the end of the process', async () => {
  const cut = store.transaction(async (db) => {
    await db.query('select pg_terminate_backend(pg_backend_pid())');
  });
  await assert.rejects(cut, { code: 'unavailable' });
  assert.deepEqual(await store.query('select 1 as one'), [{ one: 1 }]);
});
