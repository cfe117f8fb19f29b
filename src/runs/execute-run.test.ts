import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { ownServer } from '../../test/fixtures/own-server.ts';
import { feedAll } from '../../test/records.ts';
import { runAll, runDeps } from '../../test/runs.ts';
import { until } from '../../test/until.ts';
import { whileServing } from '../../test/while-serving.ts';
import { createClient } from '../client/index.ts';
import type { AlertPage } from '../contract/alert.ts';
import type { Problem } from '../contract/problem.ts';
import type { Run, RunPage } from '../contract/run.ts';
import type { EventFeed } from '../contract/webhook.ts';
import type { WorkflowDetail } from '../contract/workflow.ts';
import type { Definition } from '../contract/workflow-definition.ts';
import { priceBooks } from '../domain/price-book.ts';
import { meetSchedule } from './meet-schedules.ts';

let products: object[] = [
  { sku: 'MUG', name: 'Mug' },
  { sku: 'LAMP', name: 'Lamp' },
  { sku: 'BOWL', name: 'Bowl' },
];
const shop = await ownServer(({ method }) =>
  method === 'GET' ? { code: 200, json: { products } } : { code: 204, json: null },
);
const messages = () =>
  shop.received
    .filter(({ method }) => method === 'POST')
    .map(({ body }) => (JSON.parse(body.toString()) as { data: { key: string; version: number } }).data)
    .map(({ key, version }) => `${key}@${version}`);

const variables = { SHOP_HOOK_SECRET: `whsec_${'a'.repeat(43)}=` };
const trustedOrigins = [shop.origin];
const app = await createTestApp({ priceBook: priceBooks.published, trustedOrigins, variables });
const deps = runDeps(app, { trustedOrigins, variables });
const { accountId, key } = await signUp(app, 10_000);
const other = await signUp(app);

const definition = (name: string, changes: object = {}) => ({
  name,
  endpoint: 'text-to-video',
  source: { url: `${shop.origin}/products`, items: 'products', key: 'sku' },
  prompt: 'A {{ name }} turns slowly',
  duration: 5,
  aspect_ratio: '16:9',
  publish: true,
  ...changes,
});

const store = <T = Definition>(name: string, body: object, by = key) =>
  app.json<T>('PUT', `/v1/workflows/${name}/definition`, { key: by, body });
const ask = <T = Run>(name: string, body: object = {}, by = key) =>
  app.json<T>('POST', `/v1/workflows/${name}/runs`, { key: by, body });
const read = async (id: string) => (await app.json<Run>('GET', `/v1/runs/${id}`, { key })).body;
const serve = (fails: string[] = []) => whileServing(app, accountId, () => runAll(deps), fails);
const newest = async (name: string) => {
  const { body } = await app.json<RunPage>('GET', `/v1/workflows/${name}/runs`, { key });
  const [run] = body.data;
  assert.ok(run !== undefined);
  return run;
};
/** As if it had been due just now. */
const makeDue = (name: string) =>
  app.store.query(`update schedules set next_due_at = date_trunc('minute', now()) where workflow = $1`, [
    name,
  ]);

