import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestApp, operatorKey, signUp } from '../../test/app.ts';
import type { AuditPage } from '../contract/audit.ts';
import type { Generation } from '../contract/generation.ts';

const app = await createTestApp();

const audit = async (key: string, query = '') =>
  (await app.json<AuditPage>('GET', `/v1/audit?${query}`, { key })).body;

const actionsOf = ({ data }: AuditPage) => data.map(({ action }) => action).reverse();

test('writes down who changed accounts, credits and keys, and canceled what', async () => {
  const owner = await signUp(app, 1_000);
  await app.json('PATCH', `/v1/accounts/${owner.accountId}`, {
    key: operatorKey,
    body: { concurrency_limit: 3 },
  });
  const made = await app.json<{ id: string; key: string }>('POST', '/v1/keys', {
    key: owner.key,
    body: { name: 'import' },
  });
  const generation = await app.json<Generation>('POST', '/v1/bytedance/seedance-2.0/text-to-video', {
    key: made.body.key,
    body: { prompt: 'a calm morning', duration: 4, aspect_ratio: '1:1' },
  });
  for (let twice = 0; twice < 2; twice += 1)
    await app.json('POST', `/v1/generations/${generation.body.id}/cancel`, { key: made.body.key });
  for (let twice = 0; twice < 2; twice += 1)
    await app.json('DELETE', `/v1/keys/${made.body.id}`, { key: owner.key });
  const log = await audit(owner.key);
  assert.deepEqual(actionsOf(log), [
    'account.created',
    'credits.granted',
    'key.created',
    'account.changed',
    'key.created',
    'generation.canceled',
    'key.revoked',
  ]);
  const [revoked, canceled, , changed, , granted] = log.data;
  assert.equal(revoked?.target, made.body.id);
  assert.deepEqual([canceled?.actor, canceled?.target], [made.body.id, generation.body.id]);
  assert.deepEqual([changed?.actor, changed?.details], ['operator', { concurrency_limit: 3 }]);
  assert.equal(granted?.details['credits'], 1_000);
  assert.ok(!JSON.stringify(log).includes(made.body.key), 'no secret is written');
});

test('what was refused is not written', async () => {
  const owner = await signUp(app);
  const before = (await audit(operatorKey)).data.length;
  await app.json('PATCH', '/v1/accounts/acc_x', { key: operatorKey, body: { concurrency_limit: 3 } });
  await app.json('POST', '/v1/accounts/acc_x/grants', { key: operatorKey, body: { credits: 3 } });
  await app.json('DELETE', '/v1/keys/key_x', { key: owner.key });
  assert.equal((await audit(operatorKey)).data.length, before);
});

test('a grant that is repeated by its idempotency key is written once', async () => {
  const owner = await signUp(app);
  for (let twice = 0; twice < 2; twice += 1)
    await app.json('POST', `/v1/accounts/${owner.accountId}/grants`, {
      key: operatorKey,
      body: { credits: 5 },
      headers: { 'idempotency-key': 'once' },
    });
  assert.equal((await audit(owner.key, 'action=credits')).data.length, 1);
});

test('an account sees itself alone, a test key nothing, the operator all', async () => {
  const owner = await signUp(app);
  const stranger = await signUp(app);
  assert.ok((await audit(owner.key)).data.every(({ account_id: id }) => id === owner.accountId));
  const foreign = await app.json('GET', `/v1/audit?account_id=${stranger.accountId}`, { key: owner.key });
  assert.equal(foreign.status, 404);
  const test = await app.json<{ key: string }>('POST', '/v1/keys', {
    key: owner.key,
    body: { mode: 'test' },
  });
  assert.equal((await app.json('GET', '/v1/audit', { key: test.body.key })).status, 403);
  const accounts = new Set((await audit(operatorKey, 'limit=500')).data.map((entry) => entry.account_id));
  assert.ok(accounts.has(owner.accountId) && accounts.has(stranger.accountId));
});

test('is read by action, actor and time, page by page, each entry once', async () => {
  const owner = await signUp(app);
  for (let n = 0; n < 5; n += 1) await app.json('POST', '/v1/keys', { key: owner.key, body: {} });
  const seen: number[] = [];
  let cursor = '';
  do {
    const page = await audit(owner.key, `action=key.created&limit=2${cursor}`);
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor === null ? '' : `&cursor=${page.next_cursor}`;
  } while (cursor !== '');
  assert.equal(seen.length, 6);
  assert.deepEqual(
    seen,
    [...new Set(seen)].sort((a, b) => b - a),
  );
  assert.equal((await audit(owner.key, 'actor=operator')).data.length, 2);
  assert.equal((await audit(owner.key, 'to=2020-01-01T00:00:00Z')).data.length, 0);
  const bad = await app.json('GET', '/v1/audit?from=yesterday', { key: owner.key });
  assert.equal(bad.status, 422);
  assert.equal((await app.json('GET', '/v1/audit?cursor=zzz', { key: owner.key })).status, 422);
});

test('cannot be changed, not even by a statement', async () => {
  await assert.rejects(app.store.query(`update audit_entries set actor = 'nobody'`), /append-only/);
  await assert.rejects(app.store.query('delete from audit_entries'), /append-only/);
});

test('nothing here was unexpected', () => {
  assert.deepEqual(app.unexpected, []);
});
