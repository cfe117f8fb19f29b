import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { claimGeneration } from '../../test/generations.ts';
import { insertEndedGenerations } from '../../test/many-generations.ts';
import type { FailureReport } from '../contract/failures.ts';
import type { Generation } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { UsageReport } from '../contract/usage.ts';
import { priceBooks } from '../domain/price-book.ts';
import { completeGeneration, failGeneration, requeueGeneration } from '../store/end-generation.ts';
import { refundGeneration } from '../store/ledger.ts';

const app = await createTestApp({ priceBook: priceBooks.published });

const usage = async (key: string, query = '') =>
  (await app.json<UsageReport>('GET', `/v1/usage?${query}`, { key })).body;

const failures = async (key: string, query = '') =>
  (await app.json<FailureReport>('GET', `/v1/usage/failures?${query}`, { key })).body;

const submit = async (key: string, changes: object = {}) =>
  (
    await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
      key,
      body: { prompt: 'a calm morning', duration: 5, aspect_ratio: '1:1', ...changes },
    })
  ).body.id;

const claim = async () => {
  const claimed = await claimGeneration(app.store, { engine: 'local', leaseSeconds: 60 });
  assert.ok(claimed !== undefined);
  return claimed;
};

const deliver = async () => {
  const claimed = await claim();
  await completeGeneration(app.store, claimed, {
    chargedCredits: claimed.priceCredits,
    outputFileId: 'file_v',
    posterFileId: 'file_p',
    outputFacts: { kind: 'video', contentType: 'video/mp4', sizeBytes: 1, durationSeconds: 4.97 },
    storyboard: null,
    notes: [],
    checks: [],
  });
  return claimed.id;
};

const fail = async (message: string) =>
  failGeneration(app.store, await claim(), { code: 'engine_failed', message });

const groupsOf = (report: UsageReport) => report.groups.map(({ group }) => group);

test('tells credits, seconds, counts, times and reasons, by each grouping and in total', async () => {
  const owner = await signUp(app, 5_000);
  await submit(owner.key, { workflow: 'shop', tags: ['spring', 'sale'], end_user_id: 'u1', batch_id: 'b1' });
  const refunded = await deliver();
  await submit(owner.key, { workflow: 'shop', tags: ['spring'] });
  await deliver();
  await submit(owner.key, { workflow: 'ads' });
  await fail('out of memory');
  const waiting = await submit(owner.key);
  await refundGeneration(app.store, {
    generationId: refunded,
    credits: 100,
    reason: 'sorry',
    charge: undefined,
  });

  const { total, groups, time_zone } = await usage(owner.key);
  assert.equal(time_zone, 'UTC');
  assert.equal(groups.length, 1);
  assert.deepEqual(
    [total.generations, total.counts.waiting, total.counts.succeeded, total.counts.error],
    [4, 1, 2, 1],
  );
  assert.deepEqual(total.credits, { charged: 506, held: 303, refunded: 100 });
  assert.equal(total.seconds_delivered, 9.94);
  assert.deepEqual(total.failures, { engine_failed: 1 });
  assert.ok((total.queue_seconds.p95 ?? -1) >= (total.queue_seconds.p50 ?? 0));
  assert.ok(total.processing_seconds.p50 !== null);

  assert.deepEqual(groupsOf(await usage(owner.key, 'group_by=workflow')), ['shop', 'ads', null]);
  const byTag = await usage(owner.key, 'group_by=tag');
  const charges = byTag.groups.map(({ group, credits }) => [group, credits.charged]);
  assert.deepEqual(charges, [
    ['spring', 506],
    ['sale', 203],
    [null, 0],
  ]);
  assert.equal(byTag.total.credits.charged, 506, 'a video with two tags counts once in the total');
  assert.deepEqual(groupsOf(await usage(owner.key, 'group_by=outcome')), ['succeeded', 'error', 'pending']);
  assert.deepEqual(groupsOf(await usage(owner.key, 'group_by=end_user')), [null, 'u1']);
  assert.deepEqual(groupsOf(await usage(owner.key, 'group_by=batch')), [null, 'b1']);
  assert.deepEqual(groupsOf(await usage(owner.key, 'group_by=engine')), ['local']);
  const byKey = await usage(owner.key, 'group_by=key');
  assert.equal(byKey.groups[0]?.name, 'key');
  const filtered = await usage(owner.key, 'workflow=shop&tag=sale&outcome=succeeded&engine=local');
  assert.equal(filtered.total.generations, 1);

  const all = await usage(operatorKey, 'group_by=account');
  assert.ok(all.groups.some(({ group, name }) => group === owner.accountId && name === 'Halden'));
  assert.equal((await usage(operatorKey, `account_id=${owner.accountId}`)).total.credits.charged, 506);
  await app.json('POST', `/v1/generations/${waiting}/cancel`, { key: owner.key });
});

