import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import { claimGeneration } from '../../test/generations.ts';
import type { Engine } from '../contract/engine.ts';
import type { Generation, GenerationPage } from '../contract/generation.ts';
import type { Problem } from '../contract/problem.ts';
import type { Wait } from '../contract/scheduling.ts';
import { registerEngines, restEngine } from '../store/engines.ts';

const app = await createTestApp();

const submit = async (key: string, changes: object = {}) => {
  const { status, body } = await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key,
    body: { prompt: 'a calm morning', duration: 5, aspect_ratio: '16:9', ...changes },
  });
  assert.equal(status, 202, JSON.stringify(body));
  return body;
};

const show = async (key: string, id: string) =>
  (await app.json<Generation>('GET', `/v1/generations/${id}`, { key })).body;

const wait = async (key: string, id: string) =>
  (await app.json<Wait>('GET', `/v1/generations/${id}/wait`, { key })).body;

const codesOf = async (key: string, id: string) => (await wait(key, id)).reasons.map(({ code }) => code);

/** Each test moves its generations to an engine of its own, with these slots over all processes. */
async function onEngine(name: string, slots: number | undefined, ...ids: string[]): Promise<void> {
  await registerEngines(app.store, [{ name, slots }]);
  await app.store.query('update generations set engine = $1 where id = any($2)', [name, ids]);
}

const claim = (engine: string) => claimGeneration(app.store, { engine, leaseSeconds: 60 });

test('says which limit of the account it waits for, with numbers', async () => {
  const { accountId, key } = await signUp(app);
  await app.json('PATCH', `/v1/accounts/${accountId}`, { key: operatorKey, body: { concurrency_limit: 1 } });
  const [first, second] = [await submit(key), await submit(key)];
  await onEngine('limited', 5, first.id, second.id);
  assert.equal((await claim('limited'))?.id, first.id);
  const { reasons, ahead, queue } = await wait(key, second.id);
  const [reason] = reasons;
  assert.deepEqual([reason?.code, reason?.used, reason?.limit], ['account_concurrency', 1, 1]);
  assert.match(reason?.help ?? '', /concurrency_limit/);
  assert.deepEqual(ahead, { in_lane: 0, in_account: 0, on_engine: 0 });
  assert.equal(queue?.position, 1);
  assert.equal((await show(key, second.id)).waiting_on, 'account_concurrency');
  const running = await show(key, first.id);
  assert.deepEqual([running.waiting_on, running.queue], [null, null]);
});

test('tells all that keeps it, in the order in which it has to go', async () => {
  const { accountId, key } = await signUp(app);
  const { id } = await submit(key);
  await onEngine('crowded', 0, id);
  assert.deepEqual(await codesOf(key, id), ['engine_slot']);
  await restEngine(app.store, 'crowded', 60, 'The provider asked for a pause of 60 s.');
  await app.store.query(`update generations set not_before = now() + interval '9 s' where id = $1`, [id]);
  await app.json('POST', '/v1/engines/crowded/pause', { key: operatorKey });
  await app.json('POST', `/v1/accounts/${accountId}/pause`, { key });
  assert.deepEqual(await codesOf(key, id), [
    'account_paused',
    'engine_paused',
    'retry_pause',
    'engine_cooling_down',
    'engine_slot',
  ]);
  const { reasons } = await wait(key, id);
  assert.equal(reasons[3]?.message, 'The provider asked for a pause of 60 s.');
  assert.ok(new Date(reasons[3]?.until ?? 0).getTime() > Date.now() + 50_000);
  assert.equal((await show(key, id)).queue?.eta_at, null);
  await app.json('POST', `/v1/accounts/${accountId}/resume`, { key });
  const resumed = await app.json<Engine>('POST', '/v1/engines/crowded/resume', { key: operatorKey });
  assert.deepEqual([resumed.body.paused_at, resumed.body.cooling_down_until], [null, null]);
  assert.deepEqual(await codesOf(key, id), ['retry_pause', 'engine_slot']);
});

test('what its provider has not answered for waits for the verdict', async () => {
  const { key } = await signUp(app);
  const { id } = await submit(key);
  await onEngine('silent', 5, id);
  await claim('silent');
  assert.equal((await show(key, id)).waiting_on, null);
  const step = (change: string) =>
    app.store.query(`update attempts set ${change} where generation_id = $1`, [id]);
  await step('tries = 2');
  assert.equal((await show(key, id)).waiting_on, 'provider_verdict');
  await step(`step = 'unknown', lease = null, next_step_at = null`);
  assert.deepEqual(await codesOf(key, id), ['provider_verdict']);
  await step(`step = 'running', tries = 0`);
  assert.equal((await show(key, id)).waiting_on, null);
});

