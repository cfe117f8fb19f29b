import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../test/database.ts';
import {
  claimIdempotencyKey,
  completeIdempotencyKey,
  freeAbandonedKeys,
  freeIdempotencyKey,
} from './idempotency.ts';

const { store } = await createTestDatabase();

const call = (key: string, changes: { requestHash?: string; leaseSeconds?: number } = {}) => ({
  scope: 'acc',
  key,
  requestHash: 'one',
  leaseSeconds: 60,
  ...changes,
});

test('of calls that arrive at once exactly one is let through', async () => {
  const claims = await Promise.all(
    Array.from({ length: 10 }, () => claimIdempotencyKey(store, call('rush'))),
  );
  assert.equal(claims.filter(({ status }) => status === 'claimed').length, 1);
  assert.equal(claims.filter(({ status }) => status === 'in_progress').length, 9);
});

test('another request under the same key is refused, running or done', async () => {
  const claim = await claimIdempotencyKey(store, call('reuse'));
  assert.ok(claim.status === 'claimed');
  assert.deepEqual(await claimIdempotencyKey(store, call('reuse', { requestHash: 'two' })), {
    status: 'reused',
  });
  await completeIdempotencyKey(store, { scope: 'acc', key: 'reuse', token: claim.token }, 'gen_1');
  assert.deepEqual(await claimIdempotencyKey(store, call('reuse', { requestHash: 'two' })), {
    status: 'reused',
  });
  assert.deepEqual(await claimIdempotencyKey(store, call('reuse')), {
    status: 'completed',
    resultId: 'gen_1',
  });
});

test('a claim whose process died is taken over, and the late first caller can no longer complete', async () => {
  const first = await claimIdempotencyKey(store, call('dead', { leaseSeconds: -1 }));
  assert.ok(first.status === 'claimed');
  const second = await claimIdempotencyKey(store, call('dead'));
  assert.ok(second.status === 'claimed');
  assert.notEqual(second.token, first.token);
  const ticket = { scope: 'acc', key: 'dead' };
  assert.equal(await completeIdempotencyKey(store, { ...ticket, token: first.token }, 'gen_1'), false);
  assert.equal(await completeIdempotencyKey(store, { ...ticket, token: second.token }, 'gen_2'), true);
});

test('a refused call frees its key for the mended request', async () => {
  const claim = await claimIdempotencyKey(store, call('mend'));
  assert.ok(claim.status === 'claimed');
  await freeIdempotencyKey(store, { scope: 'acc', key: 'mend', token: claim.token });
  assert.equal((await claimIdempotencyKey(store, call('mend', { requestHash: 'two' }))).status, 'claimed');
});

test('the same key of two accounts is two keys', async () => {
  assert.equal((await claimIdempotencyKey(store, { ...call('shared'), scope: 'a' })).status, 'claimed');
  assert.equal((await claimIdempotencyKey(store, { ...call('shared'), scope: 'b' })).status, 'claimed');
});

test('what dead processes have claimed is free again after a start; what is done stays done', async () => {
  const done = await claimIdempotencyKey(store, call('finished'));
  assert.ok(done.status === 'claimed');
  await completeIdempotencyKey(store, { scope: 'acc', key: 'finished', token: done.token }, 'gen_1');
  await claimIdempotencyKey(store, call('abandoned'));
  await freeAbandonedKeys(store);
  assert.equal((await claimIdempotencyKey(store, call('abandoned'))).status, 'claimed');
  assert.equal((await claimIdempotencyKey(store, call('finished'))).status, 'completed');
});
