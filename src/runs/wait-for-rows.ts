import { type LookPace, lookAtBatches } from '../batch/run/look-at-batches.ts';
import type { Batch } from '../contract/batch.ts';

const pace: LookPace = { firstMs: 250, growth: 1.4, longestMs: 5_000 };

/**
 * Waits until no row of these batches is made or waits for its turn any more; those that a cap or missing credits keep may
 * be left, those whose key is revoked, and those whose job is parked. A batch that somebody has paused is waited for. Resolves with how they stand.
 */
export function waitForRows(
  options: Parameters<typeof lookAtBatches>[0],
  batchIds: readonly string[],
): Promise<Batch[]> {
  return lookAtBatches(options, batchIds, pace, (batches, isStill) => (isStill ? batches : undefined));
}
