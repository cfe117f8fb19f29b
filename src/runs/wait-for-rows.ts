import { createStandstill } from '../batch/run/standstill.ts';
import type { Client } from '../client/index.ts';
import type { Batch } from '../contract/batch.ts';

/** A short run is over soon, a long one is looked at now and then. Milliseconds. */
const lookMs = { first: 250, growth: 1.4, longest: 5_000 };

/**
 * Waits until no row of these batches is made or waits for its turn any more; those that a cap or missing credits keep may
 * be left, and those whose key is revoked. A batch that somebody has paused is waited for. Resolves with how they stand.
 */
export async function waitForRows(
  {
    client,
    signal,
    sleep,
  }: { client: Client; signal: AbortSignal; sleep(ms: number, signal: AbortSignal): Promise<void> },
  batchIds: readonly string[],
): Promise<Batch[]> {
  const isStandstill = createStandstill();
  for (
    let pauseMs = lookMs.first, sinceMs = 0;
    ;
    pauseMs = Math.min(lookMs.longest, pauseMs * lookMs.growth)
  ) {
    const batches: Batch[] = [];
    for (const id of batchIds) batches.push(await client.batches.get(id, { signal }));
    if (isStandstill(batches, sinceMs)) return batches;
    await sleep(pauseMs, signal);
    sinceMs = pauseMs;
  }
}
