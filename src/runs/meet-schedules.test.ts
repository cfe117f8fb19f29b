import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openAccount } from '../../test/accounts.ts';
import { setClock } from '../../test/clock.ts';
import { createTestDatabase } from '../../test/database.ts';
import type { CatchUp, Overlap } from '../domain/run.ts';
import { ensureWorkflows } from '../store/append-rows.ts';
import { endRun, takeRun } from '../store/runs.ts';
import { putDefinition, putSchedule } from '../store/workflow-definitions.ts';
import { meetSchedule } from './meet-schedules.ts';

const { store } = await createTestDatabase();
const { account, key } = await openAccount(store);
const owner = { accountId: account.id, purse: 'live' as const };

const minute = 60_000;
const begin = Date.parse('2026-11-02T00:00:30Z');

/** Told by counting minutes, and not by the parser that the schedules use. */
const crons = {
  '*/10 * * * *': (at: number) => (at / minute) % 10 === 0,
  '5 * * * *': (at: number) => (at / minute) % 60 === 5,
  // Vienna is an hour ahead of UTC all through November.
  '30 2 * * *': (at: number) => (at / minute) % 1_440 === 90,
} as const;

type Step = { minutes: number; does: 'nothing' | 'begin' | 'end' };

/** One row as it is expected: minutes after the beginning, what became of it, what was missed before. */
type Row = [dueAt: number, became: 'run' | 'overlap' | 'coalesced' | 'missed', missed: number];

function expected(
  { cron, catchUp, overlap }: { cron: keyof typeof crons; catchUp: CatchUp; overlap: Overlap },
  steps: readonly Step[],
): Row[] {
  const rows: Row[] = [];
  let now = begin;
  let running = false;
  let queued = false;
  for (const { minutes, does } of steps) {
    const due: number[] = [];
    const until = now + minutes * minute;
    for (let at = Math.ceil(now / minute) * minute; at <= until; at += minute)
      if (crons[cron](at)) due.push(at);
    now = until;
    const last = due.at(-1);
    if (last !== undefined) {
      const missed = due.length - 1;
      const isLate = now - last > 5 * minute;
      if (isLate && catchUp === 'skip') rows.push([last, 'missed', missed]);
      else if ((running || queued) && overlap === 'skip') rows.push([last, 'overlap', missed]);
      else if (queued) rows.push([last, 'coalesced', missed]);
      else {
        rows.push([last, 'run', missed]);
        queued = true;
      }
    }
    if (does === 'begin' && queued && !running) [running, queued] = [true, false];
    if (does === 'end') running = false;
  }
  return rows;
}

test('of all times that came, whatever stood still, each run is made once, for the last one, as the rules say', async () => {
  let number = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        cron: fc.constantFrom(...(Object.keys(crons) as (keyof typeof crons)[])),
        catchUp: fc.constantFrom<CatchUp>('skip', 'once'),
        overlap: fc.constantFrom<Overlap>('skip', 'wait'),
      }),
      fc.array(
        fc.record({
          minutes: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 30, max: 5_000 })),
          does: fc.constantFrom<Step['does']>('nothing', 'begin', 'end'),
        }),
        { minLength: 1, maxLength: 12 },
      ),
      async (rules, steps) => {
        number += 1;
        const workflow = `w${number}`;
        await setClock(store, new Date(begin).toISOString());
        await ensureWorkflows(store, owner, [workflow]);
        await putDefinition(store, owner, { workflow, definition: { name: workflow }, keyId: key.id });
        const first = begin + minute * 1_500;
        const dueTimes = Array.from(
          { length: 1_500 },
          (_, n) => Math.ceil(begin / minute) * minute + n * minute,
        );
        await putSchedule(store, owner, workflow, {
          cron: rules.cron,
          timeZone: 'Europe/Vienna',
          catchUp: rules.catchUp,
          overlap: rules.overlap,
          enabled: true,
          rehearse: false,
          nextDueAt: new Date(dueTimes.find((at) => crons[rules.cron](at)) ?? first),
        });
        let now = begin;
        let held: Awaited<ReturnType<typeof takeRun>>;
        for (const { minutes, does } of steps) {
          now += minutes * minute;
          await setClock(store, new Date(now).toISOString());
          // Two processes look at the same time.
          const look = async () => {
            while (await meetSchedule(store));
          };
          await Promise.all([look(), look()]);
          if (does === 'begin') held = (await takeRun(store, 3_600)) ?? held;
          if (does === 'end' && held !== undefined) {
            await endRun(store, held, { state: 'done' });
            held = undefined;
          }
        }
        const rows = await store.query<{ at: Date; code: string | null; missed: number }>(
          `select due_at as at, reason->>'code' as code, missed from runs where workflow = $1 order by due_at`,
          [workflow],
        );
        await store.query('delete from schedules where workflow = $1', [workflow]);
        await store.query(
          `update runs set state = 'canceled', lease = null, finished_at = now() where finished_at is null`,
        );
        assert.deepEqual(
          rows.map(({ at, code, missed }) => [at.getTime(), code ?? 'run', missed]),
          expected(rules, steps),
        );
      },
    ),
    { numRuns: 20, seed: 22 },
  );
});

test('a standstill of years is counted in parts, and ends in one run', async () => {
  const workflow = 'long';
  await setClock(store, '2026-01-01T00:00:30Z');
  await ensureWorkflows(store, owner, [workflow]);
  await putDefinition(store, owner, { workflow, definition: { name: workflow }, keyId: key.id });
  await putSchedule(store, owner, workflow, {
    cron: '*/30 * * * *',
    timeZone: 'UTC',
    catchUp: 'once',
    overlap: 'skip',
    enabled: true,
    rehearse: false,
    nextDueAt: new Date('2026-01-01T00:30:00Z'),
  });
  await setClock(store, '2026-08-01T00:10:00Z');
  let looks = 0;
  while (await meetSchedule(store)) looks += 1;
  assert.ok(looks > 1, 'it was counted at once');
  assert.deepEqual(
    await store.query('select due_at as at, missed, state from runs where workflow = $1', [workflow]),
    [{ at: new Date('2026-08-01T00:00:00Z'), missed: 212 * 48 - 1, state: 'queued' }],
  );
  await setClock(store, undefined);
});
