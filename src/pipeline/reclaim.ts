import { canceledWhileMade, failGeneration, requeueGeneration } from '../store/end-generation.ts';
import { findExpiredLeases } from '../store/expired-leases.ts';
import type { PipelineDeps } from './deps.ts';

/** A generation whose workers keep dying is ended rather than tried for ever. */
const mostLostAttempts = 10;

/**
 * Takes generations back from workers that have gone silent, and puts them in line again. Nothing was charged for
 * such an attempt: credits move only when an end is written. `all` takes every lease, also those that still run.
 */
export async function reclaimLost(
  deps: Pick<PipelineDeps, 'store'>,
  options: { all: boolean },
): Promise<number> {
  const expired = await findExpiredLeases(deps.store, { all: options.all, limit: 200 });
  for (const { id, lease, lostAttempts, cancelRequested } of expired) {
    const claimed = { id, lease };
    if (cancelRequested) await failGeneration(deps.store, claimed, canceledWhileMade);
    else if (lostAttempts + 1 >= mostLostAttempts)
      await failGeneration(deps.store, claimed, {
        code: 'too_many_attempts',
        message: `The server died ${mostLostAttempts} times while making this video.`,
      });
    else
      await requeueGeneration(deps.store, claimed, {
        result: 'lost',
        message: 'The worker went silent.',
        waitSeconds: 0,
      });
  }
  return expired.length;
}
