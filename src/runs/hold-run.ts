import type { Db } from '../store/db.ts';
import { renewRun, type TakenRun } from '../store/runs.ts';

/** Long enough for a database that is away for a while. */
export const runLeaseSeconds = 60;

const renewEveryMs = 2_000;

/** Why work on a run ends before its end. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped';
  readonly why: 'canceled' | 'lost' | 'stopping';
  constructor(why: RunStopped['why']) {
    super(`the run is ${why}`);
    this.why = why;
  }
}

/** Keeps the lease of a run while it is worked on; `signal` aborts with a RunStopped when that has to end. */
export function holdRun(
  db: Db,
  run: TakenRun,
  stopping: AbortSignal,
): { signal: AbortSignal; stop(): Promise<void> } {
  const ended = new AbortController();
  const end = (why: RunStopped['why']) => ended.abort(new RunStopped(why));
  const onStop = () => end('stopping');
  if (stopping.aborted) onStop();
  stopping.addEventListener('abort', onStop, { once: true });
  if (run.cancelRequestedAt !== null) end('canceled');
  let renewedAt = performance.now();
  let renewal: Promise<void> | undefined;
  const renew = async () => {
    const begunAt = performance.now();
    const state = await renewRun(db, run, runLeaseSeconds);
    if (state !== 'held') return end(state);
    renewedAt = begunAt;
  };
  const timer = setInterval(() => {
    if (renewal !== undefined) return;
    renewal = renew()
      .catch(() => {
        // The database may come back; once the lease must have run out, the work is no longer ours.
        if (performance.now() - renewedAt > runLeaseSeconds * 1_000) end('lost');
      })
      .finally(() => {
        renewal = undefined;
      });
  }, renewEveryMs);
  return {
    signal: ended.signal,
    async stop() {
      clearInterval(timer);
      stopping.removeEventListener('abort', onStop);
      await renewal;
    },
  };
}
