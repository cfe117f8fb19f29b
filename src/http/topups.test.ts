import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { chargeObject, sessionObject, startFakeStripe } from '../../test/fixtures/fake-stripe.ts';
import { settlePayment } from '../actions/settle-payment.ts';
import type { Credits } from '../client/index.ts';
import type { AlertPage } from '../contract/alert.ts';
import type { AuditPage } from '../contract/audit.ts';
import type { Topup, TopupPage } from '../contract/payment.ts';
import type { Problem } from '../contract/problem.ts';
import { priceBooks } from '../domain/price-book.ts';
import type { Store } from '../store/db.ts';
import { findImbalances } from '../store/ledger.ts';

const clock = { now: Date.now() };
const stripe = await startFakeStripe(() => clock.now);
const app = await createTestApp({ payments: stripe.payments, priceBook: priceBooks.published });
const signupCredits = 50;

const buy = async (key: string, body: object = {}, headers: Record<string, string> = {}) =>
  app.json<Topup & Omit<Problem, 'status'>>('POST', '/v1/topups', {
    key,
    body: { pack: 'Max', ...body },
    headers,
  });

const topup = async (key: string, id: string) =>
  (await app.json<Topup>('GET', `/v1/topups/${id}`, { key })).body;

const available = async (key: string) =>
  (await app.json<Credits>('GET', '/v1/credits', { key })).body.live.available;

const send = async ({ payload, signature }: { payload: string; signature?: string }) => {
  const response = await app.call('/v1/payments/stripe/webhook', {
    method: 'POST',
    body: payload,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(signature === undefined ? {} : { 'stripe-signature': signature }),
    },
  });
  return { status: response.status, body: (await response.json()) as { result?: string } & Problem };
};

const sessionOf = (id: string) => {
  const session = stripe.sessions.get(id);
  assert.ok(session !== undefined, `no session was opened for ${id}`);
  return session.id;
};

const completed = (id: string, changes: Record<string, unknown> = {}) =>
  stripe.signed('checkout.session.completed', sessionObject(id, sessionOf(id), changes));

const refunded = (id: string, cents: number) => stripe.signed('charge.refunded', chargeObject(id, cents));

test('lists the pack Max: 12,000 credits for $100', async () => {
  const { key } = await signUp(app);
  const { body } = await app.json('GET', '/v1/packs', { key });
  assert.deepEqual(body, {
    object: 'list',
    data: [{ name: 'Max', price_usd_cents: 10_000, credits: 12_000 }],
    payable: true,
  });
});

test('a purchase opens one checkout that carries its id, and its credits come with the webhook, once', async () => {
  const { key } = await signUp(app);
  const bought = await buy(key, { success_url: 'https://shop.example/thanks' });
  assert.equal(bought.status, 201);
  const { id, url, status } = bought.body;
  assert.deepEqual([status, url], ['open', `https://checkout.stripe.com/c/pay/${sessionOf(id)}`]);
  const form = stripe.sessions.get(id)?.form;
  assert.equal(form?.get('mode'), 'payment');
  assert.equal(form?.get('metadata[kinora_payment_id]'), id);
  assert.equal(form?.get('payment_intent_data[metadata][kinora_payment_id]'), id);
  assert.equal(form?.get('line_items[0][price_data][unit_amount]'), '10000');
  assert.equal(form?.get('line_items[0][price_data][currency]'), 'usd');
  assert.equal(form?.get('success_url'), 'https://shop.example/thanks');
  assert.equal(form?.get('cancel_url'), 'http://localhost/payments/canceled');
  assert.equal(await available(key), signupCredits);

  const notice = completed(id);
  assert.deepEqual(
    [(await send(notice)).body.result, (await send(notice)).body.result],
    ['granted', 'repeated'],
  );
  assert.equal(await available(key), signupCredits + 12_000);
  const paid = await topup(key, id);
  assert.deepEqual([paid.status, paid.url, paid.problem], ['paid', null, null]);
});

test('twenty copies of one webhook at once give the credits once', async () => {
  const { key } = await signUp(app);
  const { id } = (await buy(key)).body;
  const results = await Promise.all(
    Array.from({ length: 20 }, async () => (await send(completed(id))).body.result),
  );
  assert.equal(results.filter((result) => result === 'granted').length, 1);
  assert.equal(await available(key), signupCredits + 12_000);
});

