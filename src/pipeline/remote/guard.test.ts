import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../../test/database.ts';
import type { StartResult } from '../../domain/engine.ts';
import { listEngines, registerEngines } from '../../store/engines.ts';
import { guardEngine } from './guard.ts';

const { store } = await createTestDatabase();
const lost: StartResult = { status: 'lost', message: 'cut' };
const accepted: StartResult = { status: 'accepted', handle: {}, notes: [] };

async function setUp(name: string) {
  await registerEngines(store, [{ name, slots: 10 }]);
  const clock = { now: 0 };
  const guard = guardEngine(
    {
      store,
      onUnexpected: (error) => {
        throw error;
      },
    },
    name,
    () => clock.now,
  );
  const give = (result: StartResult) => guard.watch(async () => result);
  return { guard, give, clock };
}

test('rests after five faults in a row, tries one, and goes on when that one is well', async () => {
  const { guard, give, clock } = await setUp('a');
  for (let n = 0; n < 4; n += 1) await give(lost);
  assert.equal(guard.room(), Number.POSITIVE_INFINITY);
  await give(lost);
  assert.equal(guard.room(), 0);
  clock.now += 60_000;
  assert.equal(guard.room(), 1);
  let answer = (_result: StartResult) => {};
  const trial = guard.watch(() => new Promise((resolve) => (answer = resolve)));
  assert.equal(guard.room(), 0);
  answer(accepted);
  await trial;
  assert.equal(guard.room(), Number.POSITIVE_INFINITY);
});

test('rests longer each time the trial fails too', async () => {
  const { guard, give, clock } = await setUp('b');
  const rests: number[] = [];
  for (let n = 0; n < 4; n += 1) await give(lost);
  for (let n = 0; n < 5; n += 1) {
    await give(lost);
    let rested = 0;
    while (guard.room() === 0) {
      clock.now += 100;
      rested += 100;
    }
    rests.push(rested);
  }
  assert.ok((rests[4] ?? 0) > (rests[0] ?? 0), rests.join(', '));
  assert.ok(rests.every((rested) => rested <= 60_100));
});

test('a rest and a Retry-After stand on the row of the engine, the latter within bounds', async () => {
  const { give } = await setUp('c');
  await give({
    status: 'failed',
    code: 'rate_limited',
    message: '429',
    retryable: true,
    retryAfterSeconds: 99_999_999,
  });
  for (let n = 0; n < 100; n += 1) {
    const row = (await listEngines(store)).find(({ name }) => name === 'c');
    if (row?.notBefore === null || row === undefined) continue;
    const seconds = (row.notBefore.getTime() - Date.now()) / 1000;
    assert.ok(seconds > 3_500 && seconds <= 3_600, `${seconds}`);
    assert.match(row.notBeforeReason ?? '', /asked for a pause/);
    return;
  }
  assert.fail('the row never said so');
});
