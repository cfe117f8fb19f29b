import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { createTestDatabase } from '../../test/database.ts';
import type { RunRows } from '../domain/run.ts';
import { ensureWorkflows } from './append-rows.ts';
import { endRun, insertRun, noteSent, type TakenRun, takeRun } from './runs.ts';

const { store } = await createTestDatabase();
const rows: RunRows = {
  all: 0,
  new: 0,
  changed: 0,
  unchanged: 0,
  failed_before: 0,
  invalid: 0,
  sent: 0,
  made: 0,
  failed: 0,
  waiting: 0,
};

async function ask(workflows: readonly string[]): Promise<string> {
  const { account, key } = await openAccount(store);
  const owner = { accountId: account.id, purse: 'live' as const };
  await ensureWorkflows(store, owner, workflows);
  for (const workflow of workflows) await insertRun(store, owner, { workflow, version: 1, keyId: key.id });
  return account.id;
}

test('an account with many workflows leaves places to others, and begins the next when one ends', async () => {
  const many = await ask(Array.from({ length: 25 }, (_, index) => `flow-${index}`));
  const few = await ask(['only']);
  const taken: TakenRun[] = [];
  for (let run = await takeRun(store, 60); run !== undefined; run = await takeRun(store, 60)) {
    // Its rows are being made: it only waits.
    await noteSent(store, run, rows);
    taken.push(run);
  }
  const of = (accountId: string) => taken.filter((run) => run.accountId === accountId).length;
  assert.deepEqual([of(many), of(few)], [20, 1]);

  const [first] = taken;
  assert.ok(first !== undefined && first.accountId === many);
  await endRun(store, first, { state: 'done' });
  assert.equal((await takeRun(store, 60))?.accountId, many);
  assert.equal(await takeRun(store, 60), undefined);
});
