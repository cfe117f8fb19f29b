import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { setClock } from '../../test/clock.ts';
import { createTestDatabase } from '../../test/database.ts';
import { deliverNext, failNext } from '../../test/ended.ts';
import { newGeneration, submitSample } from '../../test/generations.ts';
import { listGrants } from './grants.ts';
import {
  expireDueGrants,
  findImbalances,
  grantCredits,
  listLedger,
  readBalances,
  refundGeneration,
} from './ledger.ts';
import { submitGeneration } from './submit-generation.ts';

const { store } = await createTestDatabase();

const today = '2031-01-10T12:00:00Z';
const tomorrow = '2031-01-11T12:00:00Z';
const nextWeek = '2031-01-17T12:00:00Z';

afterEach(async () => {
  assert.deepEqual(await findImbalances(store), []);
  await setClock(store, undefined);
});

/** An account with 200 credits that run out tomorrow and 400 that never do, taken in that order. */
async function openWithTwo() {
  await setClock(store, today);
  const owner = await openAccount(store);
  const accountId = owner.account.id;
  const give = (credits: number, reason: string, expiresAt?: Date) =>
    grantCredits(store, { accountId, purse: 'live', credits, source: 'operator', reason, expiresAt });
  await give(400, 'lasting');
  await give(200, 'passing', new Date(tomorrow));
  const grants = async () => {
    const rows = await listGrants(store, { accountId, purse: 'live', before: undefined, limit: 10 });
    return Object.fromEntries(
      rows.map(({ reason, remaining, held, spent, expired }) => [
        reason,
        { remaining, held, spent, expired },
      ]),
    );
  };
  const kinds = async () =>
    (await listLedger(store, { accountId, purse: 'live', limit: 3 })).map(({ kind, available }) => [
      kind,
      available,
    ]);
  return { owner, accountId, grants, kinds };
}

test('what runs out first is taken first, and what is given back returns where it came from', async () => {
  const { owner, grants } = await openWithTwo();
  await submitSample(store, owner);
  assert.deepEqual(await grants(), {
    passing: { remaining: 0, held: 200, spent: 0, expired: 0 },
    lasting: { remaining: 297, held: 103, spent: 0, expired: 0 },
  });
  await failNext(store);
  assert.deepEqual(await grants(), {
    passing: { remaining: 200, held: 0, spent: 0, expired: 0 },
    lasting: { remaining: 400, held: 0, spent: 0, expired: 0 },
  });
});

test('credits that ran out while they were held expire at once when they come back, by an entry below', async () => {
  const { owner, accountId, grants, kinds } = await openWithTwo();
  await submitSample(store, owner);
  await setClock(store, nextWeek);
  await expireDueGrants(store, 10);
  assert.deepEqual((await kinds())[0], ['hold', -303]);
  await failNext(store);
  assert.deepEqual(await grants(), {
    passing: { remaining: 0, held: 0, spent: 0, expired: 200 },
    lasting: { remaining: 400, held: 0, spent: 0, expired: 0 },
  });
  assert.deepEqual(await kinds(), [
    ['expire', -200],
    ['release', 303],
    ['hold', -303],
  ]);
  assert.deepEqual((await readBalances(store, accountId)).live, { available: 400, held: 0 });
});

test('held credits that ran out still pay for what they were held for', async () => {
  const { owner, grants } = await openWithTwo();
  await submitSample(store, owner);
  await setClock(store, nextWeek);
  await deliverNext(store, 242);
  assert.deepEqual(await grants(), {
    passing: { remaining: 0, held: 0, spent: 200, expired: 0 },
    lasting: { remaining: 358, held: 0, spent: 42, expired: 0 },
  });
});

test('a refund goes back to the grants that paid, and expires there if they have run out', async () => {
  const { owner, grants, kinds } = await openWithTwo();
  const { id } = await submitSample(store, owner);
  await deliverNext(store, 303);
  await setClock(store, nextWeek);
  const order = { generationId: id, credits: 250, reason: 'wrong logo', charge: undefined };
  await store.transaction((db) => refundGeneration(db, order));
  assert.deepEqual(await grants(), {
    passing: { remaining: 0, held: 0, spent: 0, expired: 200 },
    lasting: { remaining: 347, held: 0, spent: 53, expired: 0 },
  });
  assert.deepEqual((await kinds()).slice(0, 2), [
    ['expire', -200],
    ['refund', 250],
  ]);
});

test('a hold cannot be paid with credits that have run out, and its refusal counts without them', async () => {
  const { owner, accountId } = await openWithTwo();
  await setClock(store, nextWeek);
  const price = { credits: 401, usdCents: 401 };
  const refused = await submitGeneration(store, newGeneration(owner, { price }), undefined);
  assert.deepEqual(refused, { status: 'refused', refusal: { reason: 'credits', available: 400 } });
  assert.deepEqual((await readBalances(store, accountId)).live, { available: 400, held: 0 });
});
