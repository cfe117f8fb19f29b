import type { Context } from 'hono';
import type { Caller } from '../../../actions/caller.ts';
import { AppError } from '../../../domain/errors.ts';
import type { GenerationRow } from '../../../store/generation-row.ts';
import { findGeneration } from '../../../store/read-generations.ts';
import { accountOf } from '../../auth.ts';
import type { Env, HttpDeps } from '../../env.ts';
import type { Links } from '../../links.ts';
import type { QueueView } from '../../queue-view.ts';
import type { Addressed } from './read-call.ts';

/** What every call of the fal face is answered with. */
export interface FalContext {
  c: Context<Env>;
  deps: HttpDeps;
  /** As this caller can follow them. */
  links: Links;
  queue: QueueView;
  addressed: Addressed;
}

/** A job of the caller's. Throws an AppError `not_found` for everybody else's. */
export async function findJob(
  { c, deps }: FalContext,
  id: string,
): Promise<{ caller: Caller; row: GenerationRow }> {
  const caller = accountOf(c);
  const row = await findGeneration(deps.store, caller, id);
  if (row === undefined)
    throw new AppError('not_found', `There is no request ${id.slice(0, 60)} in this account.`);
  return { caller, row };
}