test('a schedule makes what is new when it is due, tells the shop once, and nothing the next time', async () => {
  const body = definition('nightly', {
    schedule: { cron: '0 3 * * *', time_zone: 'Europe/Vienna', max_credits: 1_000 },
    sink: { url: `${shop.origin}/hook`, secret_env: 'SHOP_HOOK_SECRET', allow_local: true },
  });
  assert.equal((await store('nightly', body)).body.version, 1);
  const { body: shown } = await app.json<WorkflowDetail>('GET', '/v1/workflows/nightly', { key });
  assert.deepEqual([shown.definition_version, shown.schedule?.next_runs.length], [1, 5]);
  assert.match(shown.schedule?.next_runs[0] ?? '', /T03:00:00\+0[12]:00$/);

  await makeDue('nightly');
  assert.ok(await meetSchedule(app.store));
  await serve();
  const first = await newest('nightly');
  assert.deepEqual([first.state, first.cause, first.reason, first.credits], ['done', 'schedule', null, 909]);
  assert.deepEqual([first.rows?.new, first.rows?.made, first.sinks[0]?.written], [3, 3, 3]);
  assert.deepEqual(messages().toSorted(), ['BOWL@1', 'LAMP@1', 'MUG@1']);
  // As planned, and no dearer, whatever each would cost when its turn has come.
  const most = await app.store.query(
    "select distinct request->'max_credits' as each from batch_rows where batch_id = any($1)",
    [first.batch_ids],
  );
  assert.deepEqual(most, [{ each: 303 }]);

  products = [
    { sku: 'MUG', name: 'Cup' },
    { sku: 'LAMP', name: 'Lamp' },
    { sku: 'BOWL', name: 'Bowl' },
  ];
  const changed = await ask('nightly');
  assert.equal(changed.status, 202);
  const twice = await ask<Problem>('nightly');
  assert.deepEqual([twice.status, twice.body.code], [409, 'invalid_state']);
  await serve();
  const second = await read(changed.body.id);
  assert.deepEqual(
    [second.state, second.rows?.changed, second.rows?.unchanged, second.credits],
    ['done', 1, 2, 303],
  );
  assert.deepEqual(
    messages().filter((text) => text.endsWith('@2')),
    ['MUG@2'],
  );

  // Stored again with other words, it is another version; its next time stays.
  const again = await store('nightly', { ...body, title: '{{ name }}' });
  assert.equal(again.body.version, 2);
  assert.equal((await store('nightly', { title: '{{ name }}', ...body })).body.version, 2);
  // The feed ends before the oldest transaction that is still open, whoever's.
  const told = await until('both events', async () => {
    const path = '/v1/events?types=workflow.run.succeeded&limit=10';
    const { data } = (await app.json<EventFeed>('GET', path, { key })).body;
    return data.length < 2 ? undefined : data;
  });
  assert.deepEqual(
    told.map(({ data }) => data['run_id']),
    [first.id, second.id],
  );
});

test('a run that costs too much, finds no path but those of the server, or lost its key, fails with its reason', async () => {
  await store('dear', definition('dear', { schedule: { cron: '0 3 * * *', max_credits: 908 } }));
  const dear = await ask('dear');
  await serve();
  const refused = await read(dear.body.id);
  assert.deepEqual(
    [refused.state, refused.reason?.code, refused.batch_ids],
    ['failed', 'price_above_maximum', []],
  );

  // A path in the data of a source would be a file of the server.
  products = products.map((product) => ({ ...product, photo: '/etc/hostname' }));
  await store('paths', definition('paths', { endpoint: 'reference-to-video', photos: { column: 'photo' } }));
  const paths = await ask('paths');
  await serve();
  const none = await read(paths.body.id);
  assert.deepEqual([none.state, none.reason?.code, none.rows?.invalid], ['failed', 'nothing_made', 3]);

  // Each row of it would keep the thread of the server for half a second.
  const before = products;
  products = Array.from({ length: 40 }, (_, index) => ({ sku: `S-${index}`, name: 'Slow' }));
  await store(
    'slow',
    definition('slow', {
      prompt: '{% for i in (1..900000) %}{% assign n = i | times: 2 %}{% endfor %}{{ name }}',
    }),
  );
  const slow = await ask('slow');
  await serve();
  products = before;
  const ended = await read(slow.body.id);
  assert.deepEqual([ended.state, ended.reason?.code, ended.batch_ids], ['failed', 'invalid_request', []]);
  assert.match(ended.reason?.message ?? '', /take too long to fill/);

  await store('private', definition('private', { source: { url: 'http://10.0.0.1/products', key: 'sku' } }));
  const far = await ask('private');
  await serve();
  assert.equal((await read(far.body.id)).reason?.code, 'reference_forbidden_address');

  const second = await app.json<{ id: string; key: string }>('POST', '/v1/keys', { key, body: {} });
  await store(
    'orphan',
    definition('orphan', { schedule: { cron: '0 3 * * *', max_credits: 5_000 } }),
    second.body.key,
  );
  await app.json('DELETE', `/v1/keys/${second.body.id}`, { key });
  await makeDue('orphan');
  await meetSchedule(app.store);
  await serve();
  const orphan = await newest('orphan');
  assert.deepEqual([orphan.state, orphan.reason?.code], ['failed', 'key_revoked']);
  const { body: alerts } = await app.json<AlertPage>('GET', '/v1/alerts', { key });
  assert.deepEqual(
    alerts.data.map(({ summary }) => summary),
    ['orphan', 'private', 'slow', 'paths', 'dear'].map((name) => `A run of ${name} failed`),
  );
});

