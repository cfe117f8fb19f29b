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
  for (let pauseMs = lookMs.first; ; pauseMs = Math.min(lookMs.longest, pauseMs * lookMs.growth)) {
    const batches: Batch[] = [];
    for (const id of batchIds) batches.push(await client.batches.get(id, { signal }));
    if (!batches.some(isMoving)) return batches;
    await sleep(pauseMs, signal);
  }
}

function isMoving({ rows, generations, status, stopped_by: stop }: Batch): boolean {
  if (generations.pending + generations.processing > 0) return true;
  if (status === 'paused') return true;
  // Without credits the rows after the first are not even looked at; of a revoked key none is, ever.
  return rows.waiting > 0 && stop?.['reason'] !== 'credits' && !isOrphaned({ stopped_by: stop });
}

/** Whether nothing more is made of a batch, since the key that it spends as is revoked. */
export const isOrphaned = ({ stopped_by: stop }: Pick<Batch, 'stopped_by'>): boolean =>
  stop?.['reason'] === 'key_revoked';
