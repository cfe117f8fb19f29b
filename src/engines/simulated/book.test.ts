import assert from 'node:assert/strict';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  bookAt,
  launchForTests,
  newAttemptId,
  simulatedHarness,
  soughtBy,
  temporaryFolder,
} from '../../../test/fixtures/simulated.ts';
import { openBook } from './book.ts';

const slow = { latency_seconds: 600 };
const isDone = ({ status }: { status: string }) => status === 'done';

describe('the book of the provider', { concurrency: true }, () => {
  it('loses nothing when the provider is killed', async () => {
    const folder = await temporaryFolder();
    const first = await launchForTests({ folder });
    const engine = simulatedHarness({ url: first.origin });
    const options = { attemptId: newAttemptId(), plan: { seed: 1 } };
    const running = await engine.accepted(slow, options);
    const lost = { attemptId: newAttemptId() };
    assert.equal((await engine.start({ ...slow, start: { answer: 'lost_after' } }, lost)).status, 'lost');
    const turned = { attemptId: newAttemptId(), plan: { seed: 2 } };
    const once = { ...slow, start: { answer: 'unavailable', times: 1, retry_after_seconds: 0 } } as const;
    assert.equal((await engine.start(once, turned)).status, 'failed');
    const stopped = await engine.accepted(slow);
    await engine.engine.cancel?.(stopped, { signal: AbortSignal.timeout(5_000) });
    const over = await engine.accepted({ latency_seconds: 0 });
    assert.equal((await engine.check(over)).status, 'done');
    const before = await bookAt(first.origin);
    await first.kill();
    assert.equal((await engine.check(running)).status, 'unavailable');

    // At its old place: what it has told before still leads there.
    const second = await launchForTests({ folder });
    assert.equal(second.origin, first.origin);
    assert.deepEqual(await bookAt(second.origin), before);
    assert.equal(before.length, 4);
    assert.equal((await engine.check(running)).status, 'pending');
    assert.deepEqual(await engine.accepted(slow, options), running);
    const found = await engine.engine.lookUp?.(soughtBy(lost.attemptId), {
      signal: AbortSignal.timeout(5_000),
    });
    assert.equal(found?.status, 'found');
    assert.equal((await engine.start(once, turned)).status, 'accepted');
    assert.deepEqual(await engine.check(stopped), { status: 'canceled' });
    assert.equal((await engine.check(over)).status, 'done');
    assert.equal((await bookAt(second.origin)).length, 5);
  });

  it('is kept by one provider: a second one points to the first', async () => {
    const folder = await temporaryFolder();
    const first = await launchForTests({ folder });
    const second = await launchForTests({ folder });
    assert.equal(second.origin, first.origin);
    await second.ended;
    assert.deepEqual(await bookAt(first.origin), []);
  });

  it('is begun by the engine at first use, and again after its provider has gone', async () => {
    const folder = await temporaryFolder();
    const engine = simulatedHarness({ folder, simulate: { latency_seconds: 0 } });
    assert.deepEqual(engine.engine.trustedOrigins, []);
    const handle = await engine.accepted();
    assert.equal((await engine.check(handle)).status, 'done');
    const [origin = ''] = engine.engine.trustedOrigins;
    const { pid } = (await (await fetch(origin)).json()) as { pid: number };
    process.kill(pid, 'SIGKILL');
    const again = await engine.checkUntil(handle, isDone);
    assert.ok(again.status === 'done' && again.output.url.startsWith(origin));
  });

  it('drops the half line of a process that was killed as it wrote, and refuses any other', async () => {
    const path = join(await temporaryFolder(), 'book.jsonl');
    const turned = { attempt_id: 'att_1', fingerprint: 'a', answer: 'unavailable' };
    const book = openBook(path);
    book.turnAway(turned);
    book.close();
    const whole = await readFile(path, 'utf8');
    await appendFile(path, '{"line":"turned_aw');
    const opened = openBook(path);
    assert.equal(opened.turnedAway('a'), 1);
    opened.turnAway(turned);
    opened.close();
    assert.equal((await readFile(path, 'utf8')).split('\n').length, 3);
    await writeFile(path, `${whole}{"line":"poem"}\n`);
    assert.throws(() => openBook(path), /Line 2 of the book .*book\.jsonl cannot be read/);
  });
});
