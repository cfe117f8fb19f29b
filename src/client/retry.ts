import { KinoraError } from './error.ts';

export interface RetryPolicy {
  /** No new try begins later than this after the first. Milliseconds. */
  giveUpAfterMs: number;
  now(): number;
  /** From 0 to 1. */
  random(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

const firstPauseMs = 300;
const longestPauseMs = 10_000;

/**
 * Runs `attempt` until it succeeds, fails for good, or time is up; then it throws the last error. The server's
 * Retry-After is the least pause. Only for calls that may be sent twice: reads, and writes with an idempotency key.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  attempt: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const startedAt = policy.now();
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!mayPass(error)) throw error;
      const pause = pauseBefore(error, failures, policy.random());
      if (policy.now() + pause - startedAt > policy.giveUpAfterMs) throw error;
      await policy.sleep(pause, signal);
    }
  }
}

function mayPass(error: unknown): error is KinoraError {
  if (!(error instanceof KinoraError)) return false;
  if (error.status === undefined) return error.code === 'unreachable';
  // Not every refusal that may pass: a reference that was slow today may be quick tomorrow, not now. Nor every fault of
  // the server: what is not set up there stays so.
  return (
    (error.status >= 500 && saysLater(error)) ||
    error.status === 429 ||
    error.code === 'idempotency_in_progress'
  );
}

const saysLater = ({ retryable, retryAfterSeconds }: KinoraError) =>
  retryable || retryAfterSeconds !== undefined;

/** Exponential, with full jitter above its half, so that many clients of a fallen server do not return together. */
function pauseBefore(error: KinoraError, failures: number, random: number): number {
  const step = Math.min(longestPauseMs, firstPauseMs * 2 ** failures);
  return Math.max((error.retryAfterSeconds ?? 0) * 1000, step * (0.5 + random / 2));
}
