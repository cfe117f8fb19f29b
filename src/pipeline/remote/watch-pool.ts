import type { RemoteEngine } from '../../domain/engine.ts';
import type { ServerState } from '../../domain/server-pool.ts';
import { listServers, readDrained, recordLook } from '../../store/engine-servers.ts';
import { restEngine } from '../../store/engines.ts';
import type { PipelineDeps } from '../deps.ts';

/** Keeps an eye on the servers of an engine, so that only what a server has room for is claimed. */
export interface PoolWatch {
  /** How many starts may be claimed now; any number where the engine has no servers of its own to choose from. */
  room(): Promise<number>;
  /** Why nothing can be started for now; undefined while a server answers. */
  trouble(): string | undefined;
}

/** How old what is known of the servers may be. */
const lookEveryMs = 2_000;

const lookMs = 10_000;

/** How long an engine of which no server answers is left alone: by then it is looked at again. */
const restSeconds = 3;

export function watchPool(
  deps: Pick<PipelineDeps, 'store'>,
  { name, pool }: Pick<RemoteEngine, 'name' | 'pool'>,
  now: () => number = () => performance.now(),
): PoolWatch {
  if (pool === undefined) return { room: async () => Number.POSITIVE_INFINITY, trouble: () => undefined };
  let lookedAt: number | undefined;
  let trouble: string | undefined;
  /** What this process has written of each server, to tell it from what another has. */
  let seen: ReadonlyMap<string, string> = new Map();

  const look = async () => {
    const drained = await readDrained(deps.store, name);
    const states = await pool.look(drained, { signal: AbortSignal.timeout(lookMs) });
    seen = await recordLook(deps.store, name, states, seen);
    // By what all processes see: one that is cut off claims nothing, and must not speak for the others.
    const servers = await listServers(deps.store, name);
    trouble = troubleOf(servers.filter(({ origin }) => !drained.has(origin)));
    // So that routes lead past it, and whoever waits for it is told why.
    if (trouble !== undefined) await restEngine(deps.store, name, restSeconds, trouble);
  };

  return {
    async room() {
      if (lookedAt === undefined || now() - lookedAt > lookEveryMs) {
        lookedAt = now();
        await look();
      }
      return pool.room();
    },
    trouble: () => trouble,
  };
}

function troubleOf(wanted: readonly ServerState[]): string | undefined {
  if (wanted.length === 0) return 'All its servers are drained.';
  if (wanted.some(({ busy }) => busy !== null)) return undefined;
  return `None of its servers answers. ${wanted[0]?.trouble ?? ''}`.trim();
}
