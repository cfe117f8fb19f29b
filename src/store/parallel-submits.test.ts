import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import type { Order, Tally } from '../../test/fixtures/submit-many.ts';
import { newGeneration } from '../../test/generations.ts';
import { findImbalances, readBalances } from './ledger.ts';

const { store, url } = await createTestDatabase();
const script = join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'submit-many.ts');

/** Submits the same video from three processes at once, and adds up what they were told. */
async function submitFromThree(
  order: Omit<Order, 'databaseUrl' | 'count'>,
  counts: number[],
): Promise<Tally> {
  const tallies = await Promise.all(
    counts.map(async (count) => {
      const child = fork(script);
      child.send({ ...order, databaseUrl: url, count } satisfies Order);
      const [tally] = (await once(child, 'message')) as [Tally];
      return tally;
    }),
  );
  return {
    accepted: tallies.reduce((total, { accepted }) => total + accepted, 0),
    refusedFor: [...new Set(tallies.flatMap(({ refusedFor }) => refusedFor))],
  };
}

async function cap(accountId: string, limit: number): Promise<string> {
  const [budget] = await store.query<{ id: string }>(
    'select id from create_budget(jsonb_populate_record(null::budgets, $1::jsonb))',
    [
      JSON.stringify({
        id: `budget_${limit}`,
        account_id: accountId,
        purse: 'live',
        name: 'cap',
        scope: 'account',
        period: 'daily',
        limit_credits: limit,
        action: 'block',
      }),
    ],
  );
  assert.ok(budget);
  return budget.id;
}

test('1,000 parallel submits from three processes against one balance and one cap: never a credit over', async () => {
  const owner = await openAccount(store, { credits: 1_000 });
  const budgetId = await cap(owner.account.id, 904);
  const price = { credits: 3, usdCents: 3 };
  const generation = newGeneration(owner, { price });

  const capped = await submitFromThree({ generation }, [334, 333, 333]);
  assert.deepEqual(capped, { accepted: 301, refusedFor: ['budget'] });
  assert.deepEqual((await readBalances(store, owner.account.id)).live, { available: 97, held: 903 });

  await store.query('update budgets set limit_credits = 5000 where id = $1', [budgetId]);
  const rest = await submitFromThree({ generation }, [40, 30, 30]);
  assert.deepEqual(rest, { accepted: 32, refusedFor: ['credits'] });
  assert.deepEqual((await readBalances(store, owner.account.id)).live, { available: 1, held: 999 });
  const [usage] = await store.query<{ used: number }>('select used from budget_usage where budget_id = $1', [
    budgetId,
  ]);
  assert.equal(usage?.used, 999);
  assert.deepEqual(await findImbalances(store), []);
});

test('20 submits of 75 from three processes against a cap of 500: exactly 6', async () => {
  const owner = await openAccount(store, { credits: 10_000 });
  await cap(owner.account.id, 500);
  const generation = newGeneration(owner, { price: { credits: 75, usdCents: 75 } });
  const { accepted } = await submitFromThree({ generation }, [7, 7, 6]);
  assert.equal(accepted, 6);
  assert.deepEqual((await readBalances(store, owner.account.id)).live, { available: 9_550, held: 450 });
  assert.deepEqual(await findImbalances(store), []);
});