test('days are those of the account, also over a change of the clocks', async () => {
  const made = await app.json<{ id: string }>('POST', '/v1/accounts', {
    key: operatorKey,
    body: { name: 'Oslo', time_zone: 'Europe/Oslo' },
  });
  await app.json('POST', `/v1/accounts/${made.body.id}/grants`, {
    key: operatorKey,
    body: { credits: 5_000 },
  });
  const { key } = (
    await app.json<{ key: string }>('POST', '/v1/keys', {
      key: operatorKey,
      body: { account_id: made.body.id },
    })
  ).body;
  // 2026-03-29 is 23 hours long in Oslo: from 23:00 UTC the day before to 22:00 UTC.
  for (const at of ['2026-03-28T22:59Z', '2026-03-28T23:00Z', '2026-03-29T21:59Z', '2026-03-29T22:00Z']) {
    const id = await submit(key);
    await app.store.query('update generations set created_at = $2 where id = $1', [id, at]);
    await app.json('POST', `/v1/generations/${id}/cancel`, { key });
  }
  const march = await usage(key, 'from=2026-03-01&to=2026-03-31');
  assert.deepEqual(
    march.groups.map(({ group, generations }) => [group, generations]),
    [
      ['2026-03-28', 1],
      ['2026-03-29', 2],
      ['2026-03-30', 1],
    ],
  );
  assert.deepEqual([march.from, march.to], ['2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z']);
  const day = await usage(key, 'from=2026-03-29&to=2026-03-29');
  assert.deepEqual([day.total.generations, day.total.counts.canceled], [2, 2]);
  const half = await usage(key, 'from=2026-03-29T00:00:00Z&to=2026-03-29T22:00:00Z');
  assert.equal(half.total.generations, 1);
});

test("nobody sees another account's usage, and nonsense is refused", async () => {
  const owner = await signUp(app);
  const stranger = await signUp(app);
  const status = async (query: string, key = owner.key) =>
    (await app.json<Problem>('GET', `/v1/usage?${query}`, { key })).status;
  assert.equal(await status(`account_id=${stranger.accountId}`), 404);
  assert.equal(await status('group_by=account'), 403);
  assert.equal(await status('purse=test'), 403);
  assert.equal(await status('account_id=acc_x', operatorKey), 404);
  for (const query of [
    'from=yesterday',
    'from=0000-01-01',
    'from=2026-02-30',
    'to=99999-01-01',
    'from=2026-02-02&to=2026-02-01',
    'group_by=moon',
    "from=2026-01-01'--",
  ])
    assert.equal(await status(query), 422, query);
  assert.equal((await usage(owner.key)).total.generations, 0);
  assert.deepEqual(await failures(owner.key).then(({ groups }) => groups), []);
});

test('groups failures by what their messages have in common, with those that a retry made good', async () => {
  const owner = await signUp(app, 50_000);
  for (let n = 0; n < 6; n += 1) {
    await submit(owner.key, { workflow: 'shop', tags: ['big'] });
    await fail(`the job job_${n}a7 of "mug ${n}" ran out of memory after ${n}.5 s at https://x.example/${n}`);
  }
  for (let n = 0; n < 10; n += 1) {
    await submit(owner.key, { workflow: 'ads' });
    if (n === 0) {
      await requeueGeneration(app.store, await claim(), {
        result: 'lost',
        message: 'its worker died',
        waitSeconds: 0,
      });
    }
    await deliver();
  }
  const { groups } = await failures(owner.key);
  assert.deepEqual(
    groups.map(({ code, count, systematic }) => [code, count, systematic]),
    [
      ['engine_failed', 6, true],
      ['worker_lost', 1, false],
    ],
  );
  const [memory, lost] = groups;
  assert.equal(memory?.pattern, 'the job <id> of <text> ran out of memory after <n> s at <url>');
  assert.match(memory?.example ?? '', /mug 5/);
  assert.equal(memory?.sample_generation_ids.length, 3);
  assert.deepEqual([memory?.attempts_of_engine, memory?.share], [17, 0.3529]);
  assert.deepEqual(memory?.concentration, {
    dimension: 'workflow',
    value: 'shop',
    failures: 6,
    attempts: 6,
    share: 1,
  });
  assert.equal(lost?.retried_successfully, 1);
  assert.match(lost?.advice ?? '', /memory/);
  assert.deepEqual((await failures(owner.key, 'workflow=ads')).groups.length, 1);
});

