import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { AppError } from '../../domain/errors.ts';
import { readOwner, takeOwnership } from './lock.ts';

async function emptyArea(t: TestContext) {
  const area = await mkdtemp(join(tmpdir(), 'kinora-lock-'));
  t.after(() => rm(area, { recursive: true }));
  return { area, user: undefined, reason: 'a test', exists: true };
}

test('one owner at a time, until it lets go', async (t) => {
  const location = await emptyArea(t);
  assert.equal(await readOwner(location.area), undefined);
  const ownership = await takeOwnership(location);
  assert.deepEqual(await readOwner(location.area), { pid: process.pid });
  await assert.rejects(takeOwnership(location), (error: unknown) => {
    assert(error instanceof AppError);
    assert.equal(error.code, 'unavailable');
    assert.equal(error.retryable, true);
    assert(error.message.includes(location.area));
    assert(error.message.includes(`process ${process.pid}`));
    return true;
  });
  // Neither looking nor being refused may have opened the lock.
  assert.deepEqual(await readOwner(location.area), { pid: process.pid });

  await ownership.release();
  assert.equal(await readOwner(location.area), undefined);
  const next = await takeOwnership(location);
  await next.release();
  assert.deepEqual(await readdir(location.area), ['owner.lock']);
});

test('a note left by a dead owner is no obstacle, though its number belongs to a live process', async (t) => {
  const location = await emptyArea(t);
  await writeFile(join(location.area, 'owner.json'), JSON.stringify({ pid: process.ppid }));
  await writeFile(join(location.area, 'owner.lock'), '');
  assert.equal(await readOwner(location.area), undefined);
  const ownership = await takeOwnership(location);
  assert.deepEqual(await readOwner(location.area), { pid: process.pid });
  await ownership.release();
});
