import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeldJobs, holdJobs, type LeasedJob } from './held-jobs.ts';

const job = (attemptId: string, leaseEndsAt: number): LeasedJob => ({
  attemptId,
  id: `gen_of_${attemptId}`,
  step: 'running',
  lease: `lease of ${attemptId}`,
  tries: 3,
  unknownTimes: 2,
  handle: { job: attemptId },
  output: null,
  startedSecondsAgo: 10,
  askedSecondsAgo: 9,
  cancelRequested: false,
  pastDeadline: false,
  leaseEndsAt,
});

const later = (of: LeasedJob, seconds: number, inVain = false): Parameters<HeldJobs['keep']>[1] => ({
  id: of.id,
  attemptId: of.attemptId,
  lease: of.lease,
  seconds,
  inVain,
  progress: undefined,
});

function heldAt(start: number) {
  const clock = { now: start };
  return { clock, held: holdJobs({ lookSeconds: 10, now: () => clock.now }) };
}

test('a job is kept until its next look, and given out once', () => {
  const { clock, held } = heldAt(0);
  const one = job('a', 40_000);
  assert.equal(held.keep(one, later(one, 5)), true);
  assert.deepEqual(held.due(10), []);
  clock.now = 5_000;
  const [due] = held.due(10);
  assert.deepEqual([due?.attemptId, due?.startedSecondsAgo, due?.tries], ['a', 15, 0]);
  assert.deepEqual(held.due(10), []);
});

test('a job is given back whose lease ends before its next look is answered, and one that was asked after in vain', () => {
  const { held } = heldAt(0);
  const one = job('a', 15_000);
  assert.equal(held.keep(one, later(one, 5)), true);
  assert.equal(held.keep(one, later(one, 5.1)), false);
  assert.equal(held.keep(one, later(one, 1, true)), false);
});

test('a job that was taken anew is looked at by its new lease alone', () => {
  const { clock, held } = heldAt(0);
  const one = job('a', 40_000);
  held.keep(one, later(one, 5));
  held.forget([one]);
  clock.now = 6_000;
  assert.deepEqual(held.due(10), []);
});

test('what is released keeps the rest of its pause', () => {
  const { clock, held } = heldAt(0);
  for (const name of ['a', 'b']) {
    const one = job(name, 40_000);
    held.keep(one, later(one, name === 'a' ? 5 : 1));
  }
  clock.now = 2_000;
  assert.deepEqual(
    held.release().map(({ attemptId, seconds }) => [attemptId, seconds]),
    [
      ['a', 3],
      ['b', 0],
    ],
  );
  assert.deepEqual(held.release(), []);
});