test('names the reference that failures concentrate on', async () => {
  const owner = await signUp(app, 50_000);
  const [bad, good] = ['a'.repeat(64), 'b'.repeat(64)];
  for (const sha256 of [bad, good])
    await app.store.query(`insert into blobs (sha256, size_bytes, facts) values ($1, 1, '{}')`, [sha256]);
  for (let n = 0; n < 12; n += 1) {
    const id = await submit(owner.key);
    await app.store.query(
      `insert into generation_references (generation_id, kind, position, file_id, sha256)
      values ($1, 'image', 1, 'file_x', $2), ($1, 'image', 2, 'file_x', $2)`,
      [id, n % 2 === 0 ? bad : good],
    );
    await (n % 2 === 0 ? fail('the picture cannot be read') : deliver());
  }
  const [group] = (await failures(owner.key)).groups;
  assert.deepEqual(group?.concentration, {
    dimension: 'reference',
    value: bad,
    failures: 6,
    attempts: 6,
    share: 1,
  });
});

test('what failed without an attempt counts as well, and cancels do not', async () => {
  const owner = await signUp(app, 50_000);
  const canceled = await submit(owner.key);
  await app.json('POST', `/v1/generations/${canceled}/cancel`, { key: owner.key });
  const late = await submit(owner.key);
  const { failPending } = await import('../store/end-generation.ts');
  await failPending(app.store, late, { code: 'start_deadline_passed', message: 'not begun in time' });
  const { groups } = await failures(owner.key);
  assert.deepEqual(
    groups.map(({ code, count, share }) => [code, count, share]),
    [['start_deadline_passed', 1, 1]],
  );
});

test('reads 50,000 generations by one statement, and a day of them by an index', async (t) => {
  const owner = await signUp(app);
  const [key] = await app.store.query<{ id: string }>('select id from keys where account_id = $1', [
    owner.accountId,
  ]);
  await insertEndedGenerations(
    app.store,
    { accountId: owner.accountId, keyId: key?.id ?? '' },
    { count: 50_000, before: '2026-06-01T00:00:00Z' },
  );
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    const milliseconds = Math.round(performance.now() - start);
    t.diagnostic(`${what}: ${milliseconds} ms`);
    assert.ok(milliseconds < 20_000, `${what} took ${milliseconds} ms`);
    return result;
  };
  const window = 'from=2026-01-01&to=2026-06-01';
  for (const by of ['day', 'workflow', 'tag', 'end_user'] as const) {
    const report = await timed(`by ${by}`, () => usage(owner.key, `${window}&group_by=${by}`));
    assert.equal(report.total.generations, 50_000);
    assert.equal(report.total.credits.charged, 45_000 * 303);
    assert.equal(report.truncated, by === 'end_user');
  }
  assert.equal(
    (await timed('one day', () => usage(owner.key, 'from=2026-05-01&to=2026-05-01'))).total.generations,
    1_440,
  );
  assert.equal(
    (await timed('one day, as the operator', () => usage(operatorKey, 'from=2026-05-01&to=2026-05-01'))).total
      .generations,
    1_440,
  );
  const { groups } = await timed('failures', () => failures(owner.key, window));
  assert.deepEqual(
    groups.map(({ pattern, count, share }) => [pattern, count, share]),
    [['job <n> ran out of memory', 5_000, 0.1]],
  );
  // A tenth of everything is below the mark; but all of it carries one tag, and half of what does.
  assert.deepEqual(groups[0]?.concentration, {
    dimension: 'tag',
    value: 'tag 0',
    failures: 5_000,
    attempts: 10_000,
    share: 0.5,
  });
  const explained = async (condition: string) => {
    const rows = await app.store.query<{ 'QUERY PLAN': string }>(
      `explain (analyze, timing off) select count(*) from generations g
      where ${condition} g.created_at >= '2026-05-01Z' and g.created_at < '2026-05-02Z' and g.purse = 'live'`,
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    t.diagnostic(
      plan
        .split('\n')
        .filter((line) => /Time|Scan/.test(line))
        .join(' | '),
    );
    return plan;
  };
  assert.match(await explained(`g.account_id = '${owner.accountId}' and`), /generations_newest/);
  // By skipping through that index, or by block ranges where there are many accounts.
  assert.doesNotMatch(await explained(''), /Seq Scan/);
});

test('nothing here was unexpected', () => {
  assert.deepEqual(app.unexpected, []);
});
