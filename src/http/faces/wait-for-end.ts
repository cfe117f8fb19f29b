import type { Caller } from '../../actions/caller.ts';
import { isFinal } from '../../domain/generation.ts';
import type { GenerationRow } from '../../store/generation-row.ts';
import type { HttpDeps } from '../env.ts';
import { followGeneration } from '../follow-generation.ts';

/**
 * The generation when it has ended, or as it stands after `seconds`, when `signal` aborts or when the server stops: whoever
 * hangs up stops the waiting and not the work. Undefined if it is gone or the caller's key was revoked meanwhile.
 */
export async function waitForEnd(
  deps: Pick<HttpDeps, 'store' | 'feed'>,
  caller: Caller,
  options: { id: string; seconds: number; signal: AbortSignal },
): Promise<GenerationRow | undefined> {
  const { id, seconds, signal } = options;
  const over = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]);
  let last: GenerationRow | undefined;
  for await (const row of followGeneration(deps, caller, { id, signal: over })) {
    last = row;
    if (isFinal(row.status)) break;
  }
  return last;
}
