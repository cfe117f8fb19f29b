// Every route of /openapi.json is called once, and answers as the document says. A new route fails here until it is
// called too: add its call where its place in the story is.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Generation } from '../../src/contract/generation.ts';
import type { RecordDetail, RecordPage } from '../../src/contract/record.ts';
import { priceBooks } from '../../src/domain/price-book.ts';
import { registerServers } from '../../src/store/engine-servers.ts';
import { registerEngines } from '../../src/store/engines.ts';
import { createTestApp, operatorKey } from '../app.ts';
import { arriveLate, deliverNext, failNext } from '../ended.ts';
import { sessionObject, startFakeStripe } from '../fixtures/fake-stripe.ts';
import { claimGeneration } from '../generations.ts';
import { pathOf, readOpenApi } from '../openapi/document.ts';
import { endNext, feedAll } from '../records.ts';

interface CallOptions {
  key?: string;
  params?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  json?: unknown;
  body?: RequestInit['body'];
}

const stripe = await startFakeStripe(Date.now);
const app = await createTestApp({ payments: stripe.payments, priceBook: priceBooks.published });
const document = await readOpenApi(app);
const called = new Set<string>();

/** Calls one operation of the document; its answer must be a good one, of the documented shape. */
async function call<T = { id: string }>(name: string, options: CallOptions = {}): Promise<T> {
  const operation = document.operations.find((one) => one.name === name);
  assert.ok(operation !== undefined, `${name} is not in /openapi.json`);
  called.add(name);
  const { key, params = {}, query = {}, headers = {}, json, body } = options;
  const search = new URLSearchParams(query);
  const response = await app.call(`${pathOf(operation.path, params)}?${search}`, {
    method: operation.method,
    headers: { ...(json === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { key }),
  });
  const contentType = response.headers.get('content-type') ?? '';
  const text = await response.text();
  const answer = /\bjson\b/.test(contentType) && !/ndjson/.test(contentType) ? JSON.parse(text) : text;
  assert.ok(response.ok, `${name} answered ${response.status}: ${text}`);
  document.check(operation, { status: response.status, contentType, body: answer });
  return answer;
}

test('every route of the document is called, and answers as it says', async () => {
  const operator = { key: operatorKey };
  await call('GET /healthz');

  // An account, its keys and what it may spend.
  const { id: accountId } = await call('POST /v1/accounts', { ...operator, json: { name: 'Halden' } });
  await call('GET /v1/accounts', operator);
  const account = { params: { id: accountId } };
  await call('PATCH /v1/accounts/{id}', { ...operator, ...account, json: { concurrency_limit: 20 } });
  await call('POST /v1/accounts/{id}/grants', { ...operator, ...account, json: { credits: 5_000 } });
  await call('POST /v1/accounts/{id}/adjustments', {
    ...operator,
    ...account,
    json: { credits: -10, reason: 'counted twice' },
  });
  const made = await call<{ id: string; key: string }>('POST /v1/keys', {
    ...operator,
    json: { account_id: accountId },
  });
  const own = { key: made.key };
  await call('GET /v1/keys', own);
  await call('GET /v1/account', own);
  await call('PATCH /v1/account', { ...own, json: { time_zone: 'Europe/Oslo' } });
  await call('GET /v1/credits', own);
  await call('GET /v1/credits/forecast', own);
  await call('GET /v1/packs', own);
  const topup = await call('POST /v1/topups', { ...own, json: { pack: 'Max' } });
  await call('GET /v1/topups/{id}', { ...own, params: { id: topup.id } });
  await call('GET /v1/topups', own);
  const session = stripe.sessions.get(topup.id);
  assert.ok(session !== undefined);
  const paid = stripe.signed('checkout.session.completed', sessionObject(topup.id, session.id, {}));
  await call('POST /v1/payments/stripe/webhook', {
    body: paid.payload,
    headers: { 'content-type': 'application/json', 'stripe-signature': paid.signature },
  });
  const budget = await call('POST /v1/budgets', {
    ...own,
    json: { name: 'All', scope: 'account', period: 'daily', limit_credits: 4_000 },
  });
  const ofBudget = { params: { id: budget.id } };
  await call('GET /v1/budgets', own);
  await call('GET /v1/budgets/{id}', { ...own, ...ofBudget });
  await call('PATCH /v1/budgets/{id}', { ...own, ...ofBudget, json: { limit_credits: 4_500 } });

  // Files.
  const token = await call<{ id: string; token: string }>('POST /v1/upload-tokens', { ...own, json: {} });
  const mug = await readFile(new URL('../fixtures/mug.jpg', import.meta.url));
  const file = await call<{ id: string; url: string }>('POST /v1/files', {
    key: token.token,
    body: mug,
    headers: { 'content-type': 'image/jpeg' },
  });
  const ofFile = { params: { id: file.id } };
  await call('POST /v1/files/find', {
    ...own,
    json: { sha256: [createHash('sha256').update(mug).digest('hex')] },
  });
  await call('GET /v1/upload-tokens/{id}', { ...own, params: { id: token.id } });
  await call('DELETE /v1/upload-tokens/{id}', { ...own, params: { id: token.id } });
  await call('GET /v1/files/{id}', { ...own, ...ofFile });
  await call('GET /v1/files/{id}/content', { ...own, ...ofFile });
  const link = new URL(file.url);
  await call('GET /v1/content/{name}', {
    params: { name: link.pathname.split('/').at(-1) ?? '' },
    query: Object.fromEntries(link.searchParams),
  });

  // What many videos share.
  const ofName = { params: { name: 'spring' } };
  await call('PUT /v1/templates/{name}', {
    ...own,
    ...ofName,
    json: { text: '{{ name }} turns', fields: { name: 'text' } },
  });
  await call('GET /v1/templates', own);
  await call('GET /v1/templates/{name}', { ...own, ...ofName });
  await call('POST /v1/templates/{name}/preview', { ...own, ...ofName, json: { rows: [{ name: 'Mug' }] } });
  await call('PUT /v1/bundles/{name}', {
    ...own,
    ...ofName,
    json: { images: [{ url: `data:image/jpeg;base64,${mug.toString('base64')}`, role: 'style' }] },
  });
  await call('GET /v1/bundles', own);
  await call('GET /v1/bundles/{name}', { ...own, ...ofName });
  await call('GET /v1/bundles/{name}/versions', { ...own, ...ofName });
  await call('GET /v1/bundles/{name}/stability', { ...own, ...ofName });

  // One video that is made, one that waits, one that fails and comes late, one that is parked.
  const shape = { prompt: 'the mug turns slowly', duration: 5, aspect_ratio: '16:9' };
  await call('POST /v1/estimates', { ...own, json: { duration: 5, count: 500 } });
  const good = await call<Generation>('POST /v1/bytedance/seedance-2.0/reference-to-video', {
    ...own,
    json: { ...shape, reference_images: [file.id] },
  });
  const delivered = await deliverNext(app.store, 303);
  assert.equal(delivered.id, good.id);
  const ofGood = { params: { id: good.id } };
  await call('GET /v1/generations/{id}', { ...own, ...ofGood });
  await call('GET /v1/generations/{id}/events', { ...own, ...ofGood });
  await call('GET /v1/generations/{id}/attempts', { ...own, ...ofGood });
  await call('GET /v1/generations/{id}/receipt', { ...own, ...ofGood });
  await call('POST /v1/generations/{id}/refund', {
    ...operator,
    ...ofGood,
    json: { credits: 100, reason: 'a wrong logo' },
  });

  const late = await call<Generation>('POST /v1/bytedance/seedance-2.0/text-to-video', {
    ...own,
    json: shape,
  });
  await arriveLate(app.store, await failNext(app.store));
  await call('POST /v1/generations/{id}/adopt', { ...own, params: { id: late.id } });

  const waiting = await call<Generation>('POST /v1/bytedance/seedance-2.0/image-to-video', {
    ...own,
    json: { ...shape, image: file.id },
  });
  const ofWaiting = { params: { id: waiting.id } };
  await call('GET /v1/generations', own);
  await call('GET /v1/generations/{id}/wait', { ...own, ...ofWaiting });
  await call('PATCH /v1/generations/{id}', { ...own, ...ofWaiting, json: { priority: 5 } });
  await call('POST /v1/generations/{id}/cancel', { ...own, ...ofWaiting });
  await call('POST /v1/generations/cancel', { ...own, json: { all: true } });

  const silent = await call('POST /v1/bytedance/seedance-2.0/text-to-video', { ...own, json: shape });
  await registerEngines(app.store, [{ name: 'silent', slots: 5 }]);
  await app.store.query(`update generations set engine = 'silent' where id = $1`, [silent.id]);
  const parked = await claimGeneration(app.store, { engine: 'silent', leaseSeconds: 60 });
  assert.ok(parked !== undefined);
  await app.store.query(
    `update attempts set step = 'unknown', lease = null, next_step_at = null where id = $1`,
    [parked.attemptId],
  );
  await call('GET /v1/parked', operator);
  await call('POST /v1/parked/{id}', {
    ...operator,
    params: { id: parked.attemptId },
    json: { decision: 'release' },
  });

  // A batch.
  const batch = await call('POST /v1/batches', { ...own, json: { name: 'spring' } });
  const ofBatch = { params: { id: batch.id } };
  await call('POST /v1/batches/{id}/rows', {
    ...own,
    ...ofBatch,
    json: { rows: [{ ...shape, reference_images: [file.id] }] },
  });
  await call('GET /v1/batches', own);
  await call('GET /v1/batches/{id}', { ...own, ...ofBatch });
  await call('GET /v1/batches/{id}/rows', { ...own, ...ofBatch });
  await call('PATCH /v1/batches/{id}', { ...own, ...ofBatch, json: { ahead: 5 } });
  await call('POST /v1/batches/{id}/pause', { ...own, ...ofBatch });
  await call('POST /v1/batches/{id}/resume', { ...own, ...ofBatch });
  await app.store.query(
    `update batch_rows set state = 'refused', reason = '{"code": "reference_not_found"}' where batch_id = $1`,
    [batch.id],
  );
  const ofRow = { params: { id: batch.id, number: '1' } };
  await call('POST /v1/batches/{id}/rows/{number}/retry', { ...own, ...ofRow });
  await call('PATCH /v1/batches/{id}/rows/{number}', { ...own, ...ofRow, json: { duration: 4 } });
  await call('POST /v1/batches/{id}/retry', { ...own, ...ofBatch });
  await call('POST /v1/batches/{id}/cancel', { ...own, ...ofBatch });

  // A record: what its video is made for.
  const ofWorkflow = { params: { name: 'spring' } };
  await call('PATCH /v1/workflows/{name}', {
    ...own,
    ...ofWorkflow,
    json: { published: true, review: true },
  });
  const shop = await call('POST /v1/batches', { ...own, json: { name: 'shop', workflow: 'spring' } });
  const fingerprint = 'f'.repeat(64);
  await call('POST /v1/batches/{id}/rows', {
    ...own,
    params: { id: shop.id },
    json: { rows: [{ ...shape, endpoint: 'text-to-video', record: { key: 'MUG', fingerprint } }] },
  });
  await feedAll(app);
  await endNext(app, { video: 'a mug' });
  const compared = { rows: [{ key: 'MUG', fingerprint }] };
  await call('POST /v1/workflows/{name}/compare', { ...own, ...ofWorkflow, json: compared });
  await call('GET /v1/workflows/{name}/keys', { ...own, ...ofWorkflow });
  await call('POST /v1/workflows/{name}/results', { ...own, ...ofWorkflow, json: { keys: ['MUG'] } });
  const sink = { ...own, params: { name: 'spring', sink: 'shop' } };
  await call('POST /v1/workflows/{name}/sinks/{sink}/due', { ...sink, json: { rows: [{ key: 'MUG' }] } });
  const mark = { key: 'MUG', version: 1, video_url: 'https://videos.example/r/x/MUG.mp4', telling: 1 };
  await call('POST /v1/workflows/{name}/sinks/{sink}/delivered', { ...sink, json: { records: [mark] } });
  const rehearsal = await call('POST /v1/batches', {
    ...own,
    json: { name: 'shop', workflow: 'spring', rehearsal: true },
  });
  await call('POST /v1/batches/{id}/rows', {
    ...own,
    params: { id: rehearsal.id },
    json: { rows: [{ ...shape, endpoint: 'text-to-video', record: { key: 'MUG', fingerprint } }] },
  });
  await feedAll(app);
  await endNext(app, { video: 'a mug, rehearsed' });
  await call('POST /v1/workflows/{name}/rehearsals', { ...own, ...ofWorkflow, json: { keys: ['MUG'] } });
  await call('PUT /v1/workflows/{name}/definition', {
    ...own,
    ...ofWorkflow,
    json: {
      name: ofWorkflow.params.name,
      endpoint: 'text-to-video',
      source: { url: 'https://shop.example/products.json', key: 'sku' },
      prompt: 'A {{ name }} turns slowly',
      duration: 5,
      aspect_ratio: '16:9',
      schedule: { cron: '0 3 * * *', time_zone: 'Europe/Vienna', max_credits: 2_000 },
    },
  });
  await call('GET /v1/workflows/{name}/definition', { ...own, ...ofWorkflow });
  const run = await call('POST /v1/workflows/{name}/runs', { ...own, ...ofWorkflow, json: {} });
  await call('GET /v1/workflows/{name}/runs', { ...own, ...ofWorkflow });
  await call('GET /v1/runs/{id}', { ...own, params: { id: run.id } });
  await call('POST /v1/runs/{id}/cancel', { ...own, params: { id: run.id } });
  await call('DELETE /v1/workflows/{name}/definition', { ...own, ...ofWorkflow });
  await call('GET /v1/workflows', own);
  await call('GET /v1/workflows/{name}', { ...own, ...ofWorkflow });
  const records = await call<RecordPage>('GET /v1/records', own);
  const ofRecord = { params: { id: records.data[0]?.id ?? '' } };
  const ofVersion = { params: { ...ofRecord.params, number: '1' } };
  const reviewed = '/v1/records/{id}/versions/{number}';
  await call(`POST ${reviewed}/reject`, { ...own, ...ofVersion, json: { reason: 'other' } });
  await call(`POST ${reviewed}/approve`, { ...own, ...ofVersion });
  await call('POST /v1/records/{id}/roll-back', { ...own, ...ofRecord, json: { version: 1 } });
  await call('POST /v1/records/{id}/regenerate', { ...own, ...ofRecord, json: { note: 'slower' } });
  const shown = await call<RecordDetail>('GET /v1/records/{id}', { ...own, ...ofRecord });
  const [, publicId = ''] = /\/r\/([^/]+)\//.exec(shown.urls?.video ?? '') ?? [];
  await call('GET /r/{public_id}/{file}', { params: { public_id: publicId, file: 'MUG.mp4' } });

  // Webhooks.
  const hook = await call('POST /v1/webhooks', { ...own, json: { url: 'https://hooks.halden.example/' } });
  const ofHook = { params: { id: hook.id } };
  await call('GET /v1/webhooks', own);
  await call('GET /v1/webhooks/{id}', { ...own, ...ofHook });
  await call('PATCH /v1/webhooks/{id}', { ...own, ...ofHook, json: { description: 'the shop' } });
  await call('POST /v1/webhooks/{id}/secret/rotate', { ...own, ...ofHook, json: {} });
  await call('GET /v1/webhooks/default/secret', own);
  await call('POST /v1/webhooks/default/secret/rotate', { ...own, json: {} });
  await call('POST /v1/webhooks/{id}/test', { ...own, ...ofHook });
  const sent = await call<{ data: { id: string }[] }>('GET /v1/webhooks/{id}/deliveries', {
    ...own,
    ...ofHook,
  });
  const ofDelivery = { params: { id: sent.data[0]?.id ?? '' } };
  await call('GET /v1/deliveries', own);
  await call('GET /v1/deliveries/{id}', { ...own, ...ofDelivery });
  await call('POST /v1/deliveries/{id}/resend', { ...own, ...ofDelivery });
  await call('GET /v1/generations/{id}/deliveries', { ...own, ...ofGood });
  await call('GET /v1/events', own);
  await call('DELETE /v1/webhooks/{id}', { ...own, ...ofHook });

  // People.
  const agreement = { person: 'user-1841', text_version: 'cards-1', scope: { purposes: ['birthday card'] } };
  const consent = await call('POST /v1/consents', {
    ...own,
    json: { ...agreement, text: 'I agree.', channel: 'app', given_at: '2026-11-01T10:00:00Z' },
  });
  const ofConsent = { params: { id: consent.id } };
  await call('GET /v1/consents', own);
  await call('GET /v1/consents/{id}', { ...own, ...ofConsent });
  await call('POST /v1/consents/{id}/revoke', { ...own, ...ofConsent, json: { reason: 'by mail' } });
  await call('GET /v1/consents/{id}/certificate', { ...own, ...ofConsent });
  const asked = await call('POST /v1/consent-links', { ...own, json: { ...agreement, text: 'I agree.' } });
  await call('GET /v1/consent-links/{id}', { ...own, params: { id: asked.id } });
  // Ads: what is made, how it did, what to show next.
  const ads = { ...own, params: { workflow: 'spring' } };
  await call('PUT /v1/ads/{workflow}/matrix', { ...ads, json: { axes: { hook: ['question', 'promise'] } } });
  await call('GET /v1/ads/{workflow}/matrix', ads);
  const rows = [1, 2].map((hook) => ({ ad: `H${hook}`, impressions: 900, clicks: 9 * hook }));
  await call('POST /v1/ads/{workflow}/results', { ...ads, json: { source: 'meta', rows } });
  await call('GET /v1/ads/{workflow}/report', ads);
  await call('GET /v1/ads/{workflow}/choice', ads);
  await call('DELETE /v1/ads/{workflow}/results', { ...ads, query: { source: 'meta' } });

  // Which engines make what.
  const route = await call('PUT /v1/routes', {
    ...own,
    json: { endpoint: 'text-to-video', engines: ['local'] },
  });
  await call('GET /v1/routes', own);
  await call('DELETE /v1/routes/{id}', { ...own, params: { id: route.id } });
  const origin = 'http://10.0.0.5:8091';
  await registerServers(app.store, 'silent', [{ origin, slots: 1 }]);
  const ofServer = { params: { name: 'silent' }, json: { origin } };
  await call('POST /v1/engines/{name}/servers/drain', { ...operator, ...ofServer });
  await call('POST /v1/engines/{name}/servers/resume', { ...operator, ...ofServer });

  // What was done, and what it came to.
  await call('GET /v1/usage', own);
  await call('GET /v1/usage/failures', own);
  await call('GET /v1/generations/export', own);
  await call('GET /v1/credits/entries', own);
  await call('GET /v1/credits/grants', own);
  await call('GET /v1/receipts', own);
  await call('GET /v1/accounts/{id}/receipts', { ...operator, ...account });
  await call('GET /v1/ledger/check', operator);
  await call('GET /v1/alerts', own);
  await call('GET /v1/audit', own);

  // Stopping.
  await call('GET /v1/engines', operator);
  await call('POST /v1/engines/{name}/pause', { ...operator, params: { name: 'silent' } });
  await call('POST /v1/engines/{name}/resume', { ...operator, params: { name: 'silent' } });
  await call('POST /v1/accounts/{id}/pause', { ...own, ...account });
  await call('POST /v1/accounts/{id}/resume', { ...own, ...account });
  await call('DELETE /v1/budgets/{id}', { ...own, ...ofBudget });
  await call('DELETE /v1/generations/{id}', { ...own, ...ofGood });
  await call('DELETE /v1/files/{id}', { ...own, ...ofFile });
  await call('DELETE /v1/keys/{id}', { ...own, params: { id: made.id } });

  assert.deepEqual(app.unexpected, []);
  const forgotten = document.operations.filter(({ name }) => !called.has(name)).map(({ name }) => name);
  assert.deepEqual(forgotten, [], 'routes of /openapi.json that this test does not call');
});
