import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { openAccount } from '../../test/accounts.ts';
import { openBudget } from '../../test/budgets.ts';
import { setClock } from '../../test/clock.ts';
import { createTestDatabase } from '../../test/database.ts';
import { newGeneration, submitSample } from '../../test/generations.ts';
import { changeAccount } from './accounts.ts';
import { readCurrentUsage } from './budget-usage.ts';
import type { Budget } from './budgets.ts';
import { changeBudget } from './budgets.ts';
import { cancelGeneration } from './end-generation.ts';
import { expireDueGrants, findImbalances, grantCredits, readBalances } from './ledger.ts';
import { submitGeneration } from './submit-generation.ts';

const { store } = await createTestDatabase();

afterEach(async () => {
  await setClock(store, undefined);
  assert.deepEqual(await findImbalances(store), []);
});

const price = (credits: number) => ({ price: { credits, usdCents: credits } });

async function accountIn(timeZone: string, credits = 10_000) {
  const owner = await openAccount(store, { credits });
  const accountId = owner.account.id;
  await store.transaction((db) => changeAccount(db, accountId, { timeZone }));
  return { owner, purse: { accountId, purse: 'live' as const } };
}

type Owner = Awaited<ReturnType<typeof accountIn>>['owner'];

async function tryHold(owner: Owner, credits: number): Promise<string> {
  return (await submitGeneration(store, newGeneration(owner, price(credits)), undefined)).status;
}

async function usageOf({ id }: Budget) {
  const [usage] = await readCurrentUsage(store, [id]);
  assert.ok(usage);
  return usage;
}

const eventsOf = async (accountId: string, type: string) =>
  store.query<{ data: { percent?: number; used?: number; available?: number; credits?: number } }>(
    'select data from events where account_id = $1 and type = $2 order by id',
    [accountId, type],
  );

for (const [zone, beforeMidnight, midnight] of [
  ['Pacific/Auckland', '2031-06-10T11:59:59Z', '2031-06-10T12:00:00Z'],
  ['America/New_York', '2031-06-11T03:59:59Z', '2031-06-11T04:00:00Z'],
  ['Asia/Kolkata', '2031-06-10T18:29:59Z', '2031-06-10T18:30:00Z'],
] as const)
  test(`a daily budget begins again at midnight in ${zone}, not a second earlier`, async () => {
    await setClock(store, '2031-06-10T06:00:00Z');
    const { owner, purse } = await accountIn(zone);
    await setClock(store, beforeMidnight);
    const budget = await openBudget(store, purse, { limitCredits: 10 });
    assert.equal(await tryHold(owner, 10), 'accepted');
    assert.equal(await tryHold(owner, 1), 'refused');
    const usage = await usageOf(budget);
    assert.equal(usage.resetsAt?.toISOString(), new Date(midnight).toISOString());
    await setClock(store, midnight);
    assert.equal((await usageOf(budget)).used, 0);
    assert.equal(await tryHold(owner, 10), 'accepted');
    assert.notEqual((await usageOf(budget)).periodStart, usage.periodStart);
  });

for (const [zone, day, begins, hours] of [
  ['America/New_York', '2031-03-09', '2031-03-09T05:00:00Z', 23],
  ['America/New_York', '2031-11-02', '2031-11-02T04:00:00Z', 25],
  ['Pacific/Auckland', '2031-09-28', '2031-09-27T12:00:00Z', 23],
  ['Pacific/Auckland', '2031-04-06', '2031-04-05T11:00:00Z', 25],
  ['Asia/Kolkata', '2031-03-09', '2031-03-08T18:30:00Z', 24],
] as const)
  test(`${day} has ${hours} hours in ${zone}, and one allowance`, async () => {
    const start = new Date(begins).getTime();
    const at = (hour: number, seconds = 0) =>
      new Date(start + hour * 3_600_000 + seconds * 1_000).toISOString();
    await setClock(store, at(0));
    const { owner, purse } = await accountIn(zone);
    const budget = await openBudget(store, purse, { limitCredits: hours });
    for (let hour = 0; hour < hours; hour += 1) {
      await setClock(store, at(hour, 1_800));
      assert.equal(await tryHold(owner, 1), 'accepted', `hour ${hour}`);
      assert.equal((await usageOf(budget)).periodStart, day);
    }
    await setClock(store, at(hours, -1));
    assert.equal(await tryHold(owner, 1), 'refused');
    assert.equal((await usageOf(budget)).resetsAt?.toISOString(), at(hours));
    await setClock(store, at(hours));
    assert.equal(await tryHold(owner, 1), 'accepted');
  });

