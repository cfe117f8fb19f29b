import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTestApp, signUp } from '../../test/app.ts';
import { endNext, feedAll, fingerprintOf } from '../../test/records.ts';
import { until } from '../../test/until.ts';
import type { AddedRows, Batch, BatchRowPage } from '../contract/batch.ts';
import type { Problem } from '../contract/problem.ts';
import type { RecordDetail, RecordPage } from '../contract/record.ts';
import type { Comparison, KeyPage, Workflow, WorkflowDetail } from '../contract/workflow.ts';
import { priceBooks } from '../domain/price-book.ts';

const app = await createTestApp({ priceBook: priceBooks.published });

/** A shop: an account with one batch of the workflow, and calls of it. */
async function openShop(workflow = 'spring', credits = 10_000) {
  // What other tests have left is not made here.
  await app.store.query(`update generations set engine = 'elsewhere' where status = 'pending'`);
  await app.store.query('update batches set paused_at = now()');
  const { key } = await signUp(app, credits);
  const call = async <T>(method: string, path: string, body?: object, headers?: Record<string, string>) => {
    const answer = await app.json<T>(method, path, {
      key,
      ...(body === undefined ? {} : { body }),
      ...(headers === undefined ? {} : { headers }),
    });
    return answer;
  };
  const good = async <T>(method: string, path: string, body?: object) => {
    const { status, body: answer } = await call<T>(method, path, body);
    assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const batch = await good<Batch>('POST', '/v1/batches', { name: 'all', workflow });
  const row = (name: string, version: string, changes: object = {}) => ({
    endpoint: 'text-to-video' as const,
    prompt: `the ${name} turns slowly`,
    duration: 5,
    aspect_ratio: '16:9' as const,
    record: {
      key: name,
      fingerprint: fingerprintOf(`${name} ${version}`),
      parts: { template: 'turn@1', bundle: 'brand@2', words: version },
    },
    ...changes,
  });
  const add = (rows: object[]) => good<AddedRows>('POST', `/v1/batches/${batch.id}/rows`, { rows });
  const compare = (rows: [name: string, version: string][]) =>
    good<Comparison>('POST', `/v1/workflows/${encodeURIComponent(workflow)}/compare`, {
      rows: rows.map(([name, version]) => ({ key: name, fingerprint: fingerprintOf(`${name} ${version}`) })),
    });
  const find = async (name: string) => {
    const query = new URLSearchParams({ workflow, key: name });
    const [record] = (await good<RecordPage>('GET', `/v1/records?${query}`)).data;
    assert.ok(record, `no record ${name}`);
    return good<RecordDetail>('GET', `/v1/records/${record.id}`);
  };
  const publish = (change: object = { published: true }) =>
    good<Workflow>('PATCH', `/v1/workflows/${encodeURIComponent(workflow)}`, change);
  return { key, call, good, batch, row, add, compare, find, publish, workflow };
}

/** What everybody sees at an address of a published record. */
const look = async (url: string | undefined, init?: RequestInit) =>
  app.call((url ?? '').replace('http://localhost', ''), init);

test('a row is added once for each version of its record, and compare says how each stands', async () => {
  const { add, row, compare, batch, good, find, workflow } = await openShop();
  const first = await add([row('MUG', 'a'), row('LAMP', 'a'), row('TEA', 'a')]);
  assert.deepEqual([first.first, first.last, first.skipped], [1, 3, []]);
  await feedAll(app);
  const made = await endNext(app, { video: 'mug a' });
  await endNext(app, 'failed');
  const again = await add([
    row('TEA', 'a'),
    row('MUG', 'b'),
    row('LAMP', 'a'),
    row('MUG 2', 'a', { record: undefined }),
  ]);
  assert.deepEqual(
    [again.first, again.last, again.skipped],
    [4, 6, [{ index: 0, key: 'TEA', state: 'making', version: 1 }]],
  );
  assert.deepEqual((await add([row('TEA', 'a')])).first, null, 'nothing was added');
  const { unchanged, others } = await compare([
    ['NEW', 'a'],
    ['MUG', 'b'],
    ['MUG', 'a'],
    ['LAMP', 'a'],
    ['TEA', 'a'],
  ]);
  assert.equal(unchanged, 0);
  assert.deepEqual(
    others.map(({ index, key, state, version, parts }) => [index, key, state, version, parts?.['words']]),
    [
      [0, 'NEW', 'new', undefined, undefined],
      [1, 'MUG', 'open', 2, undefined],
      [2, 'MUG', 'changed', 2, 'b'],
      [3, 'LAMP', 'open', 2, undefined],
      [4, 'TEA', 'open', 1, undefined],
    ],
  );
  const mug = await find('MUG');
  assert.deepEqual([mug.version, mug.state, mug.live?.generation_id], [2, 'waiting', made]);
  const page = await good<BatchRowPage>('GET', `/v1/batches/${batch.id}/rows`);
  assert.deepEqual(
    page.data.map(({ record }) => record?.version),
    [1, 1, 1, 2, 2, undefined],
  );
  const keys = await good<KeyPage>('GET', `/v1/workflows/${workflow}/keys?limit=2`);
  assert.deepEqual([keys.data, keys.next_cursor], [['LAMP', 'MUG'], 'MUG']);
  assert.deepEqual((await good<KeyPage>('GET', `/v1/workflows/${workflow}/keys?limit=2&after=MUG`)).data, [
    'TEA',
  ]);
});

test('compare tells why there is no video: the refusal, the failure, the cancellation', async () => {
  const { add, row, compare, batch, good } = await openShop('why', 700);
  await add([row('A', '1'), row('B', '1', { max_credits: 1 }), row('C', '1')]);
  await feedAll(app);
  const failed = await endNext(app, 'failed');
  await good('POST', `/v1/batches/${batch.id}/cancel`);
  const { others } = await compare([
    ['A', '1'],
    ['B', '1'],
    ['C', '1'],
  ]);
  assert.deepEqual(
    others.map(({ state, reason, generation_id: id }) => [state, reason, id === failed]),
    [
      ['failed', 'engine_failed', true],
      ['failed', 'price_above_maximum', false],
      ['failed', 'canceled', false],
    ],
  );
});

test('an upload that is repeated answers what it answered, with what it had left out', async () => {
  const { add, row, batch, call } = await openShop();
  await add([row('MUG', 'a')]);
  const headers = { 'idempotency-key': randomUUID() };
  const body = { rows: [row('MUG', 'a'), row('LAMP', 'a')] };
  const once = await call<AddedRows>('POST', `/v1/batches/${batch.id}/rows`, body, headers);
  const twice = await call<AddedRows>('POST', `/v1/batches/${batch.id}/rows`, body, headers);
  assert.deepEqual(twice.body, once.body);
  assert.deepEqual(
    [once.body.first, once.body.skipped, twice.headers.get('idempotent-replayed')],
    [2, [{ index: 0, key: 'MUG', state: 'waiting', version: 1 }], 'true'],
  );
});

test('names every fault of a record with its row, and then adds none', async () => {
  const { row, batch, call, good } = await openShop();
  const loose = await good<Batch>('POST', '/v1/batches', { name: 'no workflow' });
  const fault = async (id: string, rows: object[]) => {
    const { status, body } = await call<Problem>('POST', `/v1/batches/${id}/rows`, { rows });
    assert.equal(status, 422, JSON.stringify(body));
    return body.errors.map(({ pointer }) => pointer);
  };
  assert.deepEqual(await fault(loose.id, [row('A', '1')]), ['/rows/0/record']);
  assert.deepEqual(await fault(batch.id, [row('A', '1'), row('A', '2')]), ['/rows/1/record/key']);
  assert.deepEqual(
    await fault(batch.id, [row('A', '1', { record: { key: '', fingerprint: 'x', parts: [] } })]),
    ['/rows/0/record/key', '/rows/0/record/fingerprint', '/rows/0/record/parts'],
  );
  assert.deepEqual(
    await fault(batch.id, [
      row('A', '1', { record: { ...row('A', '1').record, parts: { long: 'x'.repeat(9_000) } } }),
    ]),
    ['/rows/0/record/parts'],
  );
  // Fields of another endpoint than the row names.
  assert.deepEqual(await fault(batch.id, [row('A', '1', { image: 'https://example.com/a.jpg' })]), [
    '/rows/0/image',
  ]);
  assert.deepEqual(await fault(batch.id, [row('A', '1', { endpoint: 'image-to-video' })]), ['/rows/0/image']);
  assert.equal((await good<Batch>('GET', `/v1/batches/${batch.id}`)).row_count, 0);
});

test('the address of a published record shows the newest good version, whatever fails after it', async () => {
  const key = 'Große Tasse/blau 100% 「花」?#.mp4';
  const { add, row, find, publish, good } = await openShop('Früh/ling');
  await add([row(key, 'a')]);
  await feedAll(app);
  assert.equal((await find(key)).urls, null, 'nothing is published unasked');
  const { public_id: publicId } = await publish();
  assert.match(publicId ?? '', /^[0-9a-z]{26}$/);
  const { urls } = await find(key);
  assert.equal(urls?.video, `http://localhost/r/${publicId}/${encodeURIComponent(key)}.mp4`);
  assert.equal((await look(urls?.video)).status, 404, 'nothing is made yet');
  const first = await endNext(app, { video: 'the first video' });

  const shown = await look(urls?.video);
  const headers = [
    'content-type',
    'cache-control',
    'x-content-type-options',
    'accept-ranges',
    'access-control-allow-origin',
  ];
  assert.deepEqual(
    [shown.status, await shown.text(), ...headers.map((name) => shown.headers.get(name))],
    [200, 'the first video', 'video/mp4', 'public, max-age=60, must-revalidate', 'nosniff', 'bytes', '*'],
  );
  const poster = await look(urls?.poster);
  assert.deepEqual(
    [poster.headers.get('content-type'), await poster.text()],
    ['image/jpeg', 'poster of the first video'],
  );
  const etag = shown.headers.get('etag') ?? '';
  assert.equal((await look(urls?.video, { headers: { 'if-none-match': etag } })).status, 304);
  const part = await look(urls?.video, { headers: { range: 'bytes=4-8', 'if-range': etag } });
  assert.deepEqual([part.status, await part.text()], [206, 'first']);
  assert.equal((await look(urls?.video, { method: 'HEAD' })).headers.get('content-length'), '15');

  // A newer version on its way, then failed: the first stays.
  await add([row(key, 'b')]);
  await feedAll(app);
  assert.equal(await (await look(urls?.video)).text(), 'the first video');
  await endNext(app, 'failed');
  assert.deepEqual([(await find(key)).state, (await find(key)).live?.version], ['failed', 1]);
  await add([row(key, 'b')]);
  await feedAll(app);
  const third = await endNext(app, { video: 'a better one' });
  assert.equal(await (await look(urls?.video)).text(), 'a better one');
  const whole = await look(urls?.video, { headers: { range: 'bytes=4-8', 'if-range': etag } });
  assert.equal(await whole.text(), 'a better one', 'no player gets parts of two videos');

  // Deleted: the one before it, then nothing.
  await good('DELETE', `/v1/generations/${third}`);
  assert.equal(await (await look(urls?.video)).text(), 'the first video');
  assert.deepEqual((await find(key)).state, 'deleted');
  await good('DELETE', `/v1/generations/${first}`);
  const gone = await look(urls?.video);
  assert.deepEqual([gone.status, ((await gone.json()) as Problem).code], [410, 'gone']);
});

test('nobody sees what is not published: unknown, revoked, of another workflow, spelt otherwise', async () => {
  const { add, row, find, publish } = await openShop();
  await add([row('MUG', 'a'), row('LAMP', 'a')]);
  await feedAll(app);
  await endNext(app, { video: 'mug' });
  await endNext(app, { video: 'lamp' });
  const { public_id: publicId } = await publish();
  const status = async (path: string) => (await app.call(path)).status;
  assert.equal(await status(`/r/${publicId}/MUG.mp4`), 200);
  for (const path of ['MUG', 'MUG.gif', 'mug.mp4', 'MUG.MP4', '.mp4', '%ff.mp4', '..%2FMUG.mp4', 'MUG.mp4/x'])
    assert.equal(await status(`/r/${publicId}/${path}`), 404, path);
  assert.equal(await status(`/r/${'0'.repeat(26)}/MUG.mp4`), 404);
  const other = await openShop('other');
  const { public_id: otherId } = await other.publish();
  assert.equal(await status(`/r/${otherId}/MUG.mp4`), 404);
  await publish({ published: false });
  assert.equal(await status(`/r/${publicId}/MUG.mp4`), 404);
  assert.equal((await find('MUG')).urls, null);
  const { public_id: next } = await publish();
  assert.notEqual(next, publicId);
  assert.equal(await status(`/r/${publicId}/MUG.mp4`), 404, 'the old address stays dead');
  assert.equal(await status(`/r/${next}/MUG.mp4`), 200);
});

test('the snippet to embed is HTML whatever the key is', async () => {
  const { add, row, find, publish } = await openShop();
  await add([row('"><script>alert(1)</script>', 'a')]);
  await publish();
  const { urls } = await find('"><script>alert(1)</script>');
  assert.doesNotMatch(urls?.embed_html ?? '', /<script|""/);
  assert.match(
    urls?.embed_html ?? '',
    /^<video src="http:\/\/localhost\/r\/[^"]+\.mp4" poster="[^"]+\.jpg" controls/,
  );
});

test('a newer version takes the place of an older one that nothing is held for yet', async () => {
  const { add, row, good, batch, find } = await openShop();
  await add([row('MUG', 'a'), row('LAMP', 'a')]);
  await add([row('MUG', 'b')]);
  await feedAll(app);
  const rows = await good<BatchRowPage>('GET', `/v1/batches/${batch.id}/rows`);
  assert.deepEqual(
    rows.data.map(({ record, state }) => [record?.key, record?.version, state]),
    [
      ['MUG', 1, 'canceled'],
      ['LAMP', 1, 'submitted'],
      ['MUG', 2, 'submitted'],
    ],
  );
  await endNext(app, { video: 'lamp a' });
  await endNext(app, { video: 'mug b' });
  assert.equal((await find('MUG')).live?.version, 2);
});

test('what is made once more counts on the key that asks and on the tags of its batch', async () => {
  const { call, good, row, workflow, key } = await openShop();
  const tagged = await good<Batch>('POST', '/v1/batches', { name: 'sale', workflow, tags: ['sale'] });
  await good('POST', `/v1/batches/${tagged.id}/rows`, { rows: [row('MUG', 'a')] });
  await feedAll(app);
  await endNext(app, { video: 'mug a' });
  const [record] = (await good<RecordPage>('GET', `/v1/records?workflow=${workflow}`)).data;
  const other = await good<{ key: string }>('POST', '/v1/keys', { mode: 'live' });
  const path = `/v1/records/${record?.id}/regenerate`;
  await good('POST', path, {});
  await feedAll(app);
  const first = await endNext(app, { video: 'mug a, again' });
  const asked = await app.json('POST', path, { key: other.key, body: {} });
  assert.equal(asked.status < 300, true, JSON.stringify(asked.body));
  await feedAll(app);
  const second = await endNext(app, { video: 'mug a, once more' });
  const made = await Promise.all(
    [first, second].map((id) => good<{ tags: string[]; batch_id: string }>('GET', `/v1/generations/${id}`)),
  );
  assert.deepEqual(
    made.map(({ tags }) => tags),
    [['sale'], ['sale']],
  );
  assert.notEqual(made[0]?.batch_id, made[1]?.batch_id, `${key} and another key share a batch`);
  assert.equal((await call<Problem>('POST', path, {})).status < 300, true);
});

test('where a workflow is reviewed, only what was approved is shown, and what was rejected is counted', async () => {
  const { add, row, find, publish, good, call, workflow } = await openShop();
  await publish({ published: true, review: true });
  await add([row('MUG', 'a'), row('LAMP', 'a'), row('TEA', 'a')]);
  await feedAll(app);
  for (const video of ['mug 1', 'lamp 1', 'tea 1']) await endNext(app, { video, credits: 300 });
  const mug = await find('MUG');
  assert.deepEqual([mug.live, mug.awaiting_review?.version], [null, 1]);
  assert.equal((await look(mug.urls?.video)).status, 404);
  const waits = async () =>
    (await good<RecordPage>('GET', '/v1/records?awaiting_review=true')).data.map((record) => record.key);
  assert.deepEqual(await waits(), ['LAMP', 'MUG', 'TEA']);

  const decide = (id: string, number: number, verdict: string, body?: object) =>
    call<RecordDetail>('POST', `/v1/records/${id}/versions/${number}/${verdict}`, body);
  const approved = await decide(mug.id, 1, 'approve');
  assert.deepEqual([approved.status, approved.body.live?.version], [200, 1]);
  assert.equal(await (await look(mug.urls?.video)).text(), 'mug 1');
  const lamp = await find('LAMP');
  const rejection = { reason: 'distorted', note: 'The shade bends.' };
  const rejected = await decide(lamp.id, 1, 'reject', rejection);
  const [version] = rejected.body.versions;
  assert.deepEqual(
    [version?.review, version?.review_reason, version?.review_note, rejected.body.live],
    ['rejected', 'distorted', 'The shade bends.', null],
  );
  assert.deepEqual(await waits(), ['TEA']);

  // Made once more: a sentence in the prompt, another seed; what is shown stays until it is approved.
  const remade = await good<RecordDetail>('POST', `/v1/records/${lamp.id}/regenerate`, {
    note: 'keep the shade straight',
  });
  assert.deepEqual(
    [remade.version, remade.state, remade.versions[0]?.remade_from, remade.versions[0]?.note],
    [2, 'waiting', 1, 'keep the shade straight'],
  );
  assert.equal(remade.fingerprint, lamp.fingerprint);
  const twice = await call<Problem>('POST', `/v1/records/${lamp.id}/regenerate`, {});
  assert.deepEqual([twice.status, twice.body.code], [409, 'invalid_state']);
  await feedAll(app);
  const id = await endNext(app, { video: 'lamp 2', credits: 300 });
  const generation = await good<{ prompt: string; seed: number; workflow: string }>(
    'GET',
    `/v1/generations/${id}`,
  );
  assert.equal(generation.prompt, 'the LAMP turns slowly. keep the shade straight.');
  assert.equal(generation.workflow, workflow);
  await decide(lamp.id, 2, 'approve');
  assert.equal((await find('LAMP')).live?.version, 2);

  const statistics = await good<WorkflowDetail>('GET', `/v1/workflows/${workflow}`);
  const kept = {
    made: 4,
    approved: 2,
    rejected: 1,
    keeper_rate: 0.6667,
    credits: 1_200,
    credits_per_accepted: 450,
  };
  assert.deepEqual(statistics.keeper, kept);
  assert.deepEqual(statistics.by_template, [{ name: 'turn@1', ...kept }]);
  assert.deepEqual(statistics.by_bundle, [{ name: 'brand@2', ...kept }]);
  assert.deepEqual(statistics.by_engine, [{ name: 'local', ...kept }]);
  assert.deepEqual(statistics.rejections, [{ reason: 'distorted', versions: 1 }]);
  assert.deepEqual([statistics.records.made, statistics.awaiting_review], [3, 1]);

  // The feed keeps back what is younger than the transactions of others.
  const events = await until('the reviews in the feed', async () => {
    const page = await good<{ data: { type: string; data: Record<string, unknown> }[] }>(
      'GET',
      '/v1/events?types=record.reviewed',
    );
    return page.data.length < 3 ? undefined : page;
  });
  assert.deepEqual(
    events.data.map(({ data }) => [data['key'], data['version'], data['review'], data['live_version']]),
    [
      ['MUG', 1, 'approved', 1],
      ['LAMP', 1, 'rejected', null],
      ['LAMP', 2, 'approved', 2],
    ],
  );
});

test('a roll-back shows an older version until a newer one is approved or the roll-back ends', async () => {
  const { add, row, find, publish, call } = await openShop();
  await publish();
  for (const version of ['a', 'b', 'c']) {
    await add([row('MUG', version)]);
    await feedAll(app);
    await endNext(app, { video: `mug ${version}` });
  }
  const { id, urls, live } = await find('MUG');
  const shows = async () => (await look(urls?.video)).text();
  const post = (path: string, body?: object) => call<Problem>('POST', `/v1/records/${id}/${path}`, body);
  assert.equal(live?.version, 3);
  await post('roll-back', { version: 1 });
  assert.equal(await shows(), 'mug a');
  await add([row('MUG', 'd')]);
  await feedAll(app);
  await endNext(app, { video: 'mug d' });
  assert.equal(await shows(), 'mug a');
  await post('versions/2/reject', { reason: 'other' });
  const refused = await post('roll-back', { version: 2 });
  assert.deepEqual([refused.status, refused.body.code], [409, 'invalid_state']);
  assert.equal((await post('roll-back', { version: 9 })).status, 404);
  await post('versions/4/approve');
  assert.equal(await shows(), 'mug d');
  await post('roll-back', { version: 3 });
  assert.equal(await shows(), 'mug c');
  await post('versions/3/reject', { reason: 'off_brand' });
  assert.equal(await shows(), 'mug d', 'what is rejected is not shown, pinned or not');
  await post('roll-back', { version: 1 });
  await post('roll-back', { version: null });
  assert.equal(await shows(), 'mug d');
});

test('whatever changes what is shown of a record tells of it once, and nothing else does', async () => {
  const { add, row, find, publish, good } = await openShop();
  const make = async (version: string) => {
    await add([row('MUG', version)]);
    await feedAll(app);
    return endNext(app, { video: `mug ${version} of the events` });
  };
  const [first, second] = [await make('a'), await make('b')];
  const { id } = await find('MUG');
  const post = (path: string, body: object = {}) => good('POST', `/v1/records/${id}/${path}`, body);
  await post('roll-back', { version: 1 });
  await post('roll-back', { version: 1 });
  await post('versions/1/approve');
  await add([row('MUG', 'c')]);
  await feedAll(app);
  await endNext(app, 'failed');
  await post('versions/1/reject', { reason: 'other' });
  await publish({ review: true });
  await publish({ review: true });
  await post('versions/2/approve');
  await publish({ review: false });
  await make('d');
  await publish({ published: true });
  await good('DELETE', `/v1/generations/${second}`);
  await good('DELETE', `/v1/generations/${(await find('MUG')).live?.generation_id}`);
  const events = await until('the changes in the feed', async () => {
    const page = await good<{ data: { data: Record<string, unknown> }[] }>(
      'GET',
      '/v1/events?types=record.published',
    );
    return page.data.length < 8 ? undefined : page.data.map(({ data }) => data);
  });
  assert.deepEqual(
    events.map((event) => [event['reason'], event['previous_version'], event['version']]),
    [
      ['made', null, 1],
      ['made', 1, 2],
      ['rolled_back', 2, 1],
      ['rejected', 1, 2],
      ['review_changed', 2, null],
      ['approved', null, 2],
      ['made', 2, 4],
      ['deleted', 4, null],
    ],
  );
  assert.deepEqual(events.map((event) => event['generation_id']).slice(0, 3), [first, second, first]);
  assert.ok(events.every((event) => event['record_id'] === id && event['key'] === 'MUG'));
});

test('a workflow that says again whether it is reviewed looks at none of its records', async () => {
  const { add, row, find, publish } = await openShop();
  await publish({ review: false });
  await add([row('MUG', 'a')]);
  await feedAll(app);
  await endNext(app, { video: 'mug of a catalogue' });
  const { id } = await find('MUG');
  const live = async (set = 'live_version') => {
    const [record] = await app.store.query<{ live: number | null }>(
      `update records set live_version = ${set} where id = $1 returning live_version as live`,
      [id],
    );
    return record?.live;
  };
  assert.equal(await live(), 1);
  // What only a look would mend.
  await live('null');
  await publish({ review: false });
  assert.equal(await live(), null);
  await publish({ review: true });
  await publish({ review: false });
  assert.equal(await live(), 1);
});

test('regenerating is charged once for each key, spends as its caller and says what it cannot do', async () => {
  const { add, row, find, call, good } = await openShop();
  await add([row('MUG', 'a'), row('LONG', 'a', { prompt: 'x'.repeat(4_990) })]);
  await feedAll(app);
  await endNext(app, { video: 'mug' });
  await endNext(app, { video: 'long' });
  const [mug, long] = [await find('MUG'), await find('LONG')];
  const headers = { 'idempotency-key': randomUUID() };
  const again = () =>
    call<RecordDetail>('POST', `/v1/records/${mug.id}/regenerate`, { seed: 7, version: 1 }, headers);
  const [once, twice] = [await again(), await again()];
  assert.deepEqual([once.body.version, twice.body.version], [2, 2]);
  assert.equal(twice.headers.get('idempotent-replayed'), 'true');
  const tooLong = await call<Problem>('POST', `/v1/records/${long.id}/regenerate`, {
    note: 'with a red lid',
  });
  assert.deepEqual([tooLong.status, tooLong.body.errors[0]?.pointer], [422, '/note']);
  const missing = await call<Problem>('POST', `/v1/records/${long.id}/regenerate`, { version: 4 });
  assert.equal(missing.status, 404);
  await feedAll(app);
  const id = await endNext(app, { video: 'mug 2' });
  assert.equal((await good<{ seed: number }>('GET', `/v1/generations/${id}`)).seed, 7);
});

test('a batch is tried again where it failed: each failed row once, none that is newer by now', async () => {
  const { add, row, find, good, call, batch } = await openShop();
  await add([row('MADE', 'a'), row('FAILED', 'a'), row('OLD', 'a'), row('REFUSED', 'a', { max_credits: 1 })]);
  await feedAll(app);
  await endNext(app, { video: 'made' });
  await endNext(app, 'failed');
  await endNext(app, 'failed');
  await add([row('OLD', 'b')]);
  const before = await good<Batch>('GET', `/v1/batches/${batch.id}`);
  assert.deepEqual(
    before.failures.map(({ code, rows }) => [code, rows]),
    [
      ['engine_failed', 2],
      ['price_above_maximum', 1],
    ],
  );
  const superseded = await call<Problem>('POST', `/v1/batches/${batch.id}/rows/3/retry`);
  assert.equal(superseded.status, 409);
  const retried = await good<{ retried: number; superseded: number }>(
    'POST',
    `/v1/batches/${batch.id}/retry`,
  );
  assert.deepEqual([retried.retried, retried.superseded], [2, 1]);
  assert.equal((await find('FAILED')).state, 'waiting');
  const [skipped] = (await add([row('FAILED', 'a')])).skipped;
  assert.equal(skipped?.state, 'waiting', 'it is on its way again');
  await feedAll(app);
  await endNext(app, { video: 'old b' });
  await endNext(app, { video: 'failed, then made' });
  assert.deepEqual([(await find('FAILED')).live?.version, (await find('FAILED')).version], [1, 1]);
  const after = await good<Batch>('GET', `/v1/batches/${batch.id}`);
  assert.deepEqual([after.generations.failed, after.generations.complete], [1, 3]);
  assert.deepEqual(
    (await good<{ retried: number }>('POST', `/v1/batches/${batch.id}/retry`)).retried,
    1,
    'the row that is refused for its price again',
  );
  await good('POST', `/v1/batches/${batch.id}/cancel`);
  assert.equal((await call('POST', `/v1/batches/${batch.id}/retry`)).status, 409);
});

test('a row that has not begun is changed; what was made ready of the old one is not held', async () => {
  const { add, row, good, call, batch, find } = await openShop('change', 310);
  await add([row('A', '1'), row('B', '1'), row('C', '1', { max_credits: 1 })]);
  await feedAll(app);
  const change = (number: number, body: object) =>
    call<Problem & { state: string; request: Record<string, unknown> }>(
      'PATCH',
      `/v1/batches/${batch.id}/rows/${number}`,
      body,
    );
  const changed = await change(2, { prompt: 'the B stands still', duration: 4, seed: 3 });
  assert.deepEqual(
    [changed.status, changed.body.state, changed.body.request['prompt'], changed.body.request['duration']],
    [200, 'waiting', 'the B stands still', 4],
  );
  const mended = await change(3, { max_credits: null });
  assert.deepEqual([mended.body.state, mended.body.request['max_credits']], ['waiting', undefined]);
  const begun = await change(1, { duration: 4 });
  assert.deepEqual([begun.status, begun.body.code], [409, 'invalid_state']);
  const wrong = await change(2, { duration: 99, record: { key: 'x' } });
  assert.deepEqual(
    wrong.body.errors.map(({ pointer }) => pointer),
    ['/record'],
  );
  assert.deepEqual((await change(2, { duration: 99 })).body.errors[0]?.pointer, '/duration');
  assert.equal((await change(9, { duration: 4 })).status, 404);
  const moved = await change(2, { workflow: 'elsewhere' });
  assert.deepEqual([moved.status, moved.body.errors[0]?.pointer], [422, '/workflow'], 'its record stays');
  assert.equal((await change(2, { workflow: 'change' })).status, 200);
  assert.equal((await change(2, { workflow: null })).status, 200, 'that of the batch is the same');
  await add([row('D', '1', { record: undefined })]);
  assert.equal((await change(4, { workflow: 'elsewhere' })).status, 200, 'one without a record may go');
  assert.equal((await find('B')).state, 'waiting');
  await good('POST', `/v1/batches/${batch.id}/cancel`);
  assert.equal((await change(2, { duration: 5 })).status, 409);
});

test('a generation that has not ended is not deleted, and deleting twice is no fault', async () => {
  const { add, row, call, key } = await openShop();
  await add([row('MUG', 'a')]);
  await feedAll(app);
  const [{ id } = { id: '' }] = (
    await app.json<{ data: { id: string }[] }>('GET', '/v1/generations', { key })
  ).body.data;
  const early = await call<Problem>('DELETE', `/v1/generations/${id}`);
  assert.deepEqual([early.status, early.body.code], [409, 'invalid_state']);
  await endNext(app, { video: 'mug' });
  assert.equal((await call('DELETE', `/v1/generations/${id}`)).status, 204);
  assert.equal((await call('DELETE', `/v1/generations/${id}`)).status, 204);
});

test('records and workflows of another account, or of the other purse, are not there', async () => {
  const { add, row, find, workflow } = await openShop();
  await add([row('MUG', 'a')]);
  await feedAll(app);
  await endNext(app, { video: 'mug' });
  const { id } = await find('MUG');
  const stranger = await openShop('theirs');
  for (const [method, path, body] of [
    ['GET', `/v1/records/${id}`],
    ['POST', `/v1/records/${id}/versions/1/approve`],
    ['POST', `/v1/records/${id}/versions/1/reject`, { reason: 'other' }],
    ['POST', `/v1/records/${id}/regenerate`, {}],
    ['POST', `/v1/records/${id}/roll-back`, { version: 1 }],
    ['POST', `/v1/records/${id}/roll-back`, { version: null }],
    ['GET', `/v1/workflows/${workflow}`],
  ] as const)
    assert.equal((await stranger.call(method, path, body)).status, 404, `${method} ${path}`);
  assert.deepEqual((await stranger.good<RecordPage>('GET', '/v1/records')).data, []);
  assert.deepEqual((await stranger.good<KeyPage>('GET', `/v1/workflows/${workflow}/keys`)).data, []);
  const rows = [{ key: 'MUG', fingerprint: fingerprintOf('MUG a') }];
  const { others } = await stranger.good<Comparison>('POST', `/v1/workflows/${workflow}/compare`, { rows });
  assert.equal(others[0]?.state, 'new');
});

test('nobody expected an error', () => assert.deepEqual(app.unexpected, []));
