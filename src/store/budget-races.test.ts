import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { openBudget } from '../../test/budgets.ts';
import { createTestDatabase } from '../../test/database.ts';
import { newGeneration, submitSample } from '../../test/generations.ts';
import { changeAccount } from './accounts.ts';
import { changeBudget, endBudget } from './budgets.ts';
import { openStore } from './db.ts';
import { cancelGeneration } from './end-generation.ts';
import { findImbalances } from './ledger.ts';
import { submitGeneration } from './submit-generation.ts';

const { store, url } = await createTestDatabase();

const price = (credits: number) => ({ price: { credits, usdCents: credits } });

test('budgets made, changed and ended while holds are placed and released have used what the ledger says', async () => {
  const owner = await openAccount(store, { credits: 1_000_000 });
  const purse = { accountId: owner.account.id, purse: 'live' as const };
  const labels = { workflow: 'shoes', tags: ['spring', 'sale'], batchId: 'b1' };
  const others = [openStore(url, { connections: 4 }), openStore(url, { connections: 4 })];
  let left = 240;
  let accepted = 0;
  const churn = async (db: typeof store, seed: number) => {
    const open: string[] = [];
    while (left > 0) {
      left -= 1;
      const endUserId = `person ${(left + seed) % 5}`;
      const submitted = await submitGeneration(
        db,
        newGeneration(owner, { ...labels, endUserId, ...price(1 + (left % 7)) }),
        undefined,
      );
      if (submitted.status === 'accepted') {
        accepted += 1;
        open.push(submitted.generation.id);
      }
      const oldest = left % 3 === 0 ? undefined : open.shift();
      if (oldest !== undefined) await cancelGeneration(db, purse, oldest);
    }
    return open;
  };
  const scopes = [
    { scope: 'account', scopeValue: null, period: 'daily' },
    { scope: 'workflow', scopeValue: 'shoes', period: 'total' },
    { scope: 'tag', scopeValue: '*', period: 'monthly' },
    { scope: 'end_user', scopeValue: '*', period: 'daily' },
    { scope: 'batch', scopeValue: 'b1', period: 'total' },
    { scope: 'key', scopeValue: '*', period: 'total' },
  ] as const;
  const manage = async () => {
    for (let round = 0; left > 0; round += 1) {
      const scope = scopes[round % scopes.length] ?? scopes[0];
      const limitCredits = round % 4 === 0 ? 40 : 100_000;
      const { id } = await openBudget(store, purse, { ...scope, limitCredits });
      await store.transaction((db) => changeBudget(db, purse, id, { limitCredits: 100_000 }));
      if (round % 3 === 0) await store.transaction((db) => endBudget(db, purse, id));
      const timeZone = round % 2 === 0 ? 'Pacific/Auckland' : 'America/New_York';
      await store.transaction((db) => changeAccount(db, purse.accountId, { timeZone }));
    }
  };
  const [, ...opens] = await Promise.all([
    manage(),
    ...others.flatMap((db, index) => [churn(db, index), churn(db, index + 2)]),
  ]);
  assert.ok(accepted > 50, `only ${accepted} were accepted`);
  assert.deepEqual(await findImbalances(store), []);
  await Promise.all(opens.flat().map((id) => cancelGeneration(store, purse, id)));
  assert.deepEqual(await findImbalances(store), []);
  const used = await store.query('select from budget_usage where used <> 0');
  assert.equal(used.length, 0, 'all was given back');
  for (const db of others) await db.close();
});

test('1,000 end users at once stay each within the cap of their own', async () => {
  const owner = await openAccount(store, { credits: 1_000_000 });
  const purse = { accountId: owner.account.id, purse: 'live' as const };
  const budget = await openBudget(store, purse, { scope: 'end_user', scopeValue: '*', limitCredits: 20 });
  const tries = Array.from({ length: 1_000 }, (_, person) => [person, person, person]).flat();
  const states = await Promise.all(
    tries.map(async (person) => {
      const changes = { endUserId: `person ${person}`, ...price(10) };
      const { status } = await submitGeneration(store, newGeneration(owner, changes), undefined);
      return status;
    }),
  );
  assert.equal(states.filter((status) => status === 'accepted').length, 2_000);
  const rows = await store.query<{ used: number }>('select used from budget_usage where budget_id = $1', [
    budget.id,
  ]);
  assert.equal(rows.length, 1_000);
  assert.ok(rows.every(({ used }) => used === 20));
  const told = await store.query(`select from events where account_id = $1 and type = 'budget.blocked'`, [
    purse.accountId,
  ]);
  assert.equal(told.length, 1_000, 'one word for each of them');
  assert.deepEqual(await findImbalances(store), []);
});

test('an alert of a low balance never waits for a worker that ends a generation', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const purse = { accountId: owner.account.id, purse: 'live' as const };
  await store.transaction((db) => changeAccount(db, purse.accountId, { balanceAlertCredits: 500 }));
  const other = openStore(url, { connections: 1 });
  // As a worker does between freeing a slot and ending the hold.
  await store.transaction(async (db) => {
    await db.query('update accounts set running = running where id = $1', [purse.accountId]);
    await submitSample(other, owner, price(600));
  });
  await other.close();
});
