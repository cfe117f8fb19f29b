import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { arriveLate, deliverNext, failNext } from '../../test/ended.ts';
import type { Generation } from '../contract/generation.ts';
import type { Adjustment, GrantBook, LedgerCheck, Refund } from '../contract/ledger.ts';
import type { Problem } from '../contract/problem.ts';
import { priceBooks } from '../domain/price-book.ts';

const app = await createTestApp({ priceBook: priceBooks.published });

const asOperator = <T>(method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
  app.json<T>(method, path, { key: operatorKey, headers, ...(body === undefined ? {} : { body }) });

const submit = async (key: string) =>
  (
    await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
      key,
      body: { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9' },
    })
  ).body;

const available = async (key: string) =>
  (await app.json<{ live: { available: number } }>('GET', '/v1/credits', { key })).body.live.available;

const adopt = <T = Generation>(key: string, id: string) =>
  app.json<T>('POST', `/v1/generations/${id}/adopt`, { key });

const audited = async (target: string) =>
  (
    await app.store.query<{ action: string }>(
      'select action from audit_entries where target = $1 order by id',
      [target],
    )
  ).map(({ action }) => action);

const booksBalance = async () =>
  assert.deepEqual((await asOperator<LedgerCheck>('GET', '/v1/ledger/check')).body, {
    object: 'ledger_check',
    balanced: true,
    imbalances: [],
  });

test('a late output is shown without a link, and bought once by its measured length', async () => {
  const { key } = await signUp(app, 1_000);
  const { id } = await submit(key);
  assert.equal((await adopt<Problem>(key, id)).body.code, 'invalid_state');
  await arriveLate(app.store, await failNext(app.store), 4.4);
  const before = (await app.json<Generation>('GET', `/v1/generations/${id}`, { key })).body;
  assert.partialDeepStrictEqual(before.late_output, {
    adopted: false,
    url: null,
    poster_url: null,
    duration: 4.4,
  });
  assert.equal(before.late_output?.price?.credits, 243);
  const start = await available(key);
  const answers = await Promise.all([adopt(key, id), adopt(key, id), adopt(key, id)]);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(await available(key), start - 243);
  const after = (await app.json<Generation>('GET', `/v1/generations/${id}`, { key })).body;
  assert.match(after.late_output?.url ?? '', /\/v1\/content\/file_.*signature=/);
  assert.equal(after.late_output?.adopted, true);
  for (const field of ['status', 'outcome', 'error', 'credits', 'output'] as const)
    assert.deepEqual(after[field], before[field]);
  const receipt = (await app.json<{ body: string }>('GET', `/v1/generations/${id}/receipt`, { key })).body;
  assert.partialDeepStrictEqual(JSON.parse(receipt.body), {
    end: { kind: 'adopt', charged: 243, returned: 0 },
    output: { durationSeconds: 4.4 },
  });
  assert.deepEqual(await audited(id), ['generation.adopted']);
  await booksBalance();
});

test('a late output that cannot be paid stays as it is, and another account does not see it', async () => {
  const owner = await signUp(app, 300);
  const stranger = await signUp(app, 1_000);
  const { id } = await submit(owner.key);
  await arriveLate(app.store, await failNext(app.store));
  const take = { credits: -100, reason: 'granted twice' };
  assert.equal((await asOperator('POST', `/v1/accounts/${owner.accountId}/adjustments`, take)).status, 201);
  const refused = await adopt<Problem>(owner.key, id);
  assert.deepEqual([refused.status, refused.body.code], [402, 'insufficient_credits']);
  assert.equal((await adopt(stranger.key, id)).status, 404);
  const shown = await app.json<Generation>('GET', `/v1/generations/${id}`, { key: owner.key });
  assert.equal(shown.body.late_output?.adopted, false);
  await booksBalance();
});

test('a budget counts an adoption and may refuse it', async () => {
  const { key, accountId } = await signUp(app, 1_000);
  const { id } = await submit(key);
  await arriveLate(app.store, await failNext(app.store));
  const budget = { account_id: accountId, purse: 'live', name: 'month', scope: 'account', period: 'total' };
  await app.store.query('select from create_budget(jsonb_populate_record(null::budgets, $1::jsonb))', [
    JSON.stringify({ ...budget, id: 'budget_adopt', limit_credits: 302, action: 'block' }),
  ]);
  assert.equal((await adopt<Problem>(key, id)).body.code, 'budget_exceeded');
  await app.store.query("update budgets set limit_credits = 303 where id = 'budget_adopt'");
  assert.equal((await adopt(key, id)).status, 200);
  await booksBalance();
});

