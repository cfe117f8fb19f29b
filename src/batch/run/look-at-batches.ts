import type { Client } from '../../client/index.ts';
import type { Batch } from '../../contract/batch.ts';
import { createStandstill } from './standstill.ts';

/** Pauses between looks, in milliseconds: a short run is over soon, a long one is looked at now and then. */
export interface LookPace {
  firstMs: number;
  growth: number;
  longestMs: number;
}

/**
 * Looks at batches again and again, until `look` answers something: that is the result. It is told how they stand, and
 * whether nothing will become of their rows any more unless somebody raises a cap, buys credits or decides on a parked job.
 */
export async function lookAtBatches<T>(
  {
    client,
    signal,
    sleep,
  }: { client: Client; signal: AbortSignal; sleep(ms: number, signal: AbortSignal): Promise<unknown> },
  batchIds: readonly string[],
  { firstMs, growth, longestMs }: LookPace,
  look: (batches: Batch[], isStill: boolean) => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const isStandstill = createStandstill();
  for (let pauseMs = firstMs, sinceMs = 0; ; pauseMs = Math.min(longestMs, pauseMs * growth)) {
    const batches = await Promise.all(batchIds.map((id) => client.batches.get(id, { signal })));
    const end = await look(batches, isStandstill(batches, sinceMs));
    if (end !== undefined) return end;
    await sleep(pauseMs, signal);
    sinceMs = pauseMs;
  }
}
