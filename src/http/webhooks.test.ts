import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import type { CreatedEndpoint, DeliveryPage, Endpoint, EventFeed } from '../contract/webhook.ts';
import { usualEventTypes } from '../contract/webhook.ts';
import { maxEndpoints } from '../domain/webhook.ts';
import { endOfFeed, mendFeed } from '../store/event-feed.ts';
import { insertAccountEvent } from '../store/events.ts';
import { writeCursor } from './cursor.ts';

const app = await createTestApp({ trustedOrigins: ['http://10.0.0.5:3000'] });
const { store } = app;
const owner = await signUp(app, 1_000);
const stranger = await signUp(app);

const json = <T = Record<string, unknown>>(method: string, path: string, body?: unknown, key = owner.key) =>
  app.json<T>(method, path, { key, ...(body === undefined ? {} : { body }) });

let number = 0;
const create = async (body: object = {}, key = owner.key) => {
  number += 1;
  const url = `https://hooks.halden.example/${number}`;
  const made = await json<CreatedEndpoint>('POST', '/v1/webhooks', { url, ...body }, key);
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body;
};

const happen = (type: 'balance.low' | 'credits.expired', who = owner, purse = 'live', db = store) =>
  insertAccountEvent(db as typeof store, {
    accountId: who.accountId,
    type,
    data: { purse, number: ++number },
  });

/** The feed ends before the oldest open transaction of the server, which other tests use too. */
const othersAreThrough = async () => {
  const [now] = await store.query<{ txid: string }>('select pg_current_xact_id()::text as txid');
  for (;;) if (BigInt((await endOfFeed(store)).txid) > BigInt(now?.txid ?? 0)) return;
};

const feed = (query: string, key = owner.key) =>
  json<EventFeed>('GET', `/v1/events?${query}`, undefined, key);

test('an endpoint is made with a secret that is shown this once', async () => {
  const made = await create({ description: 'the shop' });
  assert.match(made.id, /^hook_[0-9a-z]{24}$/);
  assert.match(made.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual(made.events, [...usualEventTypes]);
  for (const path of [`/v1/webhooks/${made.id}`, '/v1/webhooks']) {
    const { status, body } = await json('GET', path);
    assert.equal(status, 200);
    assert.ok(JSON.stringify(body).includes(made.id));
    assert.ok(!JSON.stringify(body).includes('whsec_'));
  }
  const audit = await json<{ data: { action: string; target: string }[] }>('GET', '/v1/audit');
  assert.deepEqual([audit.body.data[0]?.action, audit.body.data[0]?.target], ['webhook.created', made.id]);
  assert.ok(!JSON.stringify(audit.body).includes('whsec_'));
});

const refused: [string, object][] = [
  ['http', { url: 'http://hooks.halden.example/' }],
  ['a private address', { url: 'https://192.168.0.1/' }],
  ['the metadata of a cloud', { url: 'https://169.254.169.254/latest' }],
  ['an IPv6 loopback', { url: 'https://[::1]/' }],
  ['an odd spelling of a loopback', { url: 'https://0x7f.1/' }],
  ['this machine', { url: 'https://localhost/' }],
  ['a port of mail', { url: 'https://hooks.halden.example:25/' }],
  ['credentials', { url: 'https://me:pw@hooks.halden.example/' }],
  ['a file', { url: 'file:///etc/passwd' }],
  ['no URL', { url: 'hooks' }],
  ['another port of a trusted host', { url: 'http://10.0.0.5:3001/' }],
];
for (const [what, body] of refused)
  test(`an endpoint is refused for ${what}, and so is the change to it`, async () => {
    const made = await json<{ errors: { pointer: string }[] }>('POST', '/v1/webhooks', body);
    assert.equal(made.status, 422);
    assert.equal(made.body.errors[0]?.pointer, '/url');
    const { id } = await create();
    assert.equal((await json('PATCH', `/v1/webhooks/${id}`, body)).status, 422);
    assert.equal((await json('DELETE', `/v1/webhooks/${id}`)).status, 204);
  });

test('a request for a video says whom to tell of what, and the generation shows it', async () => {
  const webhook = { webhook_url: 'http://10.0.0.5:3000/one', webhook_events: ['generation.processing'] };
  const made = await json('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    prompt: 'a calm morning',
    duration: 5,
    aspect_ratio: '16:9',
    ...webhook,
  });
  assert.equal(made.status, 202);
  const shown = await json('GET', `/v1/generations/${made.body['id']}`);
  for (const { body } of [made, shown])
    assert.deepEqual([body['webhook_url'], body['webhook_events']], Object.values(webhook));
  const log = await json<DeliveryPage>('GET', `/v1/generations/${made.body['id']}/deliveries`);
  assert.deepEqual(log.body.data, []);
});

