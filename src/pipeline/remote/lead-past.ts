import type { EngineFailure } from '../../domain/engine.ts';
import { listMovable, movePending } from '../../store/move-pending.ts';
import type { PipelineDeps } from '../deps.ts';
import { failOver } from './fail-over.ts';

/** How many are led past a broken engine at once; the others at the next look. */
const atOnce = 50;

/** Gives what waits for an engine that does not work to the next of its route. Nobody was asked for any of it yet. */
export async function leadPast(
  deps: Pick<PipelineDeps, 'store' | 'engines'>,
  engine: string,
  reason: string,
): Promise<void> {
  const failure: EngineFailure = {
    status: 'failed',
    code: 'engine_unavailable',
    message: reason,
    retryable: true,
  };
  for (const waiting of await listMovable(deps.store, engine, atOnce)) {
    const moveTo = await failOver(deps, waiting, failure);
    if (moveTo !== undefined) await movePending(deps.store, waiting, moveTo);
  }
}
