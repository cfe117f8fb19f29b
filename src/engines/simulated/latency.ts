import { createHash } from 'node:crypto';
import type { Simulate } from '../../contract/simulate.ts';

/** The 95th percentile of a normal distribution, in standard deviations above its middle. */
const deviationsAtP95 = 1.6449;

/** Log-normal between the two marks, as real waiting times are. Same seed, same latency. */
export function drawLatency(latency: NonNullable<Simulate['latency_seconds']>, seed: number): number {
  if (typeof latency === 'number') return latency;
  const { p50, p95 } = latency;
  if (p50 === 0) return 0;
  const deviation = Math.log(p95 / p50) / deviationsAtP95;
  return p50 * Math.exp(deviation * normal(seed));
}

// Box and Muller's way from two even numbers to a normal one; the first is never zero, whose logarithm is endless.
function normal(seed: number): number {
  const bytes = createHash('sha256').update(`latency of ${seed}`).digest();
  const [one, other] = [(bytes.readUInt32LE(0) + 1) / 2 ** 32, bytes.readUInt32LE(4) / 2 ** 32];
  return Math.sqrt(-2 * Math.log(one)) * Math.cos(2 * Math.PI * other);
}
