import type { Progress } from '../domain/engine.ts';
import type { Db } from '../store/db.ts';
import { renewLease } from '../store/hold-lease.ts';

export interface LeaseKeeper {
  /** Notes how far the work is; stored soon, and streamed from there. */
  report(progress: Progress): void;
  /** Ends the keeping; waits for a renewal under way. */
  stop(): Promise<void>;
}

const tickMs = 500;

/** Also how long a cancellation may go unseen by a renderer that reports no progress. */
const renewAfterMs = 500;

/** Why work on a generation has to stop. */
export type LeaseEnd = 'canceled' | 'lost' | 'overdue' | 'stalled';

/**
 * Renews the lease of one generation while it is worked on, and stores its progress. Calls `onEnd` at most once: when
 * the owner has asked to cancel, when its deadline has passed, when the lease could not be kept and the work is somebody
 * else's, or when nothing has been reported for `stallSeconds`.
 */
export function keepLease(
  db: Db,
  claimed: { id: string; lease: string },
  options: { leaseSeconds: number; stallSeconds: number; onEnd(reason: LeaseEnd): void },
): LeaseKeeper {
  const { leaseSeconds, stallSeconds, onEnd } = options;
  let latest: Progress | undefined;
  let stored: Progress | undefined;
  let renewedAt = performance.now();
  let renewal: Promise<void> | undefined;
  let ended = false;
  let reportedAt = performance.now();

  const end = (reason: LeaseEnd) => {
    if (ended) return;
    ended = true;
    onEnd(reason);
  };
  const renew = async () => {
    const startedAt = performance.now();
    const progress = latest;
    const renewed = await renewLease(db, { ...claimed, leaseSeconds, progress });
    if (renewed.status === 'lost') return end('lost');
    renewedAt = startedAt;
    stored = progress;
    if (renewed.cancelRequested) end('canceled');
    if (renewed.pastDeadline) end('overdue');
  };
  const timer = setInterval(() => {
    const sinceMs = performance.now() - renewedAt;
    if (performance.now() - reportedAt > stallSeconds * 1000) end('stalled');
    if (renewal !== undefined || ended || (latest === stored && sinceMs < renewAfterMs)) return;
    renewal = renew()
      .catch(() => {
        // The database may come back; once the lease must have run out, the work is no longer ours.
        if (performance.now() - renewedAt > leaseSeconds * 1000) end('lost');
      })
      .finally(() => {
        renewal = undefined;
      });
  }, tickMs);

  return {
    report(progress) {
      latest = progress;
      reportedAt = performance.now();
    },
    async stop() {
      ended = true;
      clearInterval(timer);
      await renewal;
    },
  };
}