/** Works on what waits until the rows of a run are sent, and dies before anybody has heard of it. */
async function dieOnceSent(): Promise<void> {
  const dying = new AbortController();
  const fetchAndDie =
    (keyId: string): typeof fetch =>
    async (input, init) => {
      const answer = await app.fetchAs(keyId)(input, init);
      if (!/\/v1\/batches\/[^/]+\/rows$/.test(String(input)) || init?.method !== 'POST') return answer;
      dying.abort();
      throw new Error('gone');
    };
  await runAll(
    {
      ...deps,
      clientOf: (keyId) => createClient({ baseUrl: 'http://kinora', fetch: fetchAndDie(keyId) }),
    },
    dying.signal,
  );
}

test('a run that is left once its rows are sent is taken up where it was, and asks for none again', async () => {
  await store('left', definition('left'));
  const { body } = await ask('left');
  await dieOnceSent();
  const left = await read(body.id);
  assert.deepEqual([left.state, left.batch_ids.length, left.rows?.new], ['planning', 1, 3]);
  // One that fails before the run is taken up would be tried again.
  const working = runAll(deps);
  await until('a look at its rows', async () =>
    (await read(body.id)).state === 'running' ? true : undefined,
  );
  await whileServing(app, accountId, () => working, ['A Cup turns slowly']);
  const done = await read(body.id);
  assert.deepEqual([done.state, done.reason?.code, done.batch_ids], ['done', 'partly', left.batch_ids]);
  assert.deepEqual([done.rows?.new, done.rows?.sent, done.rows?.made, done.rows?.failed], [3, 3, 2, 1]);
});

test('what a run asked for before it was left counts for its max_credits', async () => {
  await store('grown', definition('grown'));
  const { body } = await ask('grown', { max_credits: 909 });
  await dieOnceSent();
  const before = products;
  products = [...products, { sku: 'VASE', name: 'Vase' }];
  await serve();
  products = before;
  const grown = await read(body.id);
  assert.deepEqual([grown.state, grown.reason?.code], ['failed', 'price_above_maximum']);
  assert.match(grown.reason?.message ?? '', /^4 videos cost 1,212 credits.* 3 of them were asked for before/);
  const [count] = await app.store.query(
    "select sum(row_count)::int as n from batches where workflow = 'grown'",
  );
  assert.deepEqual(count, { n: 3 });
});

test('rows of an earlier run whose key is revoked hold no later one up, and fail it', async () => {
  const leaver = await app.json<{ id: string; key: string }>('POST', '/v1/keys', { key, body: {} });
  await store('handed', definition('handed'));
  const first = await ask('handed', {}, leaver.body.key);
  await dieOnceSent();
  await app.json('DELETE', `/v1/keys/${leaver.body.id}`, { key });
  await serve();
  const left = await read(first.body.id);
  assert.deepEqual([left.state, left.reason?.code], ['failed', 'key_revoked']);
  const second = await ask('handed');
  await whileServing(app, accountId, () => runAll(deps, AbortSignal.timeout(5_000)));
  const held = await read(second.body.id);
  assert.deepEqual([held.state, held.reason?.code, held.rows?.sent], ['failed', 'key_revoked', 0]);
  assert.match(held.reason?.message ?? '', new RegExp(`^3 rows wait in ${left.batch_ids[0]}`));

  await app.json('POST', `/v1/batches/${left.batch_ids[0]}/cancel`, { key });
  const third = await ask('handed');
  await serve();
  assert.deepEqual([(await read(third.body.id)).state, (await read(third.body.id)).rows?.made], ['done', 3]);
});

test('a prompt or a title that is cut within a letter sinks neither its row nor those beside it', async () => {
  const before = products;
  products = [...products, { sku: 'STAR', name: `AAAA\u{1f31f}${'B'.repeat(193)}\u{1f31f}` }];
  await store(
    'cut',
    definition('cut', {
      prompt: "A {{ name | split: '' | slice: 0, 5 | join: '' }} turns slowly",
      title: '{{ name }}',
    }),
  );
  const cut = await ask('cut');
  await serve();
  products = before;
  const { state, reason, rows } = await read(cut.body.id);
  assert.deepEqual([state, reason, rows?.made], ['done', null, 4]);
  const [star] = await app.store.query(
    "select prompt from generations where workflow = 'cut' and metadata->>'record_key' = 'STAR'",
  );
  assert.deepEqual(star, { prompt: 'A AAAA turns slowly' });
});

