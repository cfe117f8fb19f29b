import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { simulateSchema } from './simulate.ts';

const faultsOf = (value: unknown) => {
  const parsed = simulateSchema.safeParse(value);
  return parsed.success ? [] : parsed.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`);
};

describe('simulate', () => {
  it('takes nothing, and everything it documents', () => {
    assert.deepEqual(faultsOf({}), []);
    assert.deepEqual(
      faultsOf({
        latency_seconds: { p50: 1, p95: 4 },
        accept_delay_seconds: 0.5,
        outcome: { end: 'succeed' },
        start: { answer: 'unavailable', times: 2 },
        check: { answer: 'empty' },
        callback: { send: 'late', seconds: 3 },
        output: { kind: 'short', seconds: 2 },
        cancel: 'ignored',
        late_success: { seconds: 1 },
      }),
      [],
    );
  });

  it('says what it leaves open', () => {
    assert.deepEqual(simulateSchema.parse({ start: { answer: 'rate_limited' } }), {
      start: { answer: 'rate_limited', times: 1, retry_after_seconds: 1 },
    });
    const { outcome } = simulateSchema.parse({ outcome: { end: 'fail' } });
    assert.deepEqual([outcome?.end, outcome?.end === 'fail' && outcome.kind], ['fail', 'permanent']);
  });

  it('refuses what it does not know, and what does not go together', () => {
    assert.deepEqual(faultsOf({ latency: 3 }), [' unrecognized_keys']);
    assert.deepEqual(faultsOf({ outcome: { end: 'explode' } }), ['outcome.end invalid_union']);
    assert.deepEqual(faultsOf({ start: { answer: 'ok', times: 2 } }), ['start unrecognized_keys']);
    assert.deepEqual(faultsOf({ output: { kind: 'short' } }), ['output.seconds invalid_type']);
    assert.deepEqual(faultsOf({ latency_seconds: { p50: 5, p95: 4 } }), ['latency_seconds custom']);
    assert.deepEqual(faultsOf({ outcome: { end: 'reject' }, late_success: { seconds: 1 } }), [
      'late_success custom',
    ]);
  });
});