test('a forged, an old, an unsigned or a changed webhook moves nothing', async () => {
  const { key } = await signUp(app);
  const { id } = (await buy(key)).body;
  const object = sessionObject(id, sessionOf(id));
  const type = 'checkout.session.completed';
  const genuine = stripe.signed(type, object);
  const forgeries: { payload: string; signature?: string }[] = [
    stripe.signed(type, object, { secret: 'whsec_another' }),
    stripe.signed(type, object, { at: clock.now - 301_000 }),
    { payload: genuine.payload },
    { payload: genuine.payload, signature: 't=1,v1=00' },
    { payload: genuine.payload, signature: 'nonsense' },
    { payload: genuine.payload.replace(id, `${id}`.replace('pay_', 'pay_x')), signature: genuine.signature },
    { payload: 'not json', signature: genuine.signature },
  ];
  for (const forgery of forgeries) {
    const { status, body } = await send(forgery);
    assert.deepEqual([status, body.code], [422, 'invalid_request'], forgery.signature);
    assert.doesNotMatch(JSON.stringify(body), /whsec_test/);
  }
  const live = stripe.signed(type, object, { livemode: true });
  assert.equal((await send(live)).body.result, 'ignored');
  assert.equal(await available(key), signupCredits);
  assert.equal((await topup(key, id)).status, 'open');
});

test('a genuine webhook that is captured and sent again later is refused', async () => {
  const { key } = await signUp(app);
  const { id } = (await buy(key)).body;
  const notice = completed(id);
  await send(notice);
  clock.now += 301_000;
  assert.equal((await send(notice)).status, 422);
  assert.equal(await available(key), signupCredits + 12_000);
});

test('another sum or another currency is refused, written down and told, and gives no credits', async () => {
  for (const changes of [{ amount_total: 100 }, { currency: 'jpy' }, { amount_total: null }]) {
    const { key } = await signUp(app);
    const { id } = (await buy(key)).body;
    const { status, body } = await send(completed(id, changes));
    assert.deepEqual([status, body.result], [200, 'refused']);
    assert.equal((await send(completed(id))).body.result, 'repeated');
    const refused = await topup(key, id);
    assert.equal(refused.status, 'refused');
    assert.match(refused.problem ?? '', /instead of 10000 usd/);
    assert.equal(await available(key), signupCredits);
    const log = await app.json<AuditPage>('GET', '/v1/audit?action=payment.refused', { key: operatorKey });
    assert.equal(log.body.data[0]?.target, id);
    const events = await app.store.query('select from events where type = $1 and data->>$2 = $3', [
      'payment.refused',
      'payment_id',
      id,
    ]);
    assert.equal(events.length, 1);
    const alerts = await app.json<AlertPage>('GET', '/v1/alerts', { key });
    assert.deepEqual(
      alerts.body.data.map(({ type, data }) => [type, data['payment_id']]),
      [['payment.refused', id]],
    );
  }
});

test("a payment through somebody else's checkout is refused", async () => {
  const { key } = await signUp(app);
  const { id } = (await buy(key)).body;
  const notice = stripe.signed('checkout.session.completed', sessionObject(id, 'cs_test_other'));
  assert.equal((await send(notice)).body.result, 'refused');
});

test('money that is still on its way gives nothing until it is there', async () => {
  const { key } = await signUp(app);
  const { id } = (await buy(key)).body;
  assert.equal((await send(completed(id, { payment_status: 'unpaid' }))).body.result, 'ignored');
  assert.equal(await available(key), signupCredits);
  const later = stripe.signed('checkout.session.async_payment_succeeded', sessionObject(id, sessionOf(id)));
  assert.equal((await send(later)).body.result, 'granted');
  assert.equal(await available(key), signupCredits + 12_000);
});

