import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { setClock } from '../../test/clock.ts';
import type { Budget, BudgetDetail, BudgetPage } from '../contract/budget.ts';
import type { Problem } from '../contract/problem.ts';
import { maxActiveBudgets } from '../domain/budget.ts';
import { priceBooks } from '../domain/price-book.ts';
import { findImbalances } from '../store/ledger.ts';

const app = await createTestApp({ priceBook: priceBooks.published });

const video = { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9' };
const submitPath = '/v1/bytedance/seedance-2.0/text-to-video';

async function price(key: string): Promise<number> {
  const { body } = await app.json<{ each: { credits: number } }>('POST', '/v1/estimates', {
    key,
    body: { duration: 5 },
  });
  return body.each.credits;
}

const make = (key: string, body: object) => app.json<Budget & Problem>('POST', '/v1/budgets', { key, body });
const submit = (key: string, labels: object = {}) =>
  app.json<{ id: string } & Problem>('POST', submitPath, { key, body: { ...video, ...labels } });

const daily = { name: 'Day', scope: 'account', period: 'daily' };

test('a budget blocks what would go over it, and the refusal names it, what is left and when it resets', async () => {
  const { key, accountId } = await signUp(app, 10_000);
  const cost = await price(key);
  const { body: budget, status } = await make(key, { ...daily, limit_credits: cost * 2 - 1 });
  assert.equal(status, 201);
  assert.equal((await submit(key)).status, 202);
  const refused = await submit(key);
  assert.equal(refused.status, 402);
  assert.equal(refused.body.code, 'budget_exceeded');
  assert.match(
    refused.body.detail,
    new RegExp(`"Day" \\(${budget.id}\\) ${cost - 1} of ${cost * 2 - 1} are left`),
  );
  assert.match(refused.body.hint ?? '', /begins again at .*T00:00:00.000Z \(midnight in UTC\)/);
  const dry = await app.json<{ affordable: boolean; blocked_by: { budget_id: string; left: number } }>(
    'POST',
    submitPath,
    { key, body: { ...video, dry_run: true } },
  );
  assert.deepEqual(
    [dry.body.affordable, dry.body.blocked_by.budget_id, dry.body.blocked_by.left],
    [false, budget.id, cost - 1],
  );
  const { body: shown } = await app.json<Budget>('GET', `/v1/budgets/${budget.id}`, { key });
  assert.deepEqual([shown.usage.used, shown.usage.left], [cost, cost - 1]);
  const events = await app.store.query<{ type: string; data: { used: number } }>(
    'select type, data from events where account_id = $1 and type like $2 order by id',
    [accountId, 'budget.%'],
  );
  assert.deepEqual(
    events.map(({ type }) => type),
    ['budget.threshold', 'budget.blocked'],
  );
  await submit(key);
  const again = await app.store.query('select from events where account_id = $1 and type = $2', [
    accountId,
    'budget.blocked',
  ]);
  assert.equal(again.length, 1, 'a second refusal in the same period is not told of');
});

test('an estimate says which budget stops it, for the labels it names', async () => {
  const { key } = await signUp(app, 100_000);
  const cost = await price(key);
  await make(key, {
    name: 'Spring',
    scope: 'tag',
    scope_value: 'spring',
    period: 'total',
    limit_credits: cost * 3,
  });
  const estimate = async (count: number, tags: string[]) =>
    (
      await app.json<{ affordable: boolean; blocked_by: { name: string } | null }>('POST', '/v1/estimates', {
        key,
        body: { duration: 5, count, tags },
      })
    ).body;
  assert.equal((await estimate(3, ['spring'])).blocked_by, null);
  assert.equal((await estimate(4, ['spring'])).blocked_by?.name, 'Spring');
  assert.equal((await estimate(4, ['autumn'])).affordable, true);
});

test('a limit of nothing blocks everything, and raising it lets work through', async () => {
  const { key } = await signUp(app, 10_000);
  const { body: budget } = await make(key, { ...daily, limit_credits: 0 });
  assert.equal((await submit(key)).status, 402);
  const changed = await app.json<Budget>('PATCH', `/v1/budgets/${budget.id}`, {
    key,
    body: { limit_credits: 5_000 },
  });
  assert.deepEqual([changed.status, changed.body.limit_credits], [200, 5_000]);
  assert.equal((await submit(key)).status, 202);
});

test('with "alert" nothing is refused', async () => {
  const { key } = await signUp(app, 10_000);
  await make(key, { ...daily, limit_credits: 0, action: 'alert' });
  assert.equal((await submit(key)).status, 202);
});

test('"*" counts each value by itself, listed by page, the most used first', async () => {
  const { key } = await signUp(app, 100_000);
  const cost = await price(key);
  const { body: budget } = await make(key, {
    name: 'Per person',
    scope: 'end_user',
    scope_value: '*',
    period: 'daily',
    limit_credits: cost * 2,
  });
  for (const person of ['ana', 'bo', 'bo', 'cem'])
    assert.equal((await submit(key, { end_user_id: person })).status, 202);
  const refused = await submit(key, { end_user_id: 'bo' });
  assert.equal(refused.body.errors[0]?.pointer, '/end_user_id');
  assert.match(refused.body.detail, /for the end user bo/);
  const first = await app.json<BudgetDetail>('GET', `/v1/budgets/${budget.id}?limit=2`, { key });
  assert.deepEqual(
    first.body.values.data.map(({ value, percent }) => [value, percent]),
    [
      ['bo', 100],
      ['ana', 50],
    ],
  );
  assert.deepEqual([first.body.usage.value, first.body.usage.values], ['bo', 3]);
  const rest = await app.json<BudgetDetail>(
    'GET',
    `/v1/budgets/${budget.id}?limit=2&cursor=${first.body.values.next_cursor}`,
    { key },
  );
  assert.deepEqual(
    rest.body.values.data.map(({ value }) => value),
    ['cem'],
  );
  assert.equal(rest.body.values.next_cursor, null);
});

test('an ended budget counts nothing more, gives back what is held, and cannot be changed', async () => {
  const { key, accountId } = await signUp(app, 10_000);
  const cost = await price(key);
  const { body: budget } = await make(key, { ...daily, limit_credits: cost });
  const held = await submit(key);
  const ended = await app.json<Budget>('DELETE', `/v1/budgets/${budget.id}`, { key });
  assert.equal(ended.status, 200);
  assert.notEqual(ended.body.ended_at, null);
  assert.equal(ended.body.usage.used, cost);
  assert.equal((await submit(key)).status, 202);
  const again = await app.json<Budget>('DELETE', `/v1/budgets/${budget.id}`, { key });
  assert.equal(again.body.ended_at, ended.body.ended_at);
  const change = await app.json<Problem>('PATCH', `/v1/budgets/${budget.id}`, { key, body: { name: 'x' } });
  assert.equal(change.body.code, 'invalid_state');
  await app.json('POST', `/v1/generations/${held.body.id}/cancel`, { key });
  const { body: shown } = await app.json<Budget>('GET', `/v1/budgets/${budget.id}`, { key });
  assert.equal(shown.usage.used, 0);
  const list = async (query: string) =>
    (await app.json<BudgetPage>('GET', `/v1/budgets${query}`, { key })).body.data.length;
  assert.deepEqual([await list(''), await list('?status=ended'), await list('?status=all')], [0, 1, 1]);
  const trail = await app.store.query<{ action: string }>(
    'select action from audit_entries where account_id = $1 order by id',
    [accountId],
  );
  assert.deepEqual(
    trail.map(({ action }) => action).filter((action) => action.startsWith('budget.')),
    ['budget.created', 'budget.ended'],
  );
  assert.deepEqual(await findImbalances(app.store), []);
});

test('a new budget counts at once what its period has used already', async () => {
  const { key } = await signUp(app, 10_000);
  const cost = await price(key);
  await submit(key, { workflow: 'shoes' });
  await submit(key, { workflow: 'bags' });
  const { body } = await make(key, {
    name: 'Shoes',
    scope: 'workflow',
    scope_value: 'shoes',
    period: 'monthly',
    limit_credits: 10_000,
  });
  assert.equal(body.usage.used, cost);
});

test('another account does not see, change or end a budget', async () => {
  const { key } = await signUp(app);
  const stranger = await signUp(app);
  const { body: budget } = await make(key, { ...daily, limit_credits: 1 });
  for (const [method, body] of [['GET'], ['PATCH', { name: 'mine' }], ['DELETE']] as const) {
    const answer = await app.json('PATCH' === method ? 'PATCH' : method, `/v1/budgets/${budget.id}`, {
      key: stranger.key,
      body,
    });
    assert.equal(answer.status, 404, method);
  }
});

test('a key manages its own purse; the operator anybody’s, by name', async () => {
  const { key, accountId } = await signUp(app);
  const { body: testKey } = await app.json<{ key: string; id: string }>('POST', '/v1/keys', {
    key,
    body: { mode: 'test' },
  });
  const { body: own } = await make(testKey.key, { ...daily, limit_credits: 5 });
  assert.equal(own.purse, 'test');
  assert.equal((await app.json('GET', `/v1/budgets/${own.id}`, { key })).status, 404);
  const reaching = await make(testKey.key, { ...daily, limit_credits: 5, purse: 'live' });
  assert.deepEqual([reaching.status, reaching.body.errors[0]?.pointer], [422, '/purse']);
  const nameless = await make(operatorKey, { ...daily, limit_credits: 5 });
  assert.equal(nameless.body.errors[0]?.pointer, '/account_id');
  const { body: given } = await make(operatorKey, { ...daily, limit_credits: 5, account_id: accountId });
  assert.equal(given.account_id, accountId);
  const listed = await app.json<BudgetPage>('GET', '/v1/budgets', { key });
  assert.deepEqual(
    listed.body.data.map(({ id }) => id),
    [given.id],
  );
  const unknown = await make(operatorKey, { ...daily, limit_credits: 5, account_id: 'acc_none' });
  assert.equal(unknown.status, 404);
});

test('no key loosens what the operator has made, nor a cap on itself; another key of the account does', async () => {
  const { key, accountId } = await signUp(app);
  const { body: second } = await app.json<{ key: string; id: string }>('POST', '/v1/keys', {
    key,
    body: { mode: 'live' },
  });
  const { body: given } = await make(operatorKey, { ...daily, limit_credits: 5, account_id: accountId });
  const own = { ...daily, scope: 'key', limit_credits: 5 };
  const { body: ofSecond } = await make(key, { ...own, scope_value: second.id });
  const { body: ofEach } = await make(key, { ...own, scope_value: '*' });
  assert.deepEqual([given.made_by, ofSecond.made_by.startsWith('key_')], ['operator', true]);
  for (const [with_, { id }] of [
    [key, given],
    [second.key, ofSecond],
    [key, ofEach],
  ] as const)
    for (const [method, body] of [['PATCH', { limit_credits: 1_000_000 }], ['DELETE']] as const) {
      const answer = await app.json<Problem>(method, `/v1/budgets/${id}`, { key: with_, body });
      assert.deepEqual([answer.status, answer.body.code], [403, 'forbidden'], `${method} ${id}`);
    }
  const raised = await app.json<Budget>('PATCH', `/v1/budgets/${ofSecond.id}`, {
    key,
    body: { limit_credits: 50 },
  });
  assert.deepEqual([raised.status, raised.body.limit_credits], [200, 50]);
  assert.equal((await app.json('DELETE', `/v1/budgets/${given.id}`, { key: operatorKey })).status, 422);
  const ended = await app.json('DELETE', `/v1/budgets/${given.id}?account_id=${accountId}`, {
    key: operatorKey,
  });
  assert.equal(ended.status, 200);
});

test('a body at fault is refused with the place of the fault', async () => {
  const { key, accountId } = await signUp(app);
  const stranger = await signUp(app);
  const { body: keys } = await app.json<{ data: { id: string }[] }>('GET', '/v1/keys', { key: stranger.key });
  const { body: testKey } = await app.json<{ id: string }>('POST', '/v1/keys', {
    key,
    body: { mode: 'test' },
  });
  const good = { name: 'x', scope: 'account', period: 'total', limit_credits: 1 };
  for (const [change, pointer] of [
    [{ scope_value: 'a' }, '/scope_value'],
    [{ scope: 'tag' }, '/scope_value'],
    [{ scope: 'key', scope_value: keys.data[0]?.id }, '/scope_value'],
    [{ scope: 'key', scope_value: testKey.id }, '/scope_value'],
    [{ scope: 'tag', scope_value: 'a\0b' }, '/scope_value'],
    [{ scope: 'moon', scope_value: 'a' }, '/scope'],
    [{ period: 'weekly' }, '/period'],
    [{ limit_credits: -1 }, '/limit_credits'],
    [{ limit_credits: 1.5 }, '/limit_credits'],
    [{ limit_credits: 1e15 }, '/limit_credits'],
    [{ thresholds: [80, 50] }, '/thresholds'],
    [{ thresholds: [0] }, '/thresholds/0'],
    [{ name: ' ' }, '/name'],
    [{ colour: 'red' }, '/colour'],
  ] as const) {
    const { status, body } = await make(key, { ...good, ...change });
    assert.deepEqual([status, body.errors[0]?.pointer], [422, pointer], JSON.stringify(change));
  }
  const empty = await make(key, good);
  const nothing = await app.json('PATCH', `/v1/budgets/${empty.body.id}`, { key, body: {} });
  assert.equal(nothing.status, 422);
  for (const cursor of ['x', Buffer.from('{"madeAt":1e300,"id":"a"}').toString('base64url')])
    assert.equal((await app.json('GET', `/v1/budgets?cursor=${cursor}`, { key })).status, 422);
  assert.equal(accountId.startsWith('acc_'), true);
});

test(`more than ${maxActiveBudgets} active budgets are refused, also when asked for at once`, async () => {
  const { key } = await signUp(app);
  const answers = await Promise.all(
    Array.from({ length: maxActiveBudgets + 5 }, (_, number) =>
      make(key, {
        name: `${number}`,
        scope: 'tag',
        scope_value: `t${number}`,
        period: 'total',
        limit_credits: 9,
      }),
    ),
  );
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  assert.deepEqual([count(201), count(409)], [maxActiveBudgets, 5]);
  const seen = new Set<string>();
  let cursor = '';
  do {
    const { body }: { body: BudgetPage } = await app.json<BudgetPage>(
      'GET',
      `/v1/budgets?limit=90${cursor === '' ? '' : `&cursor=${cursor}`}`,
      { key },
    );
    for (const { id } of body.data) seen.add(id);
    cursor = body.next_cursor ?? '';
  } while (cursor !== '');
  assert.equal(seen.size, maxActiveBudgets);
});

test('past periods stay to be looked at', async () => {
  const { key } = await signUp(app, 10_000);
  const cost = await price(key);
  await setClock(app.store, '2031-05-01T10:00:00Z');
  const { body: budget } = await make(key, { ...daily, limit_credits: cost * 3 });
  await submit(key);
  await setClock(app.store, '2031-05-02T10:00:00Z');
  await submit(key);
  await submit(key);
  const { body } = await app.json<BudgetDetail>('GET', `/v1/budgets/${budget.id}`, { key });
  assert.deepEqual([body.usage.used, body.usage.period_start], [cost * 2, '2031-05-02']);
  assert.equal(body.usage.resets_at, '2031-05-03T00:00:00.000Z');
  assert.deepEqual(body.past_periods, [{ period_start: '2031-05-01', used: cost, values: 1 }]);
  const past = await app.json<BudgetDetail>('GET', `/v1/budgets/${budget.id}?period_start=2031-05-01`, {
    key,
  });
  assert.equal(past.body.values.data[0]?.used, cost);
  await setClock(app.store, undefined);
});

test('nothing unexpected happened', () => assert.deepEqual(app.unexpected, []));
