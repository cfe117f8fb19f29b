import type { Db } from './db.ts';
import { type GenerationRow, generationColumns } from './generation-row.ts';
import { newId } from './new-id.ts';

/** A generation that this worker, and nobody else, may work on until the lease runs out. */
export interface ClaimedGeneration extends GenerationRow {
  attemptId: string;
  lease: string;
}

/**
 * Takes up to `most` generations for an engine: accounts in turn, least recently served first, so that a large account
 * cannot starve a small one; then batches in turn; then by priority and age. The limits of the account and of the engine
 * are strict over any number of processes. For a remote engine the attempt that is written here is the intent: from now
 * on the provider may have been asked.
 */
export async function claimGenerations(
  db: Db,
  options: { engine: string; most: number; leaseSeconds: number },
): Promise<ClaimedGeneration[]> {
  const many = <T>(make: () => T) => Array.from({ length: options.most }, make);
  const attempts = many(() => newId('att'));
  const leases = many(() => newId('lease'));
  const rows = await db.query<GenerationRow>(
    `select ${generationColumns} from claim_generations($1, $2, $3, $4, $5) g`,
    [options.engine, options.most, attempts, leases, options.leaseSeconds],
  );
  return rows.map((row, index) => {
    const [attemptId, lease] = [attempts[index], leases[index]];
    if (attemptId === undefined || lease === undefined || row.attemptId !== attemptId)
      throw new Error('the claim answered out of order');
    return { ...row, attemptId, lease };
  });
}
