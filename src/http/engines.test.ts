import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { likelyEngine } from '../actions/route-request.ts';
import type { Engine, EngineList } from '../contract/engine.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { Route, RouteList } from '../contract/route.ts';
import type { RemoteEngine } from '../domain/engine.ts';
import { type PriceBook, priceBooks } from '../domain/price-book.ts';
import type { PricedEngine } from '../domain/priced-engine.ts';
import { capabilities } from '../engines/simulated/capabilities.ts';
import { recordLook, registerServers } from '../store/engine-servers.ts';
import { registerEngines, restEngine } from '../store/engines.ts';
import { readGeneration } from '../store/read-generations.ts';

const app = await createTestApp({ priceBook: priceBooks.published });
const { store } = app;

/** An engine that is asked for plans only. */
const engineOf = (name: string, priceBook: PriceBook, changes: Partial<RemoteEngine> = {}): PricedEngine => ({
  engine: {
    kind: 'remote',
    name,
    capabilities: { ...capabilities, model: `${name}-1` },
    slots: 2,
    callSeconds: 5,
    recovery: { idempotencyKey: false, lookUp: true, callback: false },
    trustedOrigins: [],
    start: () => Promise.reject(new Error('this engine only plans')),
    check: () => Promise.reject(new Error('this engine only plans')),
    handleOf: (id) => ({ id }),
    ...changes,
  },
  priceBook,
  serves: ['live'],
  simulates: false,
});

const origins = ['http://10.0.0.5:8091', 'http://10.0.0.6:8091'];
const priced = [
  engineOf('own', priceBooks.headline),
  engineOf('hosted', priceBooks.published),
  engineOf('dear', priceBooks.published),
  engineOf('short', priceBooks.free, { capabilities: { ...capabilities, durationsSeconds: [4] } }),
];
const engines = app.deps.engines as Map<string, PricedEngine>;
for (const one of priced) engines.set(one.engine.name, one);
await registerEngines(store, [
  { name: 'local', slots: undefined },
  { name: 'of-old', slots: 3 },
  ...priced.map(({ engine }) => ({
    name: engine.name,
    slots: engine.kind === 'remote' ? engine.slots : undefined,
  })),
]);
await registerServers(
  store,
  'own',
  origins.map((origin) => ({ origin, slots: 1 })),
);
const { accountId, key } = await signUp(app, 100_000);

const listed = async (asking: string) => {
  const { status, body } = await app.json<EngineList>('GET', '/v1/engines', { key: asking });
  assert.equal(status, 200);
  return new Map(body.data.map((engine) => [engine.name, engine]));
};

test('lists what engines can do, cost and have done lately', async () => {
  const engine = (await listed(operatorKey)).get('own');
  assert.ok(engine !== undefined);
  assert.deepEqual(
    [engine.state, engine.model, engine.slots, engine.serves],
    ['ready', 'own-1', 2, ['live']],
  );
  assert.deepEqual(engine.price?.lengths[1], { duration: 5, credits: 151, usd_cents: 151 });
  assert.deepEqual(engine.capabilities?.max_references, { image: 9, video: 3, audio: 3, total: 12 });
  assert.deepEqual(engine.statistics, {
    window_hours: 24,
    attempts: 0,
    succeeded: 0,
    rejected: 0,
    failed: 0,
    success_rate: null,
    rejection_rate: null,
    latency_p50_seconds: null,
    latency_p95_seconds: null,
  });
  assert.equal((await listed(operatorKey)).get('of-old')?.state, 'not_set_up');
});

test('reckons success, rejections and latency over the attempts that have ended', async () => {
  const { body } = await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key,
    body: { prompt: 'x', duration: 5, aspect_ratio: '16:9', engine: 'hosted' },
  });
  const results = [
    ['succeeded', null, 60],
    ['succeeded', null, 100],
    ['failed', 'engine_failed', 5],
    ['failed', 'content_rejected', 5],
    ['canceled', 'canceled', 5],
  ] as const;
  for (const [index, [result, code, seconds]] of results.entries())
    await store.query(
      `insert into attempts (id, generation_id, number, engine, started_at, ended_at, result, code)
      values ($1, $2, $3, 'hosted', now() - $4 * interval '1 second', now(), $5, $6)`,
      [`att_${index}`, body.id, index + 1, seconds, result, code],
    );
  const statistics = (await listed(operatorKey)).get('hosted')?.statistics;
  assert.deepEqual(statistics, {
    window_hours: 24,
    attempts: 4,
    succeeded: 2,
    rejected: 1,
    failed: 1,
    success_rate: 2 / 3,
    rejection_rate: 1 / 4,
    latency_p50_seconds: 80,
    latency_p95_seconds: 98,
  });
});

