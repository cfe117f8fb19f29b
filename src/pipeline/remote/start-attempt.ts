import { createHash } from 'node:crypto';
import type { RemoteEngine, StartResult } from '../../domain/engine.ts';
import { AppError } from '../../domain/errors.ts';
import {
  canceledWhileMade,
  consentEnded,
  type Failure,
  failGeneration,
  requeueGeneration,
} from '../../store/end-generation.ts';
import type { GenerationRow } from '../../store/generation-row.ts';
import { parkAttempt } from '../../store/parked-attempts.ts';
import { listAttempts } from '../../store/read-generations.ts';
import {
  type Asking,
  keepHandle,
  keepStep,
  noteAsking,
  postponeSteps,
  type RemoteJob,
  wakeAttempt,
} from '../../store/remote-attempts.ts';
import type { PipelineDeps } from '../deps.ts';
import { writeDown } from '../write-down.ts';
import { endFailed } from './end-failed.ts';
import type { Guard } from './guard.ts';
import { pauseAfter } from './pauses.ts';
import { type Prepared, prepareReferences } from './prepare-references.ts';

/** What is known of an attempt while its provider is asked. */
export type Starting = Pick<RemoteJob, 'id' | 'attemptId' | 'lease' | 'tries'>;

/** Until references are opened again that this machine could not open: doubling from ten seconds to ten minutes. */
const referencePause = (tries: number) => Math.min(600, 10 * 2 ** tries);

/** How often that is tried: for about an hour. */
const mostUnprepared = 10;

const unprepared = 'Its references could not be read.';

const renewMs = 10_000;

/** How long an attempt is its worker's alone while it is started: longer than the call may take. */
export const startLeaseSeconds = (engine: RemoteEngine) => startSeconds(engine) + 10;

const startSeconds = ({ startSeconds: seconds, callSeconds }: RemoteEngine) => seconds ?? callSeconds;

/**
 * Asks a provider to make a video. The attempt was written before, so whatever becomes of this process, somebody knows
 * that the provider may have been asked.
 */
export async function startAttempt(
  deps: PipelineDeps,
  options: { engine: RemoteEngine; guard: Guard; generation: GenerationRow; job: Starting },
): Promise<void> {
  const { engine, guard, generation, job } = options;
  try {
    await withReferences(deps, options, async (prepared) => {
      // What came before may have taken long: somebody else may be finding out by now what became of this start.
      const asking = await noteAsking(deps.store, job, startLeaseSeconds(engine));
      if (asking === undefined) return;
      const unwanted = whyUnwanted(asking);
      if (unwanted !== undefined) return await endUnasked(deps, job, unwanted);
      const result = await guard.watch(() => callStart(deps, engine, generation, job, prepared));
      if (result.status === 'accepted') await accept(deps, engine, job, result);
      else if (result.status === 'failed') await endFailed(deps, job, result);
      else await answerLost(deps, engine, job, result.message);
    });
  } catch (error) {
    // Nothing was asked of anybody yet, so nothing is open.
    if (error instanceof Unprepared) await endUnprepared(deps, options, error.cause);
    else throw error;
  }
}

/** Nobody wants it any more, and nobody was asked. */
async function endUnasked(deps: Pick<PipelineDeps, 'store'>, job: Starting, why: Failure): Promise<void> {
  await writeDown(() => failGeneration(deps.store, job, why));
}

function whyUnwanted({ cancelRequested, pastDeadline, consentTrouble }: Asking): Failure | undefined {
  if (consentTrouble !== null) return consentEnded(consentTrouble);
  if (cancelRequested) return canceledWhileMade;
  return pastDeadline
    ? { code: 'deadline_passed', message: 'Its deadline passed before its provider was asked.' }
    : undefined;
}

/** The references could not be made ready, so that the work with them has not begun. */
export class Unprepared extends Error {
  override readonly name = 'Unprepared';
}