test('a monthly budget begins again with the month of its time zone, whatever its length', async () => {
  await setClock(store, '2032-02-10T00:00:00Z');
  const { owner, purse } = await accountIn('Asia/Kolkata');
  const budget = await openBudget(store, purse, { period: 'monthly', limitCredits: 10 });
  assert.equal(await tryHold(owner, 10), 'accepted');
  await setClock(store, '2032-02-29T18:29:59Z');
  assert.equal(await tryHold(owner, 1), 'refused');
  assert.equal((await usageOf(budget)).periodStart, '2032-02-01');
  await setClock(store, '2032-02-29T18:30:00Z');
  assert.equal(await tryHold(owner, 1), 'accepted');
  assert.equal((await usageOf(budget)).periodStart, '2032-03-01');
});

test('a hold is booked on its day, also when it is given back the next', async () => {
  await setClock(store, '2031-05-01T20:00:00Z');
  const { owner, purse } = await accountIn('UTC');
  const budget = await openBudget(store, purse);
  const held = await submitSample(store, owner, price(60));
  await setClock(store, '2031-05-02T08:00:00Z');
  await submitSample(store, owner, price(30));
  await cancelGeneration(store, purse, held.id);
  assert.equal((await usageOf(budget)).used, 30, 'today keeps what is of today');
  await setClock(store, '2031-05-01T23:00:00Z');
  assert.equal((await usageOf(budget)).used, 0, 'yesterday has it back');
});

test('what a new budget counted of before is given back, also after the time zone has changed', async () => {
  await setClock(store, '2031-05-01T20:00:00Z');
  const { owner, purse } = await accountIn('UTC');
  const first = await submitSample(store, owner, price(60));
  const budget = await openBudget(store, purse, { limitCredits: 1_000 });
  const second = await submitSample(store, owner, price(7));
  assert.equal((await usageOf(budget)).used, 67);
  // There it is the next day already.
  await store.transaction((db) => changeAccount(db, purse.accountId, { timeZone: 'Pacific/Auckland' }));
  const third = await submitSample(store, owner, price(5));
  assert.deepEqual([(await usageOf(budget)).used, (await usageOf(budget)).periodStart], [5, '2031-05-02']);
  for (const { id } of [first, second, third]) await cancelGeneration(store, purse, id);
  const left = await store.query('select from budget_usage where budget_id = $1 and used <> 0', [budget.id]);
  assert.equal(left.length, 0);
});

test('each threshold is told of once in a period, also when usage falls and rises again', async () => {
  await setClock(store, '2031-05-01T08:00:00Z');
  const { owner, purse } = await accountIn('UTC');
  await openBudget(store, purse);
  const told = async () =>
    (await eventsOf(purse.accountId, 'budget.threshold')).map(({ data }) => data.percent);
  const held = await submitSample(store, owner, price(49));
  assert.deepEqual(await told(), []);
  const more = await submitSample(store, owner, price(1));
  assert.deepEqual(await told(), [50]);
  await cancelGeneration(store, purse, more.id);
  await cancelGeneration(store, purse, held.id);
  await submitSample(store, owner, price(60));
  assert.deepEqual(await told(), [50]);
  await submitSample(store, owner, price(40));
  assert.deepEqual(await told(), [50, 100], 'of two crossed at once the higher');
  await setClock(store, '2031-05-02T08:00:00Z');
  await submitSample(store, owner, price(80));
  assert.deepEqual(await told(), [50, 100, 80]);
});

