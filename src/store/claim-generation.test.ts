import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import { claimGeneration, samplePlan, submitSample } from '../../test/generations.ts';
import { openStore } from './db.ts';

const { store, url } = await createTestDatabase();

const free = { price: { credits: 0, usdCents: 0 } };

/** Each test claims from an engine of its own, so that they do not take each other's work. */
const onEngine = (engine: string) => ({ ...free, plan: { ...samplePlan, engine } });

const claim = (engine: string) => claimGeneration(store, { engine, leaseSeconds: 60 });

test('never lets an account process more than its limit, whoever claims', async () => {
  const owner = await openAccount(store, { concurrencyLimit: 3 });
  for (let n = 0; n < 10; n += 1) await submitSample(store, owner, onEngine('strict'));
  const elsewhere = openStore(url, { connections: 8 });
  const claims = await Promise.all(
    Array.from({ length: 16 }, (_, n) =>
      claimGeneration(n % 2 === 0 ? store : elsewhere, { engine: 'strict', leaseSeconds: 60 }),
    ),
  );
  await elsewhere.close();
  const claimed = claims.filter((one) => one !== undefined);
  // A claimer that finds the account locked by another goes home empty, so there may be fewer; never more.
  assert.ok(claimed.length >= 1 && claimed.length <= 3, `${claimed.length} claimed`);
  while ((await claim('strict')) !== undefined);
  const [row] = await store.query<{ running: number; processing: number }>(
    `select a.running, (select count(*)::int from generations g where g.account_id = a.id and g.status = 'processing')
      as processing from accounts a where a.id = $1`,
    [owner.account.id],
  );
  assert.deepEqual(row, { running: 3, processing: 3 });
});

test('serves the account that was served longest ago', async () => {
  const whale = await openAccount(store);
  const minnow = await openAccount(store);
  for (let n = 0; n < 5; n += 1) await submitSample(store, whale, onEngine('fair'));
  await submitSample(store, minnow, onEngine('fair'));
  const served = [];
  for (let n = 0; n < 4; n += 1) served.push((await claim('fair'))?.accountId);
  assert.equal(served.indexOf(minnow.account.id) < 2, true);
  assert.equal(served.filter((id) => id === whale.account.id).length, 3);
});

test('takes the highest priority of an account first, then the oldest', async () => {
  const owner = await openAccount(store);
  const older = await submitSample(store, owner, onEngine('ranked'));
  const newer = await submitSample(store, owner, onEngine('ranked'));
  const urgent = await submitSample(store, owner, { ...onEngine('ranked'), priority: 5 });
  const order = [];
  for (let n = 0; n < 3; n += 1) order.push((await claim('ranked'))?.id);
  assert.deepEqual(order, [urgent.id, older.id, newer.id]);
});

test('gives one generation to one claimer', async () => {
  const owner = await openAccount(store);
  await submitSample(store, owner, onEngine('single'));
  const claims = await Promise.all(Array.from({ length: 8 }, () => claim('single')));
  assert.equal(claims.filter((one) => one !== undefined).length, 1);
});