/** Runs `work` with the references as the engine takes them; the lease is kept while they are made ready. */
export async function withReferences<T>(
  deps: PipelineDeps,
  given: { engine: RemoteEngine; generation: GenerationRow; job: Starting },
  work: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  const { engine, generation, job } = given;
  if (generation.plan.references.length === 0) return work({ references: [], notes: [] });
  return deps.scratch.withFolder(async (folder) => {
    const abort = new AbortController();
    const renewal = setInterval(() => {
      keepStep(deps.store, job, startLeaseSeconds(engine)).then(
        (held) => {
          if (!held) abort.abort(new Error('the lease is lost'));
        },
        // The database may come back; the lease decides.
        () => {},
      );
    }, renewMs);
    let prepared: Prepared;
    try {
      prepared = await prepareReferences(deps, { generation, engine, folder, signal: abort.signal });
    } catch (cause) {
      throw new Unprepared('its references could not be made ready', { cause });
    } finally {
      clearInterval(renewal);
    }
    return work(prepared);
  });
}

async function endUnprepared(
  deps: PipelineDeps,
  { generation, job }: { generation: GenerationRow; job: Starting },
  cause: unknown,
): Promise<void> {
  const isFinal =
    cause instanceof AppError &&
    ['not_found', 'reference_unreadable', 'reference_too_large'].includes(cause.code);
  if (isFinal) {
    await writeDown(() =>
      failGeneration(deps.store, job, { code: 'reference_lost', message: cause.message }),
    );
    return;
  }
  deps.onUnexpected(cause, `opening the references of ${generation.id}`);
  const attempts = await listAttempts(deps.store, generation.id);
  const tries = attempts.filter(({ message }) => message === unprepared).length;
  await writeDown(() =>
    tries + 1 < mostUnprepared
      ? requeueGeneration(deps.store, job, {
          result: 'stopped',
          message: unprepared,
          waitSeconds: referencePause(tries),
        })
      : failGeneration(deps.store, job, {
          code: 'too_many_attempts',
          message: `Its references could not be read on our side, in ${mostUnprepared} tries.`,
        }),
  );
}

/** The same call for a first start and for its repetition under the same id. Never throws. */
export async function callStart(
  deps: PipelineDeps,
  engine: RemoteEngine,
  generation: GenerationRow,
  job: Pick<Starting, 'attemptId'>,
  { references, notes }: Prepared,
): Promise<StartResult> {
  try {
    const result = await engine.start(generation.plan, {
      attemptId: job.attemptId,
      callbackUrl: engine.recovery.callback ? deps.callbackUrl(engine.name, job.attemptId) : undefined,
      references,
      ...endUserOf(generation),
      simulate: generation.simulate ?? undefined,
      signal: AbortSignal.timeout(startSeconds(engine) * 1000),
    });
    return result.status === 'accepted' ? { ...result, notes: [...notes, ...result.notes] } : result;
  } catch (error) {
    // An engine that throws may have asked before it did.
    deps.onUnexpected(error, `starting ${job.attemptId}`);
    return { status: 'lost', message: 'The engine broke off while its provider was asked.' };
  }
}

/** Providers block people by this, not whole accounts; who it is stays with us. */
function endUserOf({ accountId, endUserId }: GenerationRow): { endUser?: string } {
  if (endUserId === null) return {};
  return { endUser: createHash('sha256').update(`${accountId} ${endUserId}`).digest('hex') };
}

/** A job is looked at soon: most providers need longer, and say so. */
const firstCheckSeconds = 1;

export async function accept(
  deps: Pick<PipelineDeps, 'store'>,
  { name: engine }: RemoteEngine,
  job: Starting,
  accepted: Extract<StartResult, { status: 'accepted' }>,
): Promise<void> {
  const { handle, notes, checkAfterSeconds = firstCheckSeconds } = accepted;
  const kept = await writeDown(() => keepHandle(deps.store, job, { handle, checkAfterSeconds, notes }));
  // The lease has run out meanwhile: whoever looks for the job now is told where it is.
  if (!kept) await writeDown(() => wakeAttempt(deps.store, { attemptId: job.attemptId, engine, handle }));
}

/** The provider may have taken it: it is asked again under the same id, looked up, or parked until a callback comes. */
export async function answerLost(
  deps: Pick<PipelineDeps, 'store'>,
  { recovery }: RemoteEngine,
  job: Starting,
  message: string,
): Promise<void> {
  await writeDown<unknown>(() =>
    recovery.idempotencyKey || recovery.lookUp
      ? postponeSteps(deps.store, [
          { ...job, seconds: pauseAfter(job.tries), inVain: true, progress: undefined },
        ])
      : parkAttempt(deps.store, job, `Whether the provider has taken it is not known. ${message}`),
  );
}
