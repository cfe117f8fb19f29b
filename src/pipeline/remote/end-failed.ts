import type { EngineFailure } from '../../domain/engine.ts';
import { canceledWhileMade, failGeneration, requeueGeneration } from '../../store/end-generation.ts';
import { listAttempts, readGeneration } from '../../store/read-generations.ts';
import type { RemoteJob } from '../../store/remote-attempts.ts';
import type { PipelineDeps } from '../deps.ts';
import { failOver } from '../fail-over.ts';
import { writeDown } from '../write-down.ts';
import { pauseAfter } from './pauses.ts';

/** How often a provider may fail at one generation in a way that could pass. */
const mostFailures = 4;

/** How often it may say that it has too much to do. */
const mostRefusals = 200;

/**
 * Ends an attempt that has certainly failed: another engine of its route makes the generation, or it is tried again where
 * that may help, and else it ends.
 */
export async function endFailed(
  deps: Pick<PipelineDeps, 'store' | 'engines'>,
  job: Pick<RemoteJob, 'id' | 'lease'> & { cancelRequested?: boolean },
  failure: EngineFailure,
): Promise<void> {
  const { code, message, retryable, retryAfterSeconds } = failure;
  if (job.cancelRequested === true) {
    await writeDown(() => failGeneration(deps.store, job, canceledWhileMade));
    return;
  }
  const attempts = await listAttempts(deps.store, job.id);
  const failures = attempts.filter(
    ({ result, code: was }) => result === 'failed' && was !== 'rate_limited',
  ).length;
  const refusals = attempts.filter(({ code: was }) => was === 'rate_limited').length;
  const moveTo = retryable
    ? await failOver(deps, await readGeneration(deps.store, job.id), failure)
    : undefined;
  if (moveTo !== undefined) {
    const attempt = { result: 'failed', code, message, waitSeconds: 0, moveTo } as const;
    await writeDown(() => requeueGeneration(deps.store, job, attempt));
    return;
  }
  const hasChance = code === 'rate_limited' ? refusals + 1 < mostRefusals : failures + 1 < mostFailures;
  await writeDown(() =>
    retryable && hasChance
      ? requeueGeneration(deps.store, job, {
          result: 'failed',
          code,
          message,
          waitSeconds: Math.max(
            retryAfterSeconds ?? 0,
            pauseAfter(Math.max(failures, Math.min(refusals, 6))),
          ),
        })
      : failGeneration(deps.store, job, { code, message }),
  );
}
