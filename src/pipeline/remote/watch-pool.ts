import type { RemoteEngine } from '../../domain/engine.ts';
import { readDrained, recordLook } from '../../store/engine-servers.ts';
import { restEngine } from '../../store/engines.ts';
import type { PipelineDeps } from '../deps.ts';

/** Keeps an eye on the servers of an engine, so that only what a server has room for is claimed. */
export interface PoolWatch {
  /** How many starts may be claimed now; any number where the engine has no servers of its own to choose from. */
  room(): Promise<number>;
}

/** How old what is known of the servers may be. */
const lookEveryMs = 2_000;

const lookMs = 10_000;

/** How long an engine of which no server answers is left alone: then it is looked at again. */
const restSeconds = 3;

export function watchPool(
  deps: Pick<PipelineDeps, 'store' | 'onUnexpected'>,
  { name, pool }: Pick<RemoteEngine, 'name' | 'pool'>,
  now: () => number = () => performance.now(),
): PoolWatch {
  if (pool === undefined) return { room: async () => Number.POSITIVE_INFINITY };
  let lookedAt: number | undefined;

  const look = async () => {
    const drained = await readDrained(deps.store, name);
    const states = await pool.look(drained, { signal: AbortSignal.timeout(lookMs) });
    await recordLook(deps.store, name, states);
    const wanted = states.filter(({ origin }) => !drained.has(origin));
    const trouble = wanted.find(({ busy }) => busy === null)?.trouble ?? null;
    // So that routes lead past it, and whoever waits for it is told why.
    if (wanted.length === 0) await restEngine(deps.store, name, restSeconds, 'All its servers are drained.');
    else if (wanted.every(({ busy }) => busy === null))
      await restEngine(deps.store, name, restSeconds, `None of its servers answers. ${trouble ?? ''}`.trim());
  };

  return {
    async room() {
      if (lookedAt === undefined || now() - lookedAt > lookEveryMs) {
        lookedAt = now();
        await look();
      }
      return pool.room();
    },
  };
}