test('rows that a cap keeps fail the run, go on when it is raised, and are not asked for again', async () => {
  await store('capped', definition('capped', { caps: { credits: 303 }, review: false }));
  const capped = await ask('capped');
  await serve();
  const first = await read(capped.body.id);
  assert.deepEqual(
    [first.state, first.reason?.code, first.rows?.made, first.rows?.waiting],
    ['failed', 'budget_exceeded', 1, 2],
  );
  await store('capped', definition('capped', { caps: { credits: 5_000 }, review: false }));
  const second = await ask('capped');
  await app.store.query('update batches set next_look_at = now()');
  await serve();
  const done = await read(second.body.id);
  assert.deepEqual([done.state, done.rows?.sent, done.reason], ['done', 0, null]);
  const [count] = await app.store.query("select count(*) as n from generations where workflow = 'capped'");
  assert.deepEqual(count, { n: 3 });
});

test('what is known of URLs that no row names any more is forgotten before it grows without end', async () => {
  const before = products;
  products = [{ sku: 'MUG', name: 'Mug', photo: `${shop.origin}/mug.jpg` }];
  await store(
    'signed',
    definition('signed', { endpoint: 'reference-to-video', photos: { column: 'photo' } }),
  );
  const known = async () => {
    const rows = await app.store.query<{ url: string }>(
      "select url from workflow_urls where workflow = 'signed' order by url limit 3",
    );
    return rows.map(({ url }) => url.replace(shop.origin, ''));
  };
  const add = (from: number, to: number) =>
    app.store.query(
      `insert into workflow_urls (account_id, purse, workflow, url, found)
      select $1, 'live', 'signed', 'https://cdn.example/' || n, '{"sha256": "", "bytes": 1, "at": ""}'
      from generate_series($2::int, $3::int) n`,
      [accountId, from, to],
    );
  await add(10_001, 20_000);
  await ask('signed');
  await serve();
  assert.equal((await known()).length, 3);
  await add(20_001, 20_003);
  await ask('signed');
  await serve();
  assert.deepEqual(await known(), ['/mug.jpg']);
  products = before;
});

test('a run can be canceled, waiting or under way, and a schedule paused and resumed', async () => {
  await store('stopped', definition('stopped', { schedule: { cron: '0 3 * * *', max_credits: 5_000 } }));
  const waiting = await ask('stopped');
  const cancel = (id: string) => app.json<Run>('POST', `/v1/runs/${id}/cancel`, { key });
  assert.equal((await cancel(waiting.body.id)).body.state, 'canceled');
  assert.equal((await cancel(waiting.body.id)).status, 409);

  const running = await ask('stopped');
  const working = runAll(deps);
  await until('a run under way', async () => {
    const { state, reason } = await read(running.body.id);
    assert.notEqual(state, 'failed', JSON.stringify(reason));
    return state === 'running' ? true : undefined;
  });
  await cancel(running.body.id);
  await working;
  const canceled = await read(running.body.id);
  assert.deepEqual(
    [canceled.state, canceled.rows?.sent, canceled.rows?.failed, canceled.credits],
    ['canceled', 3, 3, 0],
  );
  const batch = await app.json<{ status: string }>('GET', `/v1/batches/${canceled.batch_ids[0]}`, { key });
  assert.equal(batch.body.status, 'canceled');

  const change = (paused: boolean, name = 'stopped') =>
    app.json('PATCH', `/v1/workflows/${name}`, { key, body: { paused } });
  const nextRuns = async () =>
    (await app.json<WorkflowDetail>('GET', '/v1/workflows/stopped', { key })).body.schedule?.next_runs.length;
  await change(true);
  assert.equal(await nextRuns(), 0);
  await change(false);
  assert.equal(await nextRuns(), 5);
  assert.equal((await change(true, 'capped')).status, 409);
});