test('a checkout that runs out or fails has ended; money that came all the same counts', async () => {
  const { key } = await signUp(app);
  for (const [type, status] of [
    ['checkout.session.expired', 'expired'],
    ['checkout.session.async_payment_failed', 'failed'],
  ] as const) {
    const { id } = (await buy(key)).body;
    const before = await available(key);
    assert.equal((await send(stripe.signed(type, sessionObject(id, sessionOf(id))))).body.result, 'ended');
    assert.equal((await topup(key, id)).status, status);
    assert.equal((await send(completed(id))).body.result, 'granted');
    assert.equal((await send(stripe.signed(type, sessionObject(id, sessionOf(id))))).body.result, 'repeated');
    assert.equal(await available(key), before + 12_000);
  }
});

test('a refund takes its share of what is left of that grant, and says what it could not take', async () => {
  const { key } = await signUp(app);
  const { id } = (await buy(key)).body;
  await send(completed(id));
  // Two hold 907 each: of the sign-up credits first, the rest of the pack.
  for (let n = 0; n < 2; n += 1) {
    const { status } = await app.json('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
      key,
      body: { prompt: 'a calm morning', duration: 15, aspect_ratio: '1:1' },
    });
    assert.equal(status, 202);
  }
  const held = 2 * 907 - signupCredits;
  assert.equal((await send(refunded(id, 2_500))).body.result, 'refunded');
  assert.equal(await available(key), 12_000 - held - 3_000);
  assert.equal((await topup(key, id)).status, 'paid');
  assert.equal((await send(refunded(id, 2_500))).body.result, 'repeated');
  assert.equal((await send(refunded(id, 10_000))).body.result, 'refunded');
  assert.equal((await send(refunded(id, 2_500))).body.result, 'repeated');
  const after = await topup(key, id);
  assert.equal(after.status, 'refunded');
  assert.deepEqual(after.refund, {
    usd_cents: 10_000,
    withdrawn_credits: 12_000 - held,
    unrecovered_credits: held,
  });
  assert.equal(await available(key), 0);

  const { data } = (await app.json<{ data: { id: string }[] }>('GET', '/v1/generations', { key })).body;
  for (const generation of data) await app.json('POST', `/v1/generations/${generation.id}/cancel`, { key });
  assert.equal(await available(key), signupCredits, 'what the grant got back has expired');
  assert.deepEqual(await findImbalances(app.store), []);
});

test('a refund that is heard of before the payment is applied to it when it comes', async () => {
  const { key } = await signUp(app);
  const { id } = (await buy(key)).body;
  assert.equal((await send(refunded(id, 10_000))).body.result, 'refunded');
  assert.equal((await topup(key, id)).status, 'open');
  assert.equal((await send(completed(id))).body.result, 'granted');
  assert.equal((await topup(key, id)).status, 'refunded');
  assert.equal(await available(key), signupCredits);
});

test('notices about other things, and about payments of others, are heard and leave no trace', async () => {
  const foreign = stripe.signed('checkout.session.completed', {
    ...sessionObject('x', 'cs_1'),
    metadata: {},
  });
  assert.equal((await send(foreign)).body.result, 'ignored');
  assert.equal((await send(stripe.signed('customer.created', { id: 'cus_1' }))).body.result, 'ignored');
  const unknown = stripe.signed('checkout.session.completed', sessionObject('pay_nobody', 'cs_1'));
  assert.equal((await send(unknown)).body.result, 'unknown');
  const charge = stripe.signed('charge.refunded', { ...chargeObject('pay_nobody', 5), metadata: {} });
  assert.equal((await send(charge)).body.result, 'unknown');
});

test('a lost answer of Stripe is asked for again under the same key: one checkout, one purchase', async () => {
  const { key } = await signUp(app);
  stripe.state.mood = 'lose';
  const made = stripe.sessions.size;
  const first = await buy(key, {}, { 'idempotency-key': 'order 1' });
  assert.deepEqual([first.status, first.body.code, first.body.retryable], [503, 'unavailable', true]);
  stripe.state.mood = 'well';
  const second = await buy(key, {}, { 'idempotency-key': 'order 1' });
  assert.equal(second.status, 201);
  assert.equal(second.headers.get('idempotent-replayed'), 'true');
  const third = await buy(key, {}, { 'idempotency-key': 'order 1' });
  assert.deepEqual(third.body, second.body);
  assert.equal(stripe.sessions.size, made + 1);
  const other = await buy(key, { success_url: 'https://a.example/' }, { 'idempotency-key': 'order 1' });
  assert.equal(other.body.code, 'idempotency_key_reused');
});