test('a private origin that the operator trusts is taken', async () => {
  const { id, url } = await create({ url: 'http://10.0.0.5:3000/hook' });
  assert.equal(url, 'http://10.0.0.5:3000/hook');
  await json('DELETE', `/v1/webhooks/${id}`);
});

test('an address has one endpoint, and an account twenty, also when many are made at once', async () => {
  const busy = await signUp(app);
  const url = 'https://hooks.halden.example/same';
  const same = await Promise.all(
    Array.from({ length: 6 }, () => json('POST', '/v1/webhooks', { url }, busy.key)),
  );
  assert.deepEqual(same.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
  const many = await Promise.all(
    Array.from({ length: maxEndpoints + 5 }, (_, index) =>
      json('POST', '/v1/webhooks', { url: `${url}/${index}` }, busy.key),
    ),
  );
  assert.equal(many.filter(({ status }) => status === 201).length, maxEndpoints - 1);
  const list = await json<{ data: Endpoint[] }>('GET', '/v1/webhooks', undefined, busy.key);
  assert.equal(list.body.data.length, maxEndpoints);
});

test("nobody sees or touches another account's endpoints and deliveries, nor those of the other purse", async () => {
  const { id } = await create({ events: ['*'] });
  await happen('balance.low');
  const { body } = await json<DeliveryPage>('GET', `/v1/webhooks/${id}/deliveries`);
  const [delivery] = body.data;
  assert.ok(delivery);
  const { key: testKey } = (await json<{ key: string }>('POST', '/v1/keys', { mode: 'test', name: 'test' }))
    .body;
  for (const key of [stranger.key, testKey]) {
    for (const [method, path, sent] of [
      ['GET', `/v1/webhooks/${id}`],
      ['PATCH', `/v1/webhooks/${id}`, { description: 'mine' }],
      ['DELETE', `/v1/webhooks/${id}`],
      ['POST', `/v1/webhooks/${id}/secret/rotate`, {}],
      ['POST', `/v1/webhooks/${id}/test`],
      ['GET', `/v1/webhooks/${id}/deliveries`],
      ['GET', `/v1/deliveries/${delivery.id}`],
      ['POST', `/v1/deliveries/${delivery.id}/resend`],
    ] as const)
      assert.equal((await json(method, path, sent, key)).status, 404, `${method} ${path}`);
    const log = await json<DeliveryPage>('GET', '/v1/deliveries', undefined, key);
    assert.deepEqual(log.body.data, []);
    assert.equal(
      (await json('GET', `/v1/webhooks?account_id=${owner.accountId}`, undefined, stranger.key)).status,
      404,
    );
  }
  const asOperator = await json<{ data: Endpoint[] }>(
    'GET',
    `/v1/webhooks?account_id=${owner.accountId}`,
    undefined,
    operatorKey,
  );
  assert.ok(asOperator.body.data.some((endpoint) => endpoint.id === id));
  const secrets = await Promise.all(
    [owner.key, stranger.key, testKey].map((key) =>
      json<{ secret: string }>('GET', '/v1/webhooks/default/secret', undefined, key),
    ),
  );
  assert.equal(new Set(secrets.map((one) => one.body.secret)).size, 3);
});

test('an endpoint gets what it asks for, of its own purse, and nothing once it is disabled or deleted', async () => {
  const all = await create({ events: ['*'] });
  const some = await create({ events: ['credits.expired'] });
  await happen('balance.low');
  await happen('credits.expired');
  await happen('credits.expired', owner, 'test');
  await happen('credits.expired', stranger);
  const count = async (id: string) =>
    (await json<DeliveryPage>('GET', `/v1/webhooks/${id}/deliveries`)).body.data.length;
  assert.deepEqual([await count(all.id), await count(some.id)], [2, 1]);

  const off = await json<Endpoint>('PATCH', `/v1/webhooks/${all.id}`, { enabled: false });
  assert.deepEqual([off.body.enabled, off.body.disabled_by], [false, 'owner']);
  const { body } = await json<DeliveryPage>('GET', `/v1/webhooks/${all.id}/deliveries?state=failed`);
  assert.deepEqual(
    body.data.map(({ last_error }) => last_error),
    ['The endpoint was disabled.', 'The endpoint was disabled.'],
  );
  await happen('balance.low');
  assert.equal(await count(all.id), 2);
  assert.equal((await json('POST', `/v1/webhooks/${all.id}/test`)).status, 409);

  assert.equal((await json('DELETE', `/v1/webhooks/${some.id}`)).status, 204);
  assert.equal((await json('GET', `/v1/webhooks/${some.id}`)).status, 404);
  await happen('credits.expired');
  const log = await json<DeliveryPage>('GET', '/v1/deliveries?state=failed');
  assert.deepEqual(
    log.body.data.filter(({ endpoint_id }) => endpoint_id === some.id).map(({ last_error }) => last_error),
    ['The endpoint was deleted.'],
  );
});

test('what a generation wants told at the address of an endpoint goes there also without the endpoint', async () => {
  const { accountId, key } = await signUp(app, 1_000);
  const made = await create({ events: ['*'] }, key);
  const body = { prompt: 'A calm morning', duration: 4, aspect_ratio: '16:9', webhook_url: made.url };
  const path = '/v1/bytedance/seedance-2.0/text-to-video';
  const { id } = (await json<{ id: string }>('POST', path, body, key)).body;
  await json('POST', `/v1/generations/${id}/cancel`, undefined, key);
  await json('DELETE', `/v1/webhooks/${made.id}`, undefined, key);
  const log = await store.query(
    `select e.type, d.state, d.endpoint_id from deliveries d join events e on e.id = d.event_id
    where d.account_id = $1 order by e.id`,
    [accountId],
  );
  assert.deepEqual(log, [
    { type: 'generation.created', state: 'failed', endpoint_id: made.id },
    { type: 'generation.failed', state: 'pending', endpoint_id: null },
  ]);
});

test('a test event goes to its endpoint alone, whatever that takes', async () => {
  const other = await create({ events: ['*'] });
  const { id } = await create({ events: ['payment.paid'] });
  const sent = await json<{ event_id: string }>('POST', `/v1/webhooks/${id}/test`);
  assert.equal(sent.status, 202);
  const { body } = await json<DeliveryPage>('GET', `/v1/webhooks/${id}/deliveries`);
  assert.deepEqual(
    body.data.map(({ type, event_id }) => [type, event_id]),
    [['webhook.test', sent.body.event_id]],
  );
  const others = await json<DeliveryPage>('GET', `/v1/webhooks/${other.id}/deliveries`);
  assert.deepEqual(others.body.data, []);
});

test('the log has pages, newest first', async () => {
  const { id } = await create({ events: ['*'] });
  for (let count = 0; count < 5; count += 1) await happen('balance.low');
  const seen: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const more: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: { body: DeliveryPage } = await json<DeliveryPage>(
      'GET',
      `/v1/webhooks/${id}/deliveries?limit=2${more}`,
    );
    seen.push(...page.body.data.map(({ event_id }) => event_id));
    cursor = page.body.next_cursor;
  }
  const numbers = seen.map((text) => Number(text.slice(4)));
  assert.deepEqual([numbers.length, numbers], [5, [...numbers].sort((a, b) => b - a)]);
});