test('a deleted workflow is run no more; what it made stays, and a run under way is not taken from', async () => {
  const schedule = { cron: '0 3 * * *', max_credits: 5_000 };
  await store('gone', definition('gone', { schedule }));
  const remove = (by = key) => app.json<Problem>('DELETE', '/v1/workflows/gone/definition', { key: by });
  assert.equal((await remove(other.key)).status, 404);

  const first = await ask('gone');
  await dieOnceSent();
  const refused = await remove();
  assert.deepEqual([refused.status, refused.body.code], [409, 'invalid_state']);
  assert.match(refused.body.detail ?? '', new RegExp(`^${first.body.id} of gone is under way`));
  await serve();
  assert.equal((await read(first.body.id)).rows?.made, 3);

  // Due at the moment that it is deleted, and asked for by hand: neither is made.
  const waiting = await ask('gone');
  await makeDue('gone');
  assert.equal((await remove()).status, 204);
  assert.equal(await meetSchedule(app.store), false);
  const ended = await read(waiting.body.id);
  assert.deepEqual([ended.state, ended.reason?.code, ended.rows], ['canceled', 'deleted', null]);
  assert.deepEqual([(await remove()).status, (await ask('gone')).status], [404, 404]);
  const { body: left } = await app.json<WorkflowDetail>('GET', '/v1/workflows/gone', { key });
  assert.deepEqual(
    [left.definition_version, left.schedule, left.published, left.records.made],
    [null, null, true, 3],
  );
  const runs = await app.json<RunPage>('GET', '/v1/workflows/gone/runs', { key });
  assert.deepEqual(
    runs.body.data.map(({ state }) => state),
    ['canceled', 'done'],
  );

  assert.equal((await store('gone', definition('gone'))).body.version, 2);
  const again = await ask('gone');
  await serve();
  assert.deepEqual((await read(again.body.id)).rows?.unchanged, 3);
});

test('a rehearsal on the server is planned for its engine, made free, and of no record, cap or message', async () => {
  const before = messages().length;
  const tried = definition('tried', {
    engine: 'fal',
    caps: { credits: 100 },
    sink: { url: `${shop.origin}/hook`, secret_env: 'SHOP_HOOK_SECRET', allow_local: true },
    schedule: { cron: '0 3 * * *', rehearse: true },
  });
  await store('tried', { ...tried, caps: undefined });
  assert.equal((await store('tried', tried)).status, 200, 'it needs nothing to say what may be spent');
  const paid = await ask<Problem>('tried', { rehearse: true, max_credits: 5 });
  assert.deepEqual([paid.status, paid.body.errors?.[0]?.pointer], [422, '/max_credits']);

  await makeDue('tried');
  assert.ok(await meetSchedule(app.store));
  await serve();
  const first = await newest('tried');
  assert.deepEqual(
    [first.state, first.cause, first.rehearse, first.reason],
    ['done', 'schedule', true, null],
  );
  assert.deepEqual([first.rows?.sent, first.rows?.made, first.credits], [3, 3, 0]);
  assert.deepEqual([first.sinks[0]?.written, first.sinks[0]?.checked], [0, 3]);
  assert.equal(messages().length, before);
  const [batch] = await app.store.query('select rehearsal from batches where id = any($1)', [
    first.batch_ids,
  ]);
  assert.deepEqual(batch, { rehearsal: true });
  const engines = await app.store.query(
    "select distinct engine, price_credits as credits, plan->>'rehearses' as of from generations where workflow = 'tried'",
  );
  assert.deepEqual(engines, [{ engine: 'local', credits: 0, of: 'fal' }]);
  const { body: shown } = await app.json<WorkflowDetail>('GET', '/v1/workflows/tried', { key });
  assert.deepEqual([shown.records.made, shown.published, shown.schedule?.rehearse], [0, false, true]);
  const budgets = await app.store.query("select from budgets where scope_value = 'tried'");
  assert.equal(budgets.length, 0);

  // What is rehearsed as it is now is not made again; the run itself, asked for beside it, says what it lacks.
  const [again, real] = [await ask('tried', { rehearse: true }), await ask('tried')];
  assert.deepEqual([again.status, real.status, (await ask('tried')).status], [202, 202, 409]);
  await serve();
  const second = await read(again.body.id);
  assert.deepEqual(
    [second.state, second.rows?.sent, second.batch_ids, second.sinks[0]?.checked],
    ['done', 0, [], 3],
  );
  assert.equal((await read(real.body.id)).reason?.code, 'unsupported_by_engine');
});

