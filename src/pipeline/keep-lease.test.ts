import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Db } from '../store/db.ts';
import { keepLease, type LeaseEnd } from './keep-lease.ts';

const claimed = { id: 'gen_x', lease: 'lease_x' };

/** How a lease ends whose every renewal is answered with `rows`. */
async function endOf(
  rows: object[],
  options: { leaseSeconds: number; stallSeconds: number },
): Promise<LeaseEnd> {
  const db: Db = { query: async <Row>() => rows as Row[] };
  return new Promise((resolve) => {
    const keeper = keepLease(db, claimed, {
      ...options,
      onEnd(reason) {
        void keeper.stop();
        resolve(reason);
      },
    });
    keeper.report({ phase: 'render', fraction: 0.5 });
  });
}

test('work that reports nothing for too long is stalled', async () => {
  const held = [{ cancelRequested: false }];
  assert.equal(await endOf(held, { leaseSeconds: 60, stallSeconds: 0.1 }), 'stalled');
});

test('a lease that somebody else has taken is lost', async () => {
  assert.equal(await endOf([], { leaseSeconds: 60, stallSeconds: 60 }), 'lost');
});

test('a wish to cancel reaches the worker with the next renewal', async () => {
  const wish = [{ cancelRequested: true }];
  assert.equal(await endOf(wish, { leaseSeconds: 60, stallSeconds: 60 }), 'canceled');
});
