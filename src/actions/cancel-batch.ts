import { cancelRows } from '../store/batch-rows.ts';
import { markCanceled } from '../store/batches.ts';
import type { Store } from '../store/db.ts';
import type { Owner } from '../store/read-generations.ts';
import { cancelGenerations } from './cancel-generations.ts';

/**
 * Cancels a batch: from the first statement on nothing of it begins, then its waiting rows end, then its generations.
 * False if there is none. What a crash leaves undone, `finishCanceled` of the feeder does.
 */
export async function cancelBatch(store: Store, owner: Owner, id: string): Promise<boolean> {
  if ((await markCanceled(store, owner, id)) === undefined) return false;
  await endBatch(store, owner, id);
  return true;
}

/** Ends what is left of a batch that is marked as canceled. */
export async function endBatch(store: Store, owner: Owner, id: string): Promise<void> {
  await cancelRows(store, owner, id);
  await cancelGenerations(store, owner, { batchId: id }, 'system');
}