test('what a person has changed since the last run stands and is told, until the workflow says something else', async () => {
  const said = (credits: number) => definition('kept', { caps: { per_day: credits }, review: false });
  const runIt = async () => {
    const { body } = await ask('kept');
    await serve();
    return read(body.id);
  };
  const standing = async () => {
    const [budget] = await app.store.query<{ id: string; credits: number }>(
      "select id, limit_credits as credits from budgets where account_id = $1 and scope_value = 'kept' and ended_at is null",
      [accountId],
    );
    const { body } = await app.json<WorkflowDetail>('GET', '/v1/workflows/kept', { key });
    return { id: budget?.id, now: [budget?.credits, body.review, body.published] };
  };
  await store('kept', said(5_000));
  assert.deepEqual((await runIt()).notes, ['kept may spend 5,000 credits a day']);
  const { id, now } = await standing();
  assert.deepEqual(now, [5_000, false, true]);

  await app.json('PATCH', `/v1/budgets/${id}`, { key, body: { limit_credits: 9_000 } });
  await app.json('PATCH', '/v1/workflows/kept', { key, body: { review: true, published: false } });
  // Stored again for another reason.
  await store('kept', { ...said(5_000), title: '{{ name }}' });
  const { state, notes } = await runIt();
  assert.equal(state, 'done');
  assert.deepEqual((await standing()).now, [9_000, true, false]);
  assert.deepEqual(
    notes.map((note) => note.slice(0, note.indexOf(','))),
    [
      'review is false in the workflow and true on the server',
      'publish is true in the workflow and false on the server',
      'caps.per_day is 5000 in the workflow and 9000 on the server',
    ],
  );
  await store('kept', said(7_000));
  assert.equal((await runIt()).notes.length, 3, 'what it may spend, and two that stand');
  assert.deepEqual((await standing()).now, [7_000, true, false]);
});

test('a parked job holds no run up: it is named, and taken up once the operator has decided', async () => {
  const sink = { url: `${shop.origin}/hook`, secret_env: 'SHOP_HOOK_SECRET', allow_local: true };
  await store('doubt', definition('doubt', { prompt: 'In doubt: {{ name }}', sink }));
  /** As if the answer to the start of one video had been lost, for good. */
  const park = async () => {
    const [generation] = await app.store.query<{ id: string; attempt: string }>(
      `with attempt as (
        insert into attempts (id, generation_id, number, engine, step, holds_slot)
        select 'att_doubt', id, 1, engine, 'unknown', false from generations
        where workflow = 'doubt' and status = 'pending' and prompt like '%Cup%' returning id, generation_id
      )
      update generations g set status = 'processing', attempt = 1, attempt_id = a.id, started_at = now()
      from attempt a where g.id = a.generation_id returning g.id, a.id as attempt`,
    );
    return generation?.id;
  };
  const first = await ask('doubt');
  await dieOnceSent();
  await feedAll(app);
  const id = await park();
  assert.ok(id !== undefined);
  const begun = messages().length;
  await serve();
  const partly = await read(first.body.id);
  assert.deepEqual([partly.state, partly.reason?.code], ['done', 'partly']);
  assert.deepEqual(
    [partly.rows?.sent, partly.rows?.made, partly.rows?.failed, partly.rows?.parked],
    [3, 2, 0, 1],
  );
  assert.match(partly.reason?.message ?? '', new RegExp(`^1 job is parked: MUG \\(${id}\\)`));

  // Nobody has decided yet: the next run asks for nothing, and is not held up either.
  const second = await ask('doubt');
  await serve();
  const still = await read(second.body.id);
  assert.deepEqual([still.state, still.rows?.sent, still.reason?.code], ['done', 0, 'partly']);

  const decided = await app.json('POST', '/v1/parked/att_doubt', {
    key: operatorKey,
    body: { decision: 'release' },
  });
  assert.equal(decided.status, 200);
  const third = await ask('doubt');
  await serve();
  const done = await read(third.body.id);
  assert.deepEqual([done.state, done.reason, done.rows?.sent, done.rows?.made], ['done', null, 1, 1]);
  assert.deepEqual(messages().slice(begun).toSorted(), ['BOWL@1', 'LAMP@1', 'MUG@2']);
});