test('a raised limit makes thresholds ready again that are no longer reached, and wakes what it had stopped', async () => {
  const { owner, purse } = await accountIn('UTC');
  const budget = await openBudget(store, purse);
  const told = async () =>
    (await eventsOf(purse.accountId, 'budget.threshold')).map(({ data }) => data.percent);
  await submitSample(store, owner, price(90));
  await store.query(
    `insert into batches (account_id, purse, id, next_look_at, stopped_by) values ($1, 'live', 'b', 'infinity', $2)`,
    [purse.accountId, JSON.stringify({ reason: 'budget', budget_id: budget.id })],
  );
  await store.transaction((db) => changeBudget(db, purse, budget.id, { limitCredits: 200 }));
  const [batch] = await store.query<{ due: boolean }>(
    'select next_look_at <= now() as due from batches where account_id = $1',
    [purse.accountId],
  );
  assert.equal(batch?.due, true);
  await submitSample(store, owner, price(10));
  await submitSample(store, owner, price(60));
  assert.deepEqual(await told(), [80, 50, 80]);
  await store.transaction((db) => changeBudget(db, purse, budget.id, { limitCredits: 150 }));
  assert.deepEqual(await told(), [80, 50, 80, 100], 'lowering it below what is used tells at once');
});

test('a low balance is told of once, and again only after it has recovered', async () => {
  const { owner, purse } = await accountIn('UTC', 1_000);
  const change = (balanceAlertCredits: number | null) =>
    store.transaction((db) => changeAccount(db, purse.accountId, { balanceAlertCredits }));
  const grant = (credits: number) =>
    grantCredits(store, { ...purse, credits, source: 'operator', reason: 'test' });
  const told = async () => (await eventsOf(purse.accountId, 'balance.low')).map(({ data }) => data.available);
  await change(500);
  const held = await submitSample(store, owner, price(500));
  assert.deepEqual(await told(), [], 'at the mark is not below it');
  await submitSample(store, owner, price(1));
  await submitSample(store, owner, price(100));
  assert.deepEqual(await told(), [499]);
  await grant(50);
  await submitSample(store, owner, price(10));
  assert.deepEqual(await told(), [499], 'not yet above the mark');
  await cancelGeneration(store, purse, held.id);
  await submitSample(store, owner, price(700));
  assert.deepEqual(await told(), [499, 239]);
  await change(null);
  await change(300);
  assert.deepEqual(await told(), [499, 239, 239], 'a mark set above the balance tells at once');
});

test('a grant expires at its moment, with an entry and an alert, and lowers the balance for its alert', async () => {
  await setClock(store, '2031-05-01T08:00:00Z');
  const { owner, purse } = await accountIn('UTC', 100);
  await store.transaction((db) => changeAccount(db, purse.accountId, { balanceAlertCredits: 50 }));
  await grantCredits(store, {
    ...purse,
    credits: 400,
    source: 'operator',
    reason: 'spring offer',
    expiresAt: new Date('2031-05-02T08:00:00Z'),
  });
  const held = await submitSample(store, owner, price(460));
  assert.equal((await eventsOf(purse.accountId, 'balance.low')).length, 1);
  await cancelGeneration(store, purse, held.id);
  await submitSample(store, owner, price(60));
  await setClock(store, '2031-05-02T07:59:59Z');
  assert.equal(await expireDueGrants(store, 10), 0);
  await setClock(store, '2031-05-02T08:00:00Z');
  assert.equal(await expireDueGrants(store, 10), 340);
  assert.equal(await expireDueGrants(store, 10), 0);
  assert.deepEqual((await readBalances(store, purse.accountId)).live, { available: 100, held: 60 });
  const expired = await eventsOf(purse.accountId, 'credits.expired');
  assert.deepEqual(
    expired.map(({ data }) => data.credits),
    [340],
  );
  await store.transaction((db) => changeAccount(db, purse.accountId, { balanceAlertCredits: 110 }));
  assert.equal((await eventsOf(purse.accountId, 'balance.low')).length, 2);
});

test('credits that come back after their grant has run out are gone at once, and do not silence the alert', async () => {
  await setClock(store, '2031-05-01T08:00:00Z');
  const { owner, purse } = await accountIn('UTC', 0);
  await grantCredits(store, {
    ...purse,
    credits: 400,
    source: 'operator',
    reason: 'spring offer',
    expiresAt: new Date('2031-05-02T08:00:00Z'),
  });
  await store.transaction((db) => changeAccount(db, purse.accountId, { balanceAlertCredits: 100 }));
  const held = await submitSample(store, owner, price(400));
  await setClock(store, '2031-05-03T08:00:00Z');
  await cancelGeneration(store, purse, held.id);
  assert.equal((await readBalances(store, purse.accountId)).live.available, 0);
  assert.equal((await eventsOf(purse.accountId, 'balance.low')).length, 1, 'it never recovered');
});
