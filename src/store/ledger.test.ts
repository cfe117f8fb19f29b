import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import { newGeneration } from '../../test/generations.ts';
import { submitGeneration } from './submit-generation.ts';

const { store } = await createTestDatabase();

test('a second end of one hold is refused by the database itself', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const submitted = await submitGeneration(store, newGeneration(owner), undefined);
  assert.ok(submitted.status === 'accepted');
  const end = `insert into ledger_entries (account_id, purse, kind, generation_id, available, held, counterpart, reason)
    values ($1, 'live', $2, $3, 0, 0, 0, 'forged')`;
  await store.query(end, [owner.account.id, 'settle', submitted.generation.id]);
  await assert.rejects(
    store.query(end, [owner.account.id, 'release', submitted.generation.id]),
    /one_end_per_hold/,
  );
});

test('a balance can never go below nothing', async () => {
  const owner = await openAccount(store, { credits: 5 });
  await assert.rejects(
    store.query('update balances set available = available - 6 where account_id = $1', [owner.account.id]),
    /balances_available_check/,
  );
});
