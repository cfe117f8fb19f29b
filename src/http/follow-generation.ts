import type { Caller } from '../actions/caller.ts';
import { isFinal } from '../domain/generation.ts';
import type { GenerationRow } from '../store/generation-row.ts';
import { isKeyActive } from '../store/keys.ts';
import { findGeneration } from '../store/read-generations.ts';
import type { HttpDeps } from './env.ts';

/** Silence after which the state is read again. */
const heartbeatMs = 10_000;

/**
 * The state of a caller's generation now and at every hint that it may have changed, unchanged ones included, up to its
 * end. Ends early when the signal aborts, when the server stops, when the generation is gone, or when the caller's key is
 * revoked.
 */
export async function* followGeneration(
  deps: Pick<HttpDeps, 'store' | 'feed'>,
  caller: Caller,
  options: { id: string; signal: AbortSignal },
): AsyncGenerator<GenerationRow> {
  const { id, signal } = options;
  const stopped = new AbortController();
  const ended = AbortSignal.any([signal, deps.feed.stopped, stopped.signal]);
  try {
    do {
      // Before the row is read: a change between reading and listening would wait for the next heartbeat.
      const changed = deps.feed.next(id, { timeoutMs: heartbeatMs, signal: ended });
      const row = await findGeneration(deps.store, caller, id);
      if (row === undefined || !(await isKeyActive(deps.store, caller.keyId))) return;
      yield row;
      if (isFinal(row.status)) return;
      await changed;
    } while (!ended.aborted);
  } finally {
    stopped.abort();
  }
}
