import { type Client, KinoraError } from '../../client/index.ts';
import type { Records } from './compare-rows.ts';

const keysAtOnce = 10_000;

/** The records of a workflow on a server. One that has none yet has no keys. */
export function recordsOf(
  { client, signal }: { client: Client; signal: AbortSignal },
  workflow: string,
): Records {
  return {
    async compare(rows) {
      const { others } = await client.workflows.compare(workflow, [...rows], { signal });
      return others;
    },
    async *keys() {
      let after: string | undefined;
      do {
        const page = await client.workflows
          .keys(workflow, { limit: keysAtOnce, ...(after === undefined ? {} : { after }) }, { signal })
          .catch((error: unknown) => {
            if (error instanceof KinoraError && error.code === 'not_found') return undefined;
            throw error;
          });
        if (page === undefined) return;
        yield page.data;
        after = page.next_cursor ?? undefined;
      } while (after !== undefined);
    },
  };
}