test('a refund gives back what was charged, once, with a reason; and is done once for one key', async () => {
  const { key } = await signUp(app, 1_000);
  const { id } = await submit(key);
  const refund = <T>(body: object, headers?: Record<string, string>) =>
    asOperator<T>('POST', `/v1/generations/${id}/refund`, { reason: 'wrong logo', ...body }, headers);
  assert.match((await refund<Problem>({ credits: 1 })).body.detail, /was charged 0/);
  await deliverNext(app.store, 303);
  assert.match((await refund<Problem>({ credits: 304 })).body.detail, /304 credits .* was charged 303/);
  const start = await available(key);
  const once = { 'idempotency-key': 'ticket-17' };
  const first = await refund<Refund>({ credits: 200 }, once);
  const again = await refund<Refund>({ credits: 200 }, once);
  assert.deepEqual([first.status, first.body.credits], [201, 200]);
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.get('idempotent-replayed'), 'true');
  assert.match((await refund<Problem>({ credits: 50 })).body.detail, /200 credits were given back/);
  assert.equal(await available(key), start + 200);
  assert.deepEqual(await audited(id), ['generation.refunded']);
  const own = await app.json('POST', `/v1/generations/${id}/refund`, {
    key,
    body: { credits: 1, reason: 'x' },
  });
  assert.equal(own.status, 403);
  await booksBalance();
});

test('where delivery and late output were both charged, a refund must say which', async () => {
  const { key } = await signUp(app, 1_000);
  const { id } = await submit(key);
  await arriveLate(app.store, await deliverNext(app.store, 303));
  await adopt(key, id);
  const refund = <T>(body: object) =>
    asOperator<T>('POST', `/v1/generations/${id}/refund`, { credits: 303, reason: 'test', ...body });
  assert.equal((await refund<Problem>({})).body.errors[0]?.pointer, '/of');
  assert.equal((await refund({ of: 'late_output' })).status, 201);
  await booksBalance();
  assert.equal((await refund({ of: 'delivery' })).status, 201);
  await booksBalance();
});

test('an adjustment gives or takes, never more than is available, and says why', async () => {
  const { key, accountId } = await signUp(app);
  const adjust = <T>(body: object) => asOperator<T>('POST', `/v1/accounts/${accountId}/adjustments`, body);
  const given = await adjust<Adjustment>({ credits: 25, reason: 'thank you' });
  assert.deepEqual([given.status, given.body.credits, given.body.reason], [201, 25, 'thank you']);
  assert.equal((await adjust<Adjustment>({ credits: -70, reason: 'typed twice' })).body.credits, -70);
  assert.equal(await available(key), 5);
  const refused = await adjust<Problem>({ credits: -6, reason: 'too much' });
  assert.deepEqual([refused.status, refused.body.code], [402, 'insufficient_credits']);
  assert.match(refused.body.detail, /6 credits cannot be taken: 5 live credits/);
  for (const credits of [0, 0.5, 'many'])
    assert.equal((await adjust<Problem>({ credits, reason: 'x' })).body.errors[0]?.pointer, '/credits');
  assert.equal((await adjust<Problem>({ credits: 1 })).body.errors[0]?.pointer, '/reason');
  const nobody = await asOperator('POST', '/v1/accounts/acc_x/adjustments', { credits: 1, reason: 'x' });
  assert.equal(nobody.status, 404);
  await booksBalance();
});

test('an account sees where its credits came from, what is left of each, and until when', async () => {
  const { key, accountId } = await signUp(app);
  const expiresAt = '2099-01-01T00:00:00.000Z';
  const gift = { credits: 400, reason: 'spring gift', priority: -1, expires_at: expiresAt };
  await asOperator('POST', `/v1/accounts/${accountId}/grants`, gift);
  await submit(key);
  const first = await app.json<{ data: GrantBook[]; next_cursor: string | null }>(
    'GET',
    '/v1/credits/grants?limit=1',
    { key },
  );
  assert.partialDeepStrictEqual(first.body.data, [
    {
      reason: 'spring gift',
      amount: 400,
      remaining: 97,
      held: 303,
      spent: 0,
      expires_at: expiresAt,
      priority: -1,
    },
  ]);
  const rest = await app.json<{ data: GrantBook[] }>(
    'GET',
    `/v1/credits/grants?cursor=${first.body.next_cursor}`,
    { key },
  );
  assert.deepEqual(
    rest.body.data.map(({ source, remaining }) => [source, remaining]),
    [['signup', 50]],
  );
  const past = { credits: 1, expires_at: '2020-01-01T00:00:00Z' };
  const refused = await asOperator<Problem>('POST', `/v1/accounts/${accountId}/grants`, past);
  assert.equal(refused.body.errors[0]?.pointer, '/expires_at');
});

test('the check names what does not balance', async () => {
  const { accountId } = await signUp(app, 10);
  await app.store.query(
    "update balances set available = available + 1 where account_id = $1 and purse = 'live'",
    [accountId],
  );
  const { body } = await asOperator<LedgerCheck>('GET', '/v1/ledger/check');
  assert.equal(body.balanced, false);
  assert.deepEqual(body.imbalances.map(({ what, id }) => [what, id]).sort(), [
    ['balance', `${accountId}:live`],
    ['grants of a balance', `${accountId}:live`],
  ]);
});
