import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolServer } from '../domain/server-pool.ts';
import { createServerPool, type PickedServer, type Probe, type ServerPool } from './server-pool.ts';

const [a, b, c] = ['http://10.0.0.1:8091', 'http://10.0.0.2:8091', 'http://10.0.0.3:8091'];
const context = { signal: new AbortController().signal };
const nobody: ReadonlySet<string> = new Set();

/** A pool whose servers answer what the test says, on a clock that the test moves. */
function poolOf(servers: readonly PoolServer[], answers: Record<string, number | string>) {
  const clock = { now: 1_000 };
  const asked: string[] = [];
  const probe: Probe = async (origin) => {
    asked.push(origin);
    const answer = answers[origin] ?? 'refused the connection';
    return typeof answer === 'number'
      ? { status: 'answered', busy: answer }
      : { status: 'failed', message: answer };
  };
  return { clock, asked, answers, pool: createServerPool({ servers, probe, now: () => clock.now }) };
}

const one = (origin: string): PoolServer => ({ origin, slots: 1 });

async function picked(pool: ServerPool): Promise<PickedServer> {
  const server = await pool.pick(context);
  return typeof server === 'string' ? assert.fail(server) : server;
}

test('sends work to the least busy server for its size, and in turn to those that are equally busy', async () => {
  const { pool } = poolOf([{ origin: a, slots: 4 }, one(b), { origin: c, slots: 2 }], {
    [a]: 1,
    [b]: 0,
    [c]: 0,
  });
  const order = [];
  for (let turn = 0; turn < 6; turn++) order.push((await picked(pool)).origin);
  assert.deepEqual(order, [b, c, a, c, a, a]);
  assert.equal(await pool.pick(context), 'full');
  assert.equal(pool.room(), 0);
});

test('counts what it has sent until the server itself tells of it, and no longer', async () => {
  const { pool, answers } = poolOf([{ origin: a, slots: 3 }], { [a]: 0 });
  const first = await picked(pool);
  assert.equal(pool.room(), 2);
  first.done({ was: 'taken' });
  assert.equal(pool.room(), 2);
  const second = await picked(pool);
  answers[a] = 1;
  await pool.look(nobody, context);
  assert.equal(pool.room(), 1);
  second.done({ was: 'refused' });
  assert.equal(pool.room(), 2);
});

test('leaves a server alone that fails, for longer each time, and takes it back', async () => {
  const { pool, clock, asked, answers } = poolOf([one(a), one(b)], { [a]: 0, [b]: 'hangs' });
  const states = await pool.look(nobody, context);
  assert.deepEqual(
    states.map(({ origin, busy, trouble }) => ({ origin, busy, trouble })),
    [
      { origin: a, busy: 0, trouble: null },
      { origin: b, busy: null, trouble: 'hangs' },
    ],
  );
  const asksOfB = async (afterMs: number) => {
    clock.now += afterMs;
    asked.length = 0;
    await pool.look(nobody, context);
    return asked.includes(b);
  };
  assert.deepEqual(
    [await asksOfB(1_999), await asksOfB(1), await asksOfB(3_999), await asksOfB(1), await asksOfB(7_999)],
    [false, true, false, true, false],
  );
  answers[b] = 0;
  clock.now += 1;
  await pool.look(nobody, context);
  assert.equal(pool.room(), 2);
  answers[b] = 'hangs again';
  await pool.look(nobody, context);
  assert.equal(await asksOfB(2_000), true, 'its failures are forgotten once it is well');
});

test('takes a server for ill that fails a start', async () => {
  const { pool } = poolOf([one(a), one(b)], { [a]: 0, [b]: 0 });
  const first = await picked(pool);
  first.done({ was: 'failed', message: 'cannot be reached (ECONNREFUSED).' });
  first.done({ was: 'taken' });
  assert.equal(pool.room(), 1);
  assert.equal((await picked(pool)).origin, b);
  assert.equal(await pool.pick(context), 'full');
});

test('sends nothing to a drained server, and says how busy it still is', async () => {
  const { pool } = poolOf([one(a), { origin: b, slots: 2 }], { [a]: 0, [b]: 1 });
  const states = await pool.look(new Set([b]), context);
  assert.equal(states[1]?.busy, 1);
  assert.equal(pool.room(), 1);
  assert.equal((await picked(pool)).origin, a);
  assert.equal(await pool.pick(context), 'full');
  await pool.look(nobody, context);
  assert.equal((await picked(pool)).origin, b);
});

test('says whether its servers are full or do not answer', async () => {
  const { pool, clock, answers } = poolOf([one(a), one(b)], { [a]: 1 });
  assert.equal(await pool.pick(context), 'full');
  answers[a] = 'hangs';
  clock.now += 5_001;
  assert.equal(await pool.pick(context), 'down');
});

test('looks anew before a start where the last look is old', async () => {
  const { pool, clock, asked, answers } = poolOf([one(a)], { [a]: 0 });
  await picked(pool).then((server) => server.done({ was: 'refused' }));
  assert.equal(asked.length, 1);
  clock.now += 5_000;
  await picked(pool).then((server) => server.done({ was: 'refused' }));
  assert.equal(asked.length, 1);
  clock.now += 1;
  answers[a] = 1;
  assert.equal(await pool.pick(context), 'full');
  assert.equal(asked.length, 2);
});
