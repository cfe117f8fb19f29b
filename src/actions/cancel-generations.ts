import { type CancelFilter, findCancelable } from '../store/cancel-many.ts';
import type { Store } from '../store/db.ts';
import { cancelGeneration } from '../store/end-generation.ts';
import type { Owner } from '../store/read-generations.ts';

const chunkSize = 200;
const atOnce = 4;

/**
 * Cancels everything that a filter matches, each in a transaction of its own: one that waits ends and gives its credits
 * back at once, one that is being made is asked to stop. Can be called again after a crash: it goes on.
 */
export async function cancelGenerations(
  store: Store,
  owner: Owner,
  filter: CancelFilter,
  /** For the audit log. */
  actor: string,
): Promise<{ canceled: number; canceling: number }> {
  const counts = { canceled: 0, canceling: 0 };
  const seen = new Set<string>();
  for (;;) {
    const found = await findCancelable(store, owner, filter, chunkSize);
    // One that was put back in line meanwhile may come twice; it was counted.
    const fresh = found.filter((id) => !seen.has(id));
    if (fresh.length === 0) return counts;
    const queue = fresh.values();
    const lane = async () => {
      for (const id of queue) {
        seen.add(id);
        const result = await cancelGeneration(store, owner, id, actor);
        if (result === 'canceled' || result === 'canceling') counts[result] += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }
}
