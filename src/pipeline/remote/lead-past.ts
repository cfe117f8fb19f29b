import type { EngineFailure } from '../../domain/engine.ts';
import { listEngines } from '../../store/engines.ts';
import { listMovable, movePending } from '../../store/move-pending.ts';
import type { PipelineDeps } from '../deps.ts';
import { failOver } from '../fail-over.ts';

/** How many are looked at in one go; the next of them at the next look. */
const usuallyAtOnce = 50;

/**
 * Gives what waits for an engine that does not work to the next of its route. Nobody was asked for any of it yet. Each call
 * goes on where the last one ended, and begins anew at the end: what nobody else can make does not stand in the way.
 */
export function leadPast(
  deps: Pick<PipelineDeps, 'store' | 'engines'>,
  engine: string,
  atOnce = usuallyAtOnce,
): (reason: string) => Promise<void> {
  let after: string | undefined;
  return async (reason) => {
    const failure: EngineFailure = {
      status: 'failed',
      code: 'engine_unavailable',
      message: reason,
      retryable: true,
    };
    const waiting = await listMovable(deps.store, { engine, after, limit: atOnce });
    after = waiting.length < atOnce ? undefined : waiting.at(-1)?.id;
    if (waiting.length === 0) return;
    const engines = await listEngines(deps.store);
    for (const generation of waiting) {
      const moveTo = await failOver(deps, generation, failure, engines);
      if (moveTo !== undefined) await movePending(deps.store, generation, moveTo);
    }
  };
}
