import type { RemoteEngine } from '../../domain/engine.ts';
import type { JsonObject } from '../../domain/json.ts';
import { consentTrouble } from '../../store/consent-gates.ts';
import { consentEnded, failGeneration, requeueGeneration } from '../../store/end-generation.ts';
import { parkAttempt } from '../../store/parked-attempts.ts';
import { listAttempts, readGeneration } from '../../store/read-generations.ts';
import { isHandleOfAnother, postponeSteps, type RemoteJob } from '../../store/remote-attempts.ts';
import type { PipelineDeps } from '../deps.ts';
import { writeDown } from '../write-down.ts';
import { endFailed } from './end-failed.ts';
import type { Guard } from './guard.ts';
import { pauseAfter } from './pauses.ts';
import {
  accept,
  answerLost,
  callStart,
  startLeaseSeconds,
  Unprepared,
  withReferences,
} from './start-attempt.ts';

/** How often a provider is asked about a start that it has not answered, before an operator has to. */
const mostTries = 60;

const diedUnasked = {
  result: 'stopped',
  message: 'Its worker died before the provider was asked.',
  waitSeconds: 0,
} as const;

/**
 * Finds out what became of a start whose answer nobody has: the worker died, or the answer was lost. By what its callback
 * said, by look-up, by the same call under the same id; else it is parked. Never by a second blind call.
 */
export async function recoverStart(
  deps: PipelineDeps,
  options: { engine: RemoteEngine; guard: Guard; job: RemoteJob },
): Promise<void> {
  const { engine, job } = options;
  if (job.handle !== null)
    return accept(deps, engine, job, { status: 'accepted', handle: job.handle, notes: [] });
  if (job.askedSecondsAgo === null) {
    await writeDown(() => requeueGeneration(deps.store, job, diedUnasked));
    return;
  }
  if (job.tries >= mostTries) {
    const message = `The provider has not said in ${mostTries} tries whether it has taken it.`;
    await writeDown(() => parkAttempt(deps.store, job, message));
    return;
  }
  if (engine.lookUp !== undefined) return lookUp(deps, options);
  if (engine.recovery.idempotencyKey) return askAgain(deps, options);
  await answerLost(deps, engine, job, 'The process that asked it has died.');
}

async function lookUp(
  deps: PipelineDeps,
  options: { engine: RemoteEngine; guard: Guard; job: RemoteJob },
): Promise<void> {
  const { engine, job } = options;
  const signal = AbortSignal.timeout(engine.callSeconds * 1000);
  const { attemptId, startedSecondsAgo } = job;
  const { plan } = await readGeneration(deps.store, job.id);
  const isAnothers = (handle: JsonObject) =>
    isHandleOfAnother(deps.store, { attemptId, engine: engine.name, handle });
  const found = await engine
    .lookUp?.({ attemptId, plan, startedSecondsAgo, isAnothers }, { signal })
    .catch((error: unknown) => {
      deps.onUnexpected(error, `looking up ${attemptId}`);
      return undefined;
    });
  if (found?.status === 'found')
    return accept(deps, engine, job, { status: 'accepted', handle: found.handle, notes: [] });
  if (found?.status === 'undecided') {
    await writeDown(() => parkAttempt(deps.store, job, found.message));
    return;
  }
  // The first call may still be on its way: no answer is final until it must long have ended, and has been given twice.
  const settled = (job.askedSecondsAgo ?? 0) > 2 * startLeaseSeconds(engine) && job.tries > 1;
  if (found?.status === 'not_found' && settled)
    return engine.recovery.idempotencyKey ? askAgain(deps, options) : neverTaken(deps, job);
  await writeDown(() =>
    postponeSteps(deps.store, [
      { ...job, seconds: pauseAfter(job.tries), inVain: true, progress: undefined },
    ]),
  );
}

/** How often a start may get lost on its way to the provider. */
const mostLost = 10;

async function neverTaken(deps: PipelineDeps, job: RemoteJob): Promise<void> {
  const trouble = await consentTrouble(deps.store, job.id);
  if (trouble !== undefined) {
    await writeDown(() => failGeneration(deps.store, job, consentEnded(trouble)));
    return;
  }
  const lost = (await listAttempts(deps.store, job.id)).filter(({ result }) => result === 'lost').length;
  if (lost + 1 >= mostLost) {
    const message = `The provider has never taken it, in ${mostLost} attempts.`;
    await writeDown(() => failGeneration(deps.store, job, { code: 'too_many_attempts', message }));
    return;
  }
  await writeDown(() =>
    requeueGeneration(deps.store, job, {
      result: 'lost',
      message: 'The provider has never taken it.',
      waitSeconds: 0,
    }),
  );
}

async function askAgain(
  deps: PipelineDeps,
  { engine, guard, job }: { engine: RemoteEngine; guard: Guard; job: RemoteJob },
): Promise<void> {
  if ((await consentTrouble(deps.store, job.id)) !== undefined) {
    // If the first call was never taken, this one would be the first to send the person's pictures.
    const message = 'The consent of a person in it has ended; the provider is not asked again.';
    await writeDown(() => parkAttempt(deps.store, job, message));
    return;
  }
  const generation = await readGeneration(deps.store, job.id);
  try {
    await withReferences(deps, { engine, generation, job }, async (prepared) => {
      const result = await guard.watch(() => callStart(deps, engine, generation, job, prepared));
      if (result.status === 'accepted') return accept(deps, engine, job, result);
      // Only a verdict on the request itself holds for the first call too; that it has no time, or does not know us, does not.
      if (result.status === 'failed' && result.code === 'content_rejected')
        return endFailed(deps, job, result);
      await answerLost(deps, engine, job, result.message);
    });
  } catch (error) {
    if (!(error instanceof Unprepared)) throw error;
    // Whether it was taken is as open as before.
    await answerLost(deps, engine, job, `Its references cannot be read: ${String(error.cause)}`);
  }
}
