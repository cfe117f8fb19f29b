import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import {
  bookAt,
  deadOrigin,
  everyRecovery,
  launchForTests,
  newAttemptId,
  type SimulatedHarness,
  simulatedHarness,
  smallPlan,
  soughtBy,
  temporaryFolder,
} from '../../../test/fixtures/simulated.ts';
import type { Simulate } from '../../contract/simulate.ts';
import { failureCodes } from '../../domain/generation.ts';

describe('the simulated engine', { concurrency: true }, () => {
  let origin = '';
  let engine: SimulatedHarness;
  let blind: SimulatedHarness;

  before(async () => {
    const folder = await temporaryFolder();
    const provider = await launchForTests({ folder, simulate: { latency_seconds: 0.1 } });
    origin = provider.origin;
    engine = simulatedHarness({ url: origin });
    blind = simulatedHarness({ url: origin }, { idempotencyKey: false, lookUp: false, callback: false });
  });

  const jobsOf = async (attemptId: string) =>
    (await bookAt(origin)).filter((entry) => entry['attempt_id'] === attemptId);
  const isOver = ({ status }: { status: string }) => status !== 'pending' && status !== 'unavailable';
  const endOf = async (simulate: Simulate) => engine.checkUntil(await engine.accepted(simulate), isOver);

  describe('started', { concurrency: true }, () => {
    it('is accepted, says when to look again, and that no model makes the video', async () => {
      const started = await engine.start({ latency_seconds: 60 });
      assert.ok(started.status === 'accepted');
      assert.deepEqual(Object.keys(started.handle), ['job_id']);
      assert.equal(started.checkAfterSeconds, 5);
      assert.deepEqual(
        started.notes.map(({ code }) => code),
        ['simulated'],
      );
    });

    it('fails for now where it is asked to slow down, as often as told, and has taken nothing', async () => {
      const attemptId = newAttemptId();
      const simulate: Simulate = { start: { answer: 'rate_limited', times: 2, retry_after_seconds: 7 } };
      const options = { attemptId, plan: { seed: 1_000_001 } };
      for (let turn = 0; turn < 2; turn++)
        assert.deepEqual(await engine.start(simulate, options), {
          status: 'failed',
          code: 'rate_limited',
          message: 'Too many requests; nothing was accepted.',
          retryable: true,
          retryAfterSeconds: 7,
        });
      assert.deepEqual(await jobsOf(attemptId), []);
      // Another attempt of the same request.
      const again = await engine.start(simulate, { ...options, attemptId: newAttemptId() });
      assert.equal(again.status, 'accepted');
    });

    it('fails for now where the provider says that it has not accepted', async () => {
      const attemptId = newAttemptId();
      const simulate: Simulate = { start: { answer: 'unavailable', times: 1, retry_after_seconds: 2 } };
      const failed = await engine.start(simulate, { attemptId });
      assert.ok(failed.status === 'failed');
      assert.deepEqual(
        [failed.code, failed.retryable, failed.retryAfterSeconds],
        ['engine_unavailable', true, 2],
      );
      assert.deepEqual(await jobsOf(attemptId), []);
    });

    it('is lost where the connection breaks, and the look-up tells whether it was taken', async () => {
      for (const [answer, jobs] of [
        ['lost_before', 0],
        ['lost_after', 1],
      ] as const) {
        const attemptId = newAttemptId();
        const start = answer === 'lost_before' ? { answer, times: 1 } : { answer };
        const lost = await engine.start({ start }, { attemptId });
        assert.equal(lost.status, 'lost', answer);
        assert.equal((await jobsOf(attemptId)).length, jobs, answer);
        const found = await engine.engine.lookUp?.(soughtBy(attemptId), {
          signal: AbortSignal.timeout(5_000),
        });
        assert.equal(found?.status, jobs === 0 ? 'not_found' : 'found', answer);
        if (found?.status === 'found')
          assert.equal((await engine.checkUntil(found.handle, isOver)).status, 'done');
      }
    });

    it('is lost where no answer comes in time, and found again by its key', async () => {
      for (const simulate of [
        { start: { answer: 'hang' } },
        { accept_delay_seconds: 30 },
      ] satisfies Simulate[]) {
        const options = { attemptId: newAttemptId(), plan: { seed: 5 } };
        assert.equal((await engine.start(simulate, { ...options, seconds: 1.5 })).status, 'lost');
        const again = await engine.start(simulate, options);
        assert.equal(again.status, 'accepted');
        const jobs = await jobsOf(options.attemptId);
        assert.deepEqual(
          jobs.map((job) => [job['job_id'], job['idempotency_key']]),
          [[again.status === 'accepted' && again.handle['job_id'], options.attemptId]],
        );
      }
    });

    it('makes a second job of a repeated start without a key', async () => {
      const options = { attemptId: newAttemptId(), plan: { seed: 6 } };
      const first = await blind.accepted({ start: { answer: 'ok' } }, options);
      const second = await blind.accepted({ start: { answer: 'ok' } }, options);
      assert.notDeepEqual(first, second);
      assert.deepEqual(
        (await jobsOf(options.attemptId)).map((job) => job['idempotency_key']),
        [null, null],
      );
    });

    it('is lost where its key was used for another request: there is a job of it', async () => {
      const attemptId = newAttemptId();
      await engine.accepted({}, { attemptId, plan: { prompt: 'one' } });
      assert.equal((await engine.start({}, { attemptId, plan: { prompt: 'other' } })).status, 'lost');
      assert.equal((await jobsOf(attemptId)).length, 1);
    });

    it('fails for good where the content or the request is refused', async () => {
      const end = async (simulate: Simulate) => {
        const failed = await engine.start(simulate);
        return failed.status === 'failed' ? [failed.code, failed.retryable] : [failed.status];
      };
      assert.deepEqual(await end({ start: { answer: 'refuse', reason: 'content' } }), [
        'content_rejected',
        false,
      ]);
      assert.deepEqual(await end({ start: { answer: 'refuse', reason: 'invalid' } }), [
        'engine_failed',
        false,
      ]);
    });

    it('fails for good where the provider cannot read what is to be simulated', async () => {
      const failed = await engine.engine.start(smallPlan, {
        signal: AbortSignal.timeout(5_000),
        attemptId: newAttemptId(),
        callbackUrl: undefined,
        references: [],
        simulate: { colour: 'green' },
      });
      assert.ok(failed.status === 'failed');
      assert.deepEqual([failed.code, failed.retryable], ['engine_failed', false]);
      assert.match(failed.message, /colour/);
    });

    it('fails for now where nobody listens, since nobody can have taken it', async () => {
      const nobody = simulatedHarness({ url: await deadOrigin() });
      const failed = await nobody.start();
      assert.ok(failed.status === 'failed');
      assert.deepEqual([failed.code, failed.retryable], ['engine_unavailable', true]);
    });
  });

  describe('checked', { concurrency: true }, () => {
    it('is pending and gets on', async () => {
      const checked = await engine.check(await engine.accepted({ latency_seconds: 60 }));
      assert.ok(checked.status === 'pending');
      assert.ok(checked.progress !== undefined && checked.progress < 0.5);
      assert.equal(checked.checkAfterSeconds, 5);
    });

    it('is done with a video, and what it has cost', async () => {
      const done = await endOf({});
      assert.ok(done.status === 'done');
      assert.match(done.output.url, new RegExp(`^${origin}/outputs/job_\\w+\\.mp4$`));
      assert.deepEqual(done.usage, { billedSeconds: 4, costMicroUsd: 1_209_600 });
      assert.deepEqual(engine.engine.trustedOrigins, [origin]);
    });

    it('has failed, for now or for good, with what the provider said', async () => {
      const usage = { billedSeconds: 0, costMicroUsd: 0 };
      for (const kind of ['transient', 'permanent'] as const)
        assert.deepEqual(
          await endOf({ outcome: { end: 'fail', kind, code: 'gpu_lost', message: 'A GPU was lost.' } }),
          {
            status: 'failed',
            code: 'engine_failed',
            message: 'A GPU was lost.',
            retryable: kind === 'transient',
            usage,
          },
        );
      assert.deepEqual(await endOf({ outcome: { end: 'reject', message: 'Not this.' } }), {
        status: 'failed',
        code: 'content_rejected',
        message: 'Not this.',
        retryable: false,
        usage,
      });
    });

    it('stays open while nobody answers, and is done when they do', async () => {
      const check = { answer: 'unavailable', times: 2, retry_after_seconds: 3 } as const;
      const handle = await engine.accepted({ latency_seconds: 0, check });
      for (let turn = 0; turn < 2; turn++) {
        const checked = await engine.check(handle);
        assert.ok(checked.status === 'unavailable');
        assert.equal(checked.retryAfterSeconds, 3);
      }
      assert.equal((await engine.check(handle)).status, 'done');
    });

    it('takes an unknown word for no end', async () => {
      const check = { answer: 'unknown_word', times: 1, word: 'COMPLETED_PARTIALLY' } as const;
      const handle = await engine.accepted({ latency_seconds: 0, check });
      assert.equal((await engine.check(handle)).status, 'pending');
      assert.equal((await engine.check(handle)).status, 'done');
    });

    it('takes "done" without a video for no end, at first and for ever', async () => {
      const first = await engine.accepted({ latency_seconds: 0, check: { answer: 'empty', times: 1 } });
      assert.equal((await engine.check(first)).status, 'pending');
      assert.equal((await engine.check(first)).status, 'done');
      const never = await engine.accepted({ latency_seconds: 0, check: { answer: 'empty' } });
      for (let turn = 0; turn < 4; turn++) assert.equal((await engine.check(never)).status, 'pending');
    });

    it('has failed, and then succeeded after all', async () => {
      const handle = await engine.accepted({
        latency_seconds: 0,
        late_success: { seconds: 2, kind: 'permanent' },
      });
      const early = await engine.check(handle);
      assert.ok(early.status === 'failed');
      assert.deepEqual([early.retryable, early.usage?.costMicroUsd], [false, 0]);
      const late = await engine.checkUntil(handle, ({ status }) => status === 'done');
      assert.ok(late.status === 'done');
      assert.equal(late.usage.billedSeconds, 4);
    });

    it('is unknown where the provider has never heard of it, and only there', async () => {
      assert.equal((await engine.check({ job_id: 'job_of_another' })).status, 'unknown');
      await assert.rejects(engine.check({ job_id: '../book' }));
      await assert.rejects(engine.check({ id: 'job_1' }));
    });
  });

  describe('asked to stop', { concurrency: true }, () => {
    const context = { signal: AbortSignal.timeout(60_000) };

    it('stops, and costs nothing', async () => {
      const attemptId = newAttemptId();
      const handle = await engine.accepted({ latency_seconds: 60 }, { attemptId });
      await engine.engine.cancel?.(handle, context);
      assert.deepEqual(await engine.check(handle), { status: 'canceled' });
      const [job] = await jobsOf(attemptId);
      assert.deepEqual([job?.['state'], job?.['cost_micro_usd']], ['canceled', 0]);
    });

    it('goes on where the provider does not care, or is done already', async () => {
      const deaf = await engine.accepted({ latency_seconds: 0.3, cancel: 'ignored' });
      await engine.engine.cancel?.(deaf, context);
      assert.equal((await engine.checkUntil(deaf, isOver)).status, 'done');
      const over = await engine.accepted({ latency_seconds: 0 });
      await engine.engine.cancel?.(over, context);
      assert.equal((await engine.check(over)).status, 'done');
    });

    it('throws where the stop could not be asked for', async () => {
      const nobody = simulatedHarness({ url: await deadOrigin() });
      await assert.rejects(async () => nobody.engine.cancel?.({ job_id: 'job_1' }, context), /ECONNREFUSED/);
    });
  });

  it('has just the ways of finding an attempt again that it was given', () => {
    assert.deepEqual(
      [typeof engine.engine.lookUp, typeof engine.engine.readCallback],
      ['function', 'function'],
    );
    assert.deepEqual(
      [typeof blind.engine.lookUp, typeof blind.engine.readCallback],
      ['undefined', 'undefined'],
    );
    assert.deepEqual(engine.engine.recovery, everyRecovery);
  });

  it('fails with codes of the closed list alone', async () => {
    const failed = await engine.start({ start: { answer: 'refuse', reason: 'content' } });
    assert.ok(failed.status === 'failed' && failureCodes.includes(failed.code));
  });
});