test('shows an account the engines that work for it, and not where they stand', async () => {
  const engines = await listed(key);
  assert.deepEqual([...engines.keys()].sort(), ['dear', 'hosted', 'local', 'own', 'short']);
  assert.deepEqual(engines.get('own')?.servers, []);
});

test('shows the operator the servers, and drains one', async () => {
  const states = origins.map((origin) => ({
    origin,
    slots: 1,
    busy: origin === origins[0] ? 1 : null,
    trouble: origin === origins[0] ? null : 'It hangs.',
  }));
  await recordLook(store, 'own', states);
  const servers = (await listed(operatorKey)).get('own')?.servers ?? [];
  assert.deepEqual(
    servers.map(({ state, busy, trouble }) => [state, busy, trouble]),
    [
      ['ready', 1, null],
      ['down', null, 'It hangs.'],
    ],
  );
  const change = (verb: string, origin: string, asking = operatorKey) =>
    app.json<Engine['servers'][number]>('POST', `/v1/engines/own/servers/${verb}`, {
      key: asking,
      body: { origin },
    });
  assert.equal((await change('drain', origins[0] ?? '')).body.state, 'drained');
  await registerServers(
    store,
    'own',
    origins.map((origin) => ({ origin, slots: 1 })),
  );
  assert.equal(
    (await listed(operatorKey)).get('own')?.servers[0]?.state,
    'drained',
    'a restart forgets nothing',
  );
  assert.equal((await change('resume', origins[0] ?? '')).body.state, 'ready');
  assert.equal((await change('drain', 'http://10.9.9.9')).status, 404);
  assert.equal((await change('drain', origins[0] ?? '', key)).status, 403);
});

const setRoute = (asking: string, body: object) =>
  app.json<Route & Problem>('PUT', '/v1/routes', { key: asking, body });

const route = { endpoint: 'text-to-video', engines: ['own', 'hosted'] };

async function submit(changes: object = {}): Promise<Generation> {
  const { status, body } = await app.json<Generation & Problem>(
    'POST',
    '/v1/bytedance/seedance-2.0/text-to-video',
    { key, body: { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9', ...changes } },
  );
  assert.equal(status, 202, JSON.stringify(body));
  return body;
}

const fallbacksOf = async ({ id }: Generation) =>
  ((await readGeneration(store, id)).plan.fallbacks ?? []).map(({ engine }) => engine);

test('leads requests by the narrowest route: of a workflow, of the account, of everybody', async () => {
  assert.equal((await submit()).engine, 'local', 'without a route the first engine');
  const everybody = await setRoute(operatorKey, route);
  assert.deepEqual([everybody.status, everybody.body.scope], [200, 'everybody']);
  assert.equal((await submit()).engine, 'own');
  assert.equal((await submit({ engine: 'local' })).engine, 'local', 'who names one gets it');
  await setRoute(key, { ...route, engines: ['hosted'] });
  assert.equal((await submit()).engine, 'hosted');
  const ads = await setRoute(key, {
    ...route,
    engines: ['dear', 'own'],
    scope: 'workflow',
    scope_value: 'ads',
  });
  assert.equal((await submit({ workflow: 'ads' })).engine, 'dear');
  assert.equal((await submit({ workflow: 'other' })).engine, 'hosted');
  const routes = (await app.json<RouteList>('GET', '/v1/routes', { key })).body.data;
  assert.deepEqual(
    routes.map(({ scope, engines }) => [scope, engines.join()]),
    [
      ['everybody', 'own,hosted'],
      ['account', 'hosted'],
      ['workflow', 'dear,own'],
    ],
  );
  const remove = (id: string, asking: string) =>
    app.call(`/v1/routes/${id}`, { method: 'DELETE', key: asking });
  assert.equal((await remove(everybody.body.id, key)).status, 404, 'everybody’s is not the account’s');
  assert.equal((await remove(ads.body.id, key)).status, 204);
  assert.equal((await submit({ workflow: 'ads' })).engine, 'hosted');
  await setRoute(key, { ...route, engines: ['own', 'hosted', 'short'] });
});

test('prices by the engine that a route leads to, in estimates as in submits', async () => {
  const { body } = await app.json<{ engine: string; each: { credits: number } }>('POST', '/v1/estimates', {
    key,
    body: { endpoint: 'text-to-video', duration: 5 },
  });
  assert.equal(body.engine, 'own');
  assert.equal((await submit()).price.credits, 151);
});

test('keeps for a failure only the engines that can make it for no more than is held', async () => {
  assert.deepEqual(
    await fallbacksOf(await submit()),
    [],
    'the hosted one is dearer, the short one makes no 5 s',
  );
  assert.deepEqual(await fallbacksOf(await submit({ duration: 4 })), ['short']);
  await setRoute(key, { ...route, engines: ['hosted', 'own', 'dear'] });
  assert.deepEqual(await fallbacksOf(await submit()), ['own', 'dear']);
  await setRoute(key, { ...route, engines: ['own', 'hosted'] });
});

test('passes over an engine that rests, and one that is full where another has room for no more', async () => {
  await setRoute(key, { ...route, engines: ['hosted', 'own'] });
  await store.query(`update engines set running = 2 where name = 'hosted'`);
  const overflow = await submit();
  assert.equal(overflow.engine, 'own');
  assert.deepEqual(
    overflow.plan.adjustments.map(({ code }) => code),
    ['engine_passed_over', 'seed_chosen'],
  );
  await setRoute(key, { ...route, engines: ['own', 'hosted'] });
  await store.query(
    `update engines set running = case name when 'own' then 2 else 0 end where name in ('own', 'hosted')`,
  );
  assert.equal((await submit()).engine, 'own', 'it waits rather than to cost more');
  await restEngine(store, 'own', 60, 'Five starts in a row have failed.');
  const led = await submit();
  assert.equal(led.engine, 'hosted');
  assert.match(
    led.plan.adjustments[0]?.message ?? '',
    /"hosted" makes it, not "own".*Five starts in a row have failed/,
  );
  await restEngine(store, 'hosted', 60, 'It too.');
  assert.equal((await submit()).engine, 'own', 'where all rest, the first one');
  await store.query(`update engines set not_before = null, running = 0`);
});

test('says so where a route leads to nobody who can make it, and forecasts by the usual engine', async () => {
  await setRoute(key, { ...route, engines: ['short'] });
  const asked = { prompt: 'x', duration: 5, aspect_ratio: '16:9' };
  const refused = await app.json<Problem>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key,
    body: asked,
  });
  assert.deepEqual([refused.status, refused.body.code], [422, 'unsupported_by_engine']);
  assert.match(
    refused.body.detail,
    /No engine of the route route_\w+ \(short\) is set up here and makes 5 s/,
  );
  const likely = async (durationSeconds: number) => {
    const caller = { accountId, keyId: 'key_x', purse: 'live' as const, workflow: undefined };
    const shape = { endpoint: 'text-to-video' as const, durationSeconds };
    return (await likelyEngine(app.deps, { ...caller, ...shape })).engine.name;
  };
  assert.deepEqual([await likely(5), await likely(4)], ['local', 'short']);
  await setRoute(key, route);
});

