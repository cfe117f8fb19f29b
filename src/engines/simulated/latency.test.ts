import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawLatency } from './latency.ts';

describe('latency', () => {
  it('is what it was said to be', () => {
    assert.equal(drawLatency(3, 1), 3);
    assert.equal(drawLatency(0, 1), 0);
    assert.equal(drawLatency({ p50: 0, p95: 0 }, 1), 0);
    assert.equal(drawLatency({ p50: 4, p95: 4 }, 1), 4);
  });

  it('is drawn by the seed, around its two marks', () => {
    const drawn = Array.from({ length: 4_000 }, (_, seed) => drawLatency({ p50: 40, p95: 180 }, seed));
    const below = (mark: number) => drawn.filter((seconds) => seconds <= mark).length / drawn.length;
    assert.ok(Math.abs(below(40) - 0.5) < 0.03, `${below(40)} lie below the median`);
    assert.ok(Math.abs(below(180) - 0.95) < 0.015, `${below(180)} lie below the 95th percentile`);
    assert.equal(drawLatency({ p50: 40, p95: 180 }, 12), drawn[12]);
  });
});