test('a run whose batch is paused holds no place, goes on when that is resumed, and can be canceled meanwhile', async () => {
  await store('aside', definition('aside'));
  const { body } = await ask('aside');
  await dieOnceSent();
  const [batch = ''] = (await read(body.id)).batch_ids;
  const change = (what: string, id = batch) => app.json('POST', `/v1/batches/${id}/${what}`, { key });
  // What was held by then is not begun either.
  await feedAll(app);
  await change('pause');
  assert.equal(await runAll(deps, AbortSignal.timeout(20_000)), 1, 'it is put aside, and not taken again');
  const [held] = await app.store.query('select lease, takes, waits_for as "for" from runs where id = $1', [
    body.id,
  ]);
  assert.deepEqual(held, { lease: null, takes: 0, for: [batch] });
  assert.equal((await read(body.id)).state, 'running');

  await change('resume');
  await serve();
  const done = await read(body.id);
  assert.deepEqual([done.state, done.rows?.made, done.batch_ids], ['done', 3, [batch]]);

  products = products.map((product) => ({ ...product, name: 'Other' }));
  const second = await ask('aside');
  await dieOnceSent();
  const [other = ''] = (await read(second.body.id)).batch_ids;
  await change('pause', other);
  assert.equal(await runAll(deps, AbortSignal.timeout(20_000)), 1);
  await app.json('POST', `/v1/runs/${second.body.id}/cancel`, { key });
  assert.equal(await runAll(deps), 1);
  assert.equal((await read(second.body.id)).state, 'canceled');
});

test('what a server cannot give a workflow is refused, each thing by name and with its remedy', async () => {
  const { status, body } = await store<Problem>('all-wrong', {
    name: 'another',
    source: { path: 'catalogue.csv', key: 'sku', headers: { authorization: `Bearer \${SHOP_TOKEN}` } },
    template: { file: 'prompt.liquid' },
    bundle: { file: 'brand.bundle.yaml' },
    photos: { column: 'photos' },
    duration: 5,
    aspect_ratio: '16:9',
    schedule: { cron: '0 3 * * *' },
    output: 'out',
    sink: [
      { path: 'videos.csv' },
      { folder: 'ads' },
      { url: 'http://10.0.0.1/hook', secret_env: 'SHOP_HOOK_SECRET' },
      { url_env: 'DATABASE_URL', update: 'update p set v = $1 where k = $2', values: ['video_url', 'key'] },
    ],
  });
  assert.equal(status, 422);
  const said = new Map(body.errors?.map(({ pointer, message }) => [pointer, message]));
  const expected: [string, RegExp][] = [
    ['/name', /stored as "all-wrong"/],
    ['/source/path', /catalogue\.csv is a file.*Give a url, or a query/],
    ['/template/file', /kinora templates push prompt\.liquid/],
    ['/bundle/file', /kinora bundles push brand\.bundle\.yaml/],
    ['/output', /Say output: false/],
    ['/sink/0/path', /videos\.csv is a file/],
    ['/sink/1/folder', /ads is a folder/],
    ['/sink/2/url', /10\.0\.0\.1/],
    ['/source/headers/authorization', /SHOP_TOKEN.*KINORA_WORKFLOW_ENV/],
    ['/sink/3/url_env', /DATABASE_URL/],
    ['/schedule/max_credits', /Set schedule\.max_credits/],
  ];
  for (const [pointer, message] of expected) assert.match(said.get(pointer) ?? pointer, message);
  assert.equal(said.size, expected.length);
  const brand = await store<Problem>(
    'brand',
    definition('brand', {
      endpoint: 'reference-to-video',
      brand: [{ path: 'a.jpg' }],
      schedule: { cron: 'daily' },
    }),
  );
  assert.deepEqual(
    brand.body.errors?.map(({ pointer }) => pointer),
    ['/schedule/cron'],
  );
  assert.equal((await app.json('GET', '/v1/workflows/all-wrong/definition', { key })).status, 404);
});

test("another account's workflows and runs are not there", async () => {
  const run = await newest('nightly');
  for (const [method, path, body] of [
    ['GET', '/v1/workflows/nightly/definition', undefined],
    ['POST', '/v1/workflows/nightly/runs', {}],
    ['GET', `/v1/runs/${run.id}`, undefined],
    ['POST', `/v1/runs/${run.id}/cancel`, undefined],
  ] as const)
    assert.equal(
      (await app.json(method, path, { key: other.key, ...(body === undefined ? {} : { body }) })).status,
      404,
      path,
    );
  const list = await app.json<RunPage>('GET', '/v1/workflows/nightly/runs', { key: other.key });
  assert.deepEqual(list.body.data, []);
  assert.equal((await ask('nightly', {}, operatorKey)).status, 403);
  assert.deepEqual(app.unexpected, []);
});