const refusedRoutes: [what: string, body: object, status: number, pointer: string | undefined][] = [
  ['an engine that is not set up', { ...route, engines: ['own', 'nobody'] }, 422, '/engines/1'],
  ['an engine twice', { ...route, engines: ['own', 'own'] }, 422, '/engines'],
  ['no engine', { ...route, engines: [] }, 422, '/engines'],
  ['an endpoint that there is not', { ...route, endpoint: 'x' }, 422, '/endpoint'],
  ['a workflow without its name', { ...route, scope: 'workflow' }, 422, '/scope_value'],
  ['a key of another account', { ...route, scope: 'key', scope_value: 'key_other' }, 404, '/scope_value'],
  ['everybody', { ...route, scope: 'everybody' }, 403, undefined],
  ['another account', { ...route, account_id: 'acc_other' }, 404, undefined],
];

for (const [what, body, status, pointer] of refusedRoutes)
  test(`refuses a route of an account for ${what}`, async () => {
    const refused = await setRoute(key, body);
    assert.equal(refused.status, status, JSON.stringify(refused.body));
    assert.equal(refused.body.errors?.[0]?.pointer, pointer);
  });

test('lets the operator set and remove the route of an account', async () => {
  const set = await setRoute(operatorKey, { ...route, endpoint: 'image-to-video', account_id: accountId });
  assert.deepEqual([set.status, set.body.scope, set.body.account_id], [200, 'account', accountId]);
  const removed = await app.call(`/v1/routes/${set.body.id}`, { method: 'DELETE', key: operatorKey });
  assert.equal(removed.status, 204);
});

test('a test key goes its own way, whatever the route says', async () => {
  const made = await app.json<{ key: string }>('POST', '/v1/keys', {
    key: operatorKey,
    body: { account_id: accountId, mode: 'test' },
  });
  const { status, body } = await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key: made.body.key,
    body: { prompt: 'x', duration: 5, aspect_ratio: '16:9' },
  });
  assert.deepEqual([status, body.engine], [202, 'local']);
});

test('nobody has met an error that was not expected', () => {
  assert.deepEqual(app.unexpected, []);
});