test('the feed goes on where it left off, and knows its own account and purse only', async () => {
  await othersAreThrough();
  const { body: start } = await feed('cursor=end');
  assert.deepEqual([start.data, start.has_more], [[], false]);
  for (let count = 0; count < 5; count += 1) await happen('balance.low');
  await happen('balance.low', stranger);
  await happen('balance.low', owner, 'test');
  await othersAreThrough();
  const first = await feed(`cursor=${start.next_cursor}&limit=3`);
  assert.deepEqual([first.body.data.length, first.body.has_more], [3, true]);
  const rest = await feed(`cursor=${first.body.next_cursor}&limit=3`);
  assert.deepEqual([rest.body.data.length, rest.body.has_more], [2, false]);
  const none = await feed(`cursor=${rest.body.next_cursor}`);
  assert.deepEqual(none.body.data, []);
  await happen('credits.expired');
  await othersAreThrough();
  const typed = await feed(`cursor=${none.body.next_cursor}&types=credits.expired,payment.paid`);
  assert.deepEqual(
    typed.body.data.map(({ type }) => type),
    ['credits.expired'],
  );
  assert.equal((await feed('cursor=nonsense')).status, 422);
  assert.equal((await feed('types=nonsense')).status, 422);
});

test('the feed since a time has what happened from then on, and reads nothing before', async () => {
  const { accountId, key } = await signUp(app);
  const who = { accountId, key };
  for (let n = 0; n < 3; n += 1) await happen('balance.low', who);
  await store.query(`update events set created_at = created_at - interval '2 days' where account_id = $1`, [
    accountId,
  ]);
  for (let n = 0; n < 2; n += 1) await happen('balance.low', who);
  await othersAreThrough();
  const since = async (daysAgo: number) => {
    const at = new Date(Date.now() - daysAgo * 86_400_000).toISOString();
    return (await feed(`since=${at}`, key)).body.data.length;
  };
  assert.deepEqual([await since(3), await since(1)], [5, 2]);
});