test('places take turns between accounts, and the forecast follows the median of the last ones', async () => {
  const [whale, minnow] = [await signUp(app), await signUp(app)];
  const many: string[] = [];
  for (let n = 0; n < 6; n += 1) many.push((await submit(whale.key)).id);
  const { id } = await submit(minnow.key);
  const done = await submit(whale.key);
  await onEngine('turns', 2, ...many, id, done.id);
  await app.store.query(
    `update generations set status = 'complete', outcome = 'succeeded', output_file_id = 'file_x', charged_credits = 0,
      started_at = now() - interval '40 s', finished_at = now() where id = $1`,
    [done.id],
  );
  const positions = await Promise.all(many.map(async (one) => (await wait(whale.key, one)).queue));
  assert.deepEqual(
    positions.map((queue) => queue?.position),
    [1, 3, 4, 5, 6, 7],
  );
  assert.deepEqual(
    positions.map((queue) => queue?.eta_seconds),
    [40, 80, 80, 120, 120, 160],
  );
  assert.deepEqual((await wait(minnow.key, id)).queue?.position, 1);
  const page = await app.json<GenerationPage>('GET', '/v1/generations?status=pending', { key: whale.key });
  assert.deepEqual(
    page.body.data.map(({ queue }) => queue?.position),
    [7, 6, 5, 4, 3, 1],
  );
});

test('a waiting generation is moved up; one that has begun is not', async () => {
  const { key } = await signUp(app);
  const [first, second] = [await submit(key), await submit(key)];
  await onEngine('moved', undefined, first.id, second.id);
  const moved = await app.json<Generation>('PATCH', `/v1/generations/${second.id}`, {
    key,
    body: { priority: 5 },
  });
  assert.deepEqual([moved.status, moved.body.priority, moved.body.queue?.position], [200, 5, 1]);
  assert.equal((await claim('moved'))?.id, second.id);
  const late = await app.json<Problem>('PATCH', `/v1/generations/${second.id}`, {
    key,
    body: { priority: 1 },
  });
  assert.deepEqual([late.status, late.body.code], [409, 'invalid_state']);
  const stranger = await signUp(app);
  for (const [method, path] of [
    ['PATCH', `/v1/generations/${first.id}`],
    ['GET', `/v1/generations/${first.id}/wait`],
  ] as const)
    assert.equal(
      (
        await app.json(method, path, {
          key: stranger.key,
          ...(method === 'PATCH' ? { body: { priority: 1 } } : {}),
        })
      ).status,
      404,
    );
});

test('a paused account begins nothing; what the operator paused its owner cannot resume', async () => {
  const { accountId, key } = await signUp(app);
  const { id } = await submit(key);
  await onEngine('stopped', undefined, id);
  const pause = (who: string) => app.json('POST', `/v1/accounts/${accountId}/pause`, { key: who });
  const resume = (who: string) =>
    app.json<Problem & { paused_at: string | null }>('POST', `/v1/accounts/${accountId}/resume`, {
      key: who,
    });
  await pause(operatorKey);
  await pause(key);
  assert.equal(await claim('stopped'), undefined);
  const refused = await resume(key);
  assert.deepEqual([refused.status, refused.body.code], [403, 'forbidden']);
  assert.equal(await claim('stopped'), undefined);
  assert.equal((await resume(operatorKey)).body.paused_at, null);
  await pause(key);
  assert.equal((await resume(key)).status, 200);
  assert.equal((await claim('stopped'))?.id, id);
  const stranger = await signUp(app);
  assert.equal(
    (await app.json('POST', `/v1/accounts/${accountId}/pause`, { key: stranger.key })).status,
    404,
  );
  const trail = await app.store.query<{ action: string; actor: string }>(
    `select action, actor from audit_entries where target = $1 order by id`,
    [accountId],
  );
  const pauses = trail.filter(({ action }) => /^account\.(paused|resumed)$/.test(action));
  assert.deepEqual(
    pauses.map(({ action, actor }) => `${action} by ${actor === 'operator' ? actor : 'owner'}`),
    [
      'account.paused by operator',
      'account.paused by owner',
      'account.resumed by operator',
      'account.paused by owner',
      'account.resumed by owner',
    ],
  );
});

test('a paused engine begins nothing, and only the operator pauses one', async () => {
  const { key } = await signUp(app);
  const { id } = await submit(key);
  await onEngine('halted', 3, id);
  assert.equal((await app.json('POST', '/v1/engines/halted/pause', { key })).status, 403);
  const paused = await app.json<Engine>('POST', '/v1/engines/halted/pause', { key: operatorKey });
  assert.notEqual(paused.body.paused_at, null);
  assert.equal(await claim('halted'), undefined);
  await app.json('POST', '/v1/engines/halted/resume', { key: operatorKey });
  assert.equal((await claim('halted'))?.id, id);
  const none = await app.json<Problem>('POST', '/v1/engines/nothing/pause', { key: operatorKey });
  assert.deepEqual([none.status, none.body.code], [404, 'not_found']);
});

test('nobody expected an error', () => assert.deepEqual(app.unexpected, []));
