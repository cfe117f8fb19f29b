import { type LookPace, lookAtBatches } from '../batch/run/look-at-batches.ts';
import { areAside } from '../batch/run/standstill.ts';
import type { Batch } from '../contract/batch.ts';

const pace: LookPace = { firstMs: 250, growth: 1.4, longestMs: 5_000 };

/** How batches stand once no row is made or waits for its turn any more; `paused`: somebody keeps the rest from it. */
export type Waited = { as: 'ended'; batches: Batch[] } | { as: 'paused'; batchIds: string[] };

/**
 * Waits until no row of these batches is made or waits for its turn any more; those that a cap or missing credits keep may
 * be left, those whose key is revoked, and those whose job is parked. What somebody has paused is not waited for here.
 */
export function waitForRows(
  options: Parameters<typeof lookAtBatches>[0],
  batchIds: readonly string[],
): Promise<Waited> {
  return lookAtBatches(options, batchIds, pace, (batches, isStill): Waited | undefined => {
    if (areAside(batches))
      return {
        as: 'paused',
        batchIds: batches.filter(({ status }) => status === 'paused').map(({ id }) => id),
      };
    return isStill ? { as: 'ended', batches } : undefined;
  });
}
