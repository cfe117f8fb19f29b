import type { Store } from '../store/db.ts';
import { generationChannel } from '../store/events.ts';

/** Tells when something about a generation may have changed. A hint only: whoever is told reads the row. */
export interface GenerationFeed {
  /** Resolves at the next hint, when `timeoutMs` have passed, or when the signal aborts. */
  next(generationId: string, options: { timeoutMs: number; signal: AbortSignal }): Promise<void>;
  /** Aborts when the server stops: whoever waits is answered with what there is. */
  stopped: AbortSignal;
  stop(): void;
}

/** One listening connection for any number of followers. */
export async function openGenerationFeed(store: Store): Promise<GenerationFeed> {
  const followers = new Map<string, Set<() => void>>();
  await store.listen(generationChannel, (id) => {
    for (const wake of followers.get(id) ?? []) wake();
  });
  const stopping = new AbortController();
  return {
    stopped: stopping.signal,
    stop: () => stopping.abort(),
    next(id, { timeoutMs, signal }) {
      return new Promise((resolve) => {
        const waiting = followers.get(id) ?? new Set();
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          waiting.delete(done);
          if (waiting.size === 0) followers.delete(id);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        signal.addEventListener('abort', done);
        followers.set(id, waiting.add(done));
        if (signal.aborted) done();
      });
    },
  };
}
