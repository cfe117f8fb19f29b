import { AppError } from '../domain/errors.ts';
import type { Store } from '../store/db.ts';
import { claimIdempotencyKey, freeIdempotencyKey, type Ticket } from '../store/idempotency.ts';

/** Longer than any call may take, so that only a dead process's claim is ever taken over. */
const leaseSeconds = 90;

/**
 * Runs a call at most once per idempotency key (I15): a repeat gets the first result again, a repeat while the first
 * still runs is told to wait, a different request under the same key is refused. `run` must complete the ticket in
 * the transaction of its effect. If it throws, nothing was done and the key is free again.
 */
export async function onceOnly<T>(
  store: Store,
  call: {
    scope: string;
    key: string | undefined;
    /** Asked only where there is a key. */
    requestHash(): string;
    run(ticket: Ticket | undefined): Promise<T>;
    replay(resultId: string): Promise<T | undefined>;
  },
): Promise<{ result: T; replayed: boolean }> {
  const { scope, key } = call;
  if (key === undefined) return { result: await call.run(undefined), replayed: false };
  const claim = await claimIdempotencyKey(store, {
    scope,
    key,
    requestHash: call.requestHash(),
    leaseSeconds,
  });
  switch (claim.status) {
    case 'reused':
      throw new AppError(
        'idempotency_key_reused',
        `The idempotency key "${key}" was used for another request.`,
        {
          hint: 'Use a new key for a new request; repeat the exact request to get its first answer again.',
        },
      );
    case 'in_progress':
      throw new AppError(
        'idempotency_in_progress',
        `The first call with the idempotency key "${key}" still runs.`,
        {
          hint: 'Wait as Retry-After says, then send the same request again.',
          retryable: true,
          retryAfterSeconds: claim.retryAfterSeconds,
        },
      );
    case 'completed': {
      const result = await call.replay(claim.resultId);
      if (result === undefined) throw new AppError('not_found', 'What the first call made has been deleted.');
      return { result, replayed: true };
    }
    case 'claimed': {
      const ticket = { scope, key, token: claim.token };
      try {
        return { result: await call.run(ticket), replayed: false };
      } catch (error) {
        await freeIdempotencyKey(store, ticket);
        throw error;
      }
    }
  }
}