test('the feed misses nothing that was written first and committed last', async () => {
  await othersAreThrough();
  const { body: start } = await feed('cursor=end');
  let written = () => {};
  let commit = () => {};
  const isWritten = new Promise<void>((resolve) => {
    written = resolve;
  });
  const mayCommit = new Promise<void>((resolve) => {
    commit = resolve;
  });
  const slow = store.transaction(async (db) => {
    await insertAccountEvent(db, {
      accountId: owner.accountId,
      type: 'balance.low',
      data: { purse: 'live' },
    });
    written();
    await mayCommit;
  });
  await isWritten;
  await happen('credits.expired');
  const early = await feed(`cursor=${start.next_cursor}`);
  commit();
  await slow;
  const late = await feed(`cursor=${early.body.next_cursor}&wait=30`);
  assert.deepEqual(
    [...early.body.data, ...late.body.data].map(({ type }) => type),
    ['balance.low', 'credits.expired'],
  );
});

test('a database that was restored to another server goes on with the feed, and with its cursors', async () => {
  const { accountId, key } = await signUp(app);
  const tell = () => insertAccountEvent(store, { accountId, type: 'balance.low', data: { purse: 'live' } });
  const read = (query: string) =>
    app.json<EventFeed>('GET', `/v1/events?types=balance.low&${query}`, { key });
  await tell();
  const second = await tell();
  // As its events and a cursor after the first look there: transactions of the other server were far ahead.
  await store.query(`update events set txid = '900000000000'`);
  const cursor = writeCursor({ txid: '900000000000', id: second - 1 });
  await mendFeed(store);
  await mendFeed(store);
  await tell();
  await othersAreThrough();
  assert.equal((await read('')).body.data.length, 3);
  assert.equal((await read(`cursor=${cursor}`)).body.data.length, 2);
});

test('a call that waits is answered as soon as something happens', async () => {
  await othersAreThrough();
  const { body: start } = await feed('cursor=end');
  const waiting = feed(`cursor=${start.next_cursor}&wait=30`);
  await happen('balance.low');
  const { body } = await waiting;
  assert.deepEqual(
    body.data.map(({ type }) => type),
    ['balance.low'],
  );
});

test('nothing unexpected happened', () => assert.deepEqual(app.unexpected, []));
