import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canMove, isFinal, statuses, statusesBefore } from './generation.ts';

test('the legal moves are these and no others', () => {
  const moves = statuses.flatMap((from) =>
    statuses.filter((to) => canMove(from, to)).map((to) => `${from} → ${to}`),
  );
  assert.deepEqual(moves, [
    'pending → processing',
    'pending → failed',
    'processing → pending',
    'processing → complete',
    'processing → failed',
  ]);
});

test('complete and failed are final', () => {
  assert.deepEqual(
    statuses.filter((status) => isFinal(status)),
    ['complete', 'failed'],
  );
});

test('names the statuses a move may begin from', () => {
  assert.deepEqual(statusesBefore('failed'), ['pending', 'processing']);
  assert.deepEqual(statusesBefore('complete'), ['processing']);
});
