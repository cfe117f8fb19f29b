import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bookAt,
  launchForTests,
  newAttemptId,
  type SimulatedHarness,
  simulatedHarness,
  temporaryFolder,
} from '../../../test/fixtures/simulated.ts';
import type { Simulate } from '../../contract/simulate.ts';
import type { Callback } from '../../domain/engine.ts';
import { readCallback } from './read-callback.ts';

interface Received extends Callback {
  at: number;
}

describe('a callback of the simulated provider', { concurrency: true }, () => {
  const received: Received[] = [];
  let refusals = 0;
  let server: Server;
  let receiver = '';
  let engine: SimulatedHarness;
  let folder = '';
  let origin = '';

  before(async () => {
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const attemptId = request.url?.slice(1) ?? '';
      const isRefused = attemptId.startsWith('refused') && ++refusals === 1;
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      if (!isRefused) received.push({ attemptId, headers, body, at: Date.now() });
      response.writeHead(isRefused ? 503 : 204).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    receiver = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
    folder = await temporaryFolder();
    ({ origin } = await launchForTests({ folder, simulate: { latency_seconds: 0.2 } }));
    engine = simulatedHarness({ url: origin });
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  async function started(simulate: Simulate, attemptId = newAttemptId()) {
    const handle = await engine.accepted(simulate, { attemptId, callbackUrl: `${receiver}/${attemptId}` });
    return { handle, attemptId };
  }
  const of = (attemptId: string) => received.filter((callback) => callback.attemptId === attemptId);
  async function arrived(attemptId: string, count: number): Promise<Received[]> {
    for (const end = Date.now() + 8_000; of(attemptId).length < count; await sleep(20))
      if (Date.now() > end) assert.fail(`${of(attemptId).length} of ${count} callbacks have come.`);
    return of(attemptId);
  }
  const read = (callback: Callback) =>
    engine.engine.readCallback?.(callback, { signal: AbortSignal.timeout(5_000) });
  const statusesOf = (callbacks: Received[]) => callbacks.map(({ body }) => JSON.parse(body).status);

  it('names its job, and cannot be passed off as another', async () => {
    const { handle, attemptId } = await started({ callback: { send: 'once' } });
    const [callback] = await arrived(attemptId, 1);
    assert.ok(callback !== undefined);
    assert.deepEqual(await read(callback), { status: 'genuine', handle });
    const fault = async (changed: Partial<Callback>) => (await read({ ...callback, ...changed }))?.status;
    assert.equal(await fault({ attemptId: 'att_other' }), 'forged');
    assert.equal(await fault({ body: callback.body.replace('succeeded', 'failed') }), 'forged');
    assert.equal(await fault({ headers: {} }), 'forged');
    assert.equal(await fault({ headers: { 'x-simulated-signature': 't=1,v1=00' } }), 'forged');
    const later = { secret: 'simulated', now: Date.now() + 600_000 };
    assert.equal(readCallback(callback, later).status, 'forged');
  });

  it('comes twice, or late', async () => {
    const twice = await started({ callback: { send: 'duplicate' } });
    const late = await started({ latency_seconds: 0, callback: { send: 'late', seconds: 1 } });
    const acceptedAt = Date.now();
    assert.deepEqual(statusesOf(await arrived(twice.attemptId, 2)), ['succeeded', 'succeeded']);
    const [callback] = await arrived(late.attemptId, 1);
    assert.ok((callback?.at ?? 0) - acceptedAt > 500);
  });

  it('is preceded by a forged one, which is told apart', async () => {
    const { attemptId, handle } = await started({ latency_seconds: 1, callback: { send: 'forged' } });
    const both = await arrived(attemptId, 2);
    assert.deepEqual(statusesOf(both), ['failed', 'succeeded']);
    assert.deepEqual(await Promise.all(both.map(async (callback) => (await read(callback))?.status)), [
      'forged',
      'genuine',
    ]);
    assert.equal((await engine.check(handle)).status, 'done');
  });

  it('tells of a failure, of the late success after it, and of the late success alone', async () => {
    const late: Simulate = { late_success: { seconds: 0.6, kind: 'permanent' } };
    const all = await started(late);
    const only = await started({ ...late, callback: { send: 'only_late' } });
    assert.deepEqual(statusesOf(await arrived(all.attemptId, 2)), ['failed', 'succeeded']);
    assert.deepEqual(statusesOf(await arrived(only.attemptId, 1)), ['succeeded']);
    const none = await started({ callback: { send: 'none' }, latency_seconds: 0 });
    assert.deepEqual(of(none.attemptId), []);
  });

  it('tells at once of a stop', async () => {
    const { handle, attemptId } = await started({ latency_seconds: 600 });
    await engine.engine.cancel?.(handle, { signal: AbortSignal.timeout(5_000) });
    assert.deepEqual(statusesOf(await arrived(attemptId, 1)), ['canceled']);
  });

  it('is repeated until it is taken, and once in the book', async () => {
    const { attemptId } = await started({}, `refused_${newAttemptId()}`);
    await arrived(attemptId, 1);
    for (const end = Date.now() + 5_000; ; await sleep(25)) {
      const entry = (await bookAt(origin)).find((job) => job['attempt_id'] === attemptId);
      if (entry?.['callbacks_delivered'] === 1) break;
      assert.ok(Date.now() < end, JSON.stringify(entry));
    }
    assert.equal(refusals, 2);
  });

  it('is sent after the provider was killed before its time', async () => {
    const own = await temporaryFolder();
    const first = await launchForTests({ folder: own });
    const attemptId = newAttemptId();
    await simulatedHarness({ url: first.origin }).accepted(
      { latency_seconds: 0.5 },
      { attemptId, callbackUrl: `${receiver}/${attemptId}` },
    );
    await first.kill();
    await launchForTests({ folder: own });
    assert.deepEqual(statusesOf(await arrived(attemptId, 1)), ['succeeded']);
  });
});