test('a database connection that is killed within a webhook leaves nothing; Stripe sends it again', async () => {
  const { key } = await signUp(app);
  const { id } = (await buy(key)).body;
  const dying: Store = {
    ...app.store,
    transaction: (work) =>
      app.store.transaction((db) =>
        work({
          query: (sql, values) =>
            sql.includes('audit_entries')
              ? db.query('select pg_terminate_backend(pg_backend_pid())')
              : db.query(sql, values),
        }),
      ),
  };
  const notice = {
    kind: 'paid' as const,
    paymentId: id,
    providerId: sessionOf(id),
    providerPaymentId: `pi_${id}`,
    amount: 10_000,
    currency: 'usd',
  };
  await assert.rejects(settlePayment(dying, 'stripe', notice));
  assert.equal(await available(key), signupCredits);
  assert.equal((await topup(key, id)).status, 'open');
  assert.equal((await send(completed(id))).body.result, 'granted');
  assert.equal(await available(key), signupCredits + 12_000);
});

test('what Stripe refuses has failed; a wrong secret key is said without showing any of it', async () => {
  const { key } = await signUp(app);
  stripe.state.mood = 'refuse';
  const refused = await buy(key);
  assert.deepEqual([refused.status, refused.body.retryable], [503, false]);
  assert.match(refused.body.detail, /amount is too small/);
  stripe.state.mood = 'wrong key';
  const wrong = await buy(key);
  assert.match(wrong.body.detail, /does not accept STRIPE_SECRET_KEY/);
  assert.doesNotMatch(JSON.stringify(wrong.body), /sk_test/);
  stripe.state.mood = 'well';
});

test('an unknown pack, a test key, a script as an address and the operator are refused', async () => {
  const { key } = await signUp(app);
  const unknown = await buy(key, { pack: 'Mini' });
  assert.deepEqual([unknown.status, unknown.body.errors[0]?.pointer], [422, '/pack']);
  assert.equal((await buy(key, { pack: 'max' })).status, 201);
  assert.equal((await buy(key, { success_url: 'javascript:alert(1)' })).status, 422);
  assert.equal((await buy(key, { amount: 1 })).status, 422);
  assert.equal((await buy(operatorKey)).status, 403);
  const test = await app.json<{ key: string }>('POST', '/v1/keys', { key, body: { mode: 'test' } });
  assert.equal((await buy(test.body.key)).status, 403);
});

test("an account sees its own purchases page by page, and nobody else's", async () => {
  const owner = await signUp(app);
  const stranger = await signUp(app);
  const ids = [];
  for (let n = 0; n < 5; n += 1) ids.unshift((await buy(owner.key)).body.id);
  const seen: string[] = [];
  let cursor = '';
  do {
    const { body } = await app.json<TopupPage>('GET', `/v1/topups?limit=2${cursor}`, { key: owner.key });
    seen.push(...body.data.map(({ id }) => id));
    cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
  } while (cursor !== '');
  assert.deepEqual(seen, ids);
  assert.equal((await app.json('GET', `/v1/topups/${ids[0]}`, { key: stranger.key })).status, 404);
  const foreign = await app.json<TopupPage>('GET', `/v1/topups?cursor=${ids[0]}`, { key: stranger.key });
  assert.deepEqual(foreign.body.data, []);
});

test('without a provider the answer says how to set one up', async () => {
  const bare = await createTestApp();
  const { key } = await signUp(bare);
  const refused = await bare.json<Problem>('POST', '/v1/topups', { key, body: { pack: 'Max' } });
  assert.deepEqual([refused.status, refused.body.code], [503, 'unavailable']);
  assert.match(refused.body.hint ?? '', /STRIPE_SECRET_KEY.*STRIPE_WEBHOOK_SECRET/);
  const webhook = await bare.call('/v1/payments/stripe/webhook', { method: 'POST', body: '{}' });
  assert.equal(webhook.status, 503);
});

test('the books balance, and nothing here was unexpected', async () => {
  assert.deepEqual(await findImbalances(app.store), []);
  assert.deepEqual(app.unexpected, []);
});
