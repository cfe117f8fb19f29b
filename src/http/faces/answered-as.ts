import type { ErrorCode } from '../../domain/errors.ts';
import { statusOf } from '../errors.ts';

/** How a refusal is answered to a client that sends a POST again after 429, and gives up at 409. */
export function answeredAs(
  code: ErrorCode,
  retryAfterSeconds: number | undefined,
): { status: (typeof statusOf)[ErrorCode] | 429; retryAfterSeconds: number | undefined } {
  // The first call with this key is about to answer; the repeat gets the same.
  if (code === 'idempotency_in_progress') return { status: 429, retryAfterSeconds: 2 };
  return { status: statusOf[code], retryAfterSeconds };
}
