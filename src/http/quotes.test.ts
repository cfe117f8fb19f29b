import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { setClock } from '../../test/clock.ts';
import type { estimateSchema, Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import { type PriceBook, priceBooks } from '../domain/price-book.ts';
import { findImbalances } from '../store/ledger.ts';

type Estimate = z.infer<typeof estimateSchema>;

/** The book that the engine sells by; a test may change it under the feet of a quote. */
const priceBook: PriceBook = { ...priceBooks.published };
const app = await createTestApp({ priceBook });
const owner = await signUp(app, 100_000);
const stranger = await signUp(app, 1_000);

const path = '/v1/bytedance/seedance-2.0/text-to-video';
const request = { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9' };

const quote = async (body: object = {}, key = owner.key) =>
  (
    await app.json<Estimate>('POST', '/v1/estimates', {
      key,
      body: { endpoint: 'text-to-video', duration: 5, ...body },
    })
  ).body;

const submit = <T = Generation>(body: object, headers: Record<string, string> = {}, key = owner.key) =>
  app.json<T>('POST', path, { key, body: { ...request, ...body }, headers });

const refusedAs = async (quoteId: string, body: object = {}, key = owner.key) => {
  const { status, body: problem } = await submit<Problem>({ ...body, quote_id: quoteId }, {}, key);
  assert.equal(status, 422);
  assert.equal(problem.errors[0]?.pointer, '/quote_id');
  assert.match(problem.hint ?? '', /POST \/v1\/estimates/);
  return problem;
};

test('an estimate is a quote that holds for a day', async () => {
  const estimate = await quote({ count: 500 });
  assert.match(estimate.quote_id, /^quote_/);
  assert.equal(estimate.total.credits, 151_500);
  const hours = (Date.parse(estimate.expires_at) - Date.now()) / 3_600_000;
  assert.ok(hours > 23.9 && hours <= 24, `${hours} h`);
});

test('a quote freezes price and price book while the book changes', async () => {
  const { quote_id: quoteId } = await quote();
  Object.assign(priceBook, priceBooks.headline);
  try {
    const { body: today } = await submit({});
    assert.deepEqual(today.price, { credits: 151, usd_cents: 151, price_book: 'headline@1' });
    const { status, body: quoted } = await submit({ quote_id: quoteId });
    assert.equal(status, 202);
    assert.deepEqual(quoted.price, { credits: 303, usd_cents: 303, price_book: 'published@1' });
    assert.equal(quoted.quote_id, quoteId);
    const dry = await submit<{ price: object }>({ quote_id: quoteId, dry_run: true });
    assert.deepEqual(dry.body.price, quoted.price);
    const [row] = await app.store.query<{ quote: object }>('select quote from generations where id = $1', [
      quoted.id,
    ]);
    assert.partialDeepStrictEqual(row?.quote, { credits: 303, price_book: 'published@1', count: 1 });
  } finally {
    Object.assign(priceBook, priceBooks.published);
  }
});

test('a quote of another account, another kind of key, or changed by one character is refused', async () => {
  const { quote_id: quoteId } = await quote();
  assert.match((await refusedAs(quoteId, {}, stranger.key)).detail, /another account/);
  const made = await app.json<{ key: string }>('POST', '/v1/keys', {
    key: operatorKey,
    body: { account_id: owner.accountId, mode: 'test' },
  });
  assert.equal((await refusedAs(quoteId, {}, made.body.key)).code, 'quote_invalid');
  for (const at of [8, 40, quoteId.indexOf('.') + 3, quoteId.length - 1]) {
    const swapped = quoteId[at] === 'A' ? 'B' : 'A';
    const forged = quoteId.slice(0, at) + swapped + quoteId.slice(at + 1);
    assert.equal((await refusedAs(forged)).code, 'quote_invalid', `changed at ${at}`);
  }
  for (const nonsense of ['', 'quote_', 'quote_e30.AAAA', `${quoteId}.x`])
    assert.equal((await refusedAs(nonsense)).code, 'quote_invalid', nonsense);
});

test('a quote is for one endpoint, engine and length, and says which', async () => {
  const { quote_id: sixSeconds } = await quote({ duration: 6 });
  assert.match(
    (await refusedAs(sixSeconds)).detail,
    /is for 6 s of text-to-video .*, not 5 s of text-to-video/,
  );
  const { quote_id: fromReferences } = await quote({ endpoint: 'reference-to-video' });
  assert.match((await refusedAs(fromReferences)).detail, /reference-to-video/);
});

test('a bad quote is refused before any reference is fetched', async () => {
  const { body } = await app.json<Problem>('POST', '/v1/bytedance/seedance-2.0/reference-to-video', {
    key: owner.key,
    body: { ...request, reference_images: ['https://nowhere.invalid/a.png'], quote_id: 'quote_x.y' },
  });
  assert.equal(body.code, 'quote_invalid');
});

test('an expired quote is refused, and its replay is not', async () => {
  const { quote_id: quoteId, expires_at: expiresAt } = await quote();
  const first = await submit({ quote_id: quoteId }, { 'idempotency-key': 'quoted' });
  await setClock(app.store, expiresAt);
  try {
    const problem = await refusedAs(quoteId);
    assert.equal(problem.code, 'quote_expired');
    assert.match(problem.detail, new RegExp(expiresAt));
    const again = await submit({ quote_id: quoteId }, { 'idempotency-key': 'quoted' });
    assert.equal(again.body.id, first.body.id);
    const other = await submit<Problem>({}, { 'idempotency-key': 'quoted' });
    assert.equal(other.body.code, 'idempotency_key_reused');
  } finally {
    await setClock(app.store, undefined);
  }
});

test('max_credits is kept, to the credit, and the refusal names both numbers', async () => {
  assert.equal((await submit({ max_credits: 303 })).status, 202);
  const { status, body } = await submit<Problem>({ max_credits: 302 });
  assert.deepEqual(
    [status, body.code, body.errors[0]?.pointer],
    [402, 'price_above_maximum', '/max_credits'],
  );
  assert.match(body.detail, /costs 303 credits; max_credits allows 302/);
});

test('deadlines count from the clock of the database, and are shown', async () => {
  await setClock(app.store, '2031-06-01T12:00:00Z');
  try {
    const { body } = await submit({ start_within: 90, expires_in: 3_600 });
    assert.deepEqual(
      [body.start_by, body.expires_at],
      ['2031-06-01T12:01:30.000Z', '2031-06-01T13:00:00.000Z'],
    );
    const shown = await app.json<Generation>('GET', `/v1/generations/${body.id}`, { key: owner.key });
    assert.deepEqual([shown.body.start_by, shown.body.expires_at], [body.start_by, body.expires_at]);
  } finally {
    await setClock(app.store, undefined);
  }
  const { body } = await submit<Problem>({ expires_in: 0 });
  assert.equal(body.errors[0]?.pointer, '/expires_in');
  assert.deepEqual([(await submit({})).body.start_by, (await submit({})).body.expires_at], [null, null]);
});

test('a length without a price is refused, never free', async () => {
  const rows = new Map(priceBooks.published.rows);
  rows.delete(5);
  Object.assign(priceBook, { rows });
  try {
    const { status, body } = await submit<Problem>({});
    assert.deepEqual([status, body.code], [422, 'price_unknown']);
  } finally {
    Object.assign(priceBook, priceBooks.published);
  }
  assert.deepEqual(await findImbalances(app.store), []);
});
