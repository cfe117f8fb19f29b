import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '../src/store/db.ts';
import type { GenerationRow } from '../src/store/generation-row.ts';
import { readGeneration } from '../src/store/read-generations.ts';

/** Looks every 50 ms until there is something, for half a minute of tries unless told; then throws that it never came. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  { tries = 600, everyMs = 50 }: { tries?: number; everyMs?: number } = {},
): Promise<T> {
  for (let n = 0; n < tries; n += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(everyMs);
  }
  throw new Error(`${what} never came`);
}

/** A generation once it has ended, whichever way. */
export function untilEnded(
  store: Store,
  id: string,
  options: { tries?: number; everyMs?: number } = {},
): Promise<GenerationRow> {
  return until(
    `the end of ${id}`,
    async () => {
      const row = await readGeneration(store, id);
      return row.finishedAt === null ? undefined : row;
    },
    options,
  );
}
