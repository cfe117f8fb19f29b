import { join } from 'node:path';
import type { RemoteEngine } from '../../domain/engine.ts';
import { AppError } from '../../domain/errors.ts';
import { requestLimits } from '../../domain/request.ts';
import type { Downloaded } from '../../net/safe-fetch.ts';
import { consentTrouble } from '../../store/consent-gates.ts';
import {
  canceledWhileMade,
  completeGeneration,
  consentEnded,
  failGeneration,
} from '../../store/end-generation.ts';
import { deleteUnusedOutput } from '../../store/files.ts';
import type { GenerationRow } from '../../store/generation-row.ts';
import { readGeneration } from '../../store/read-generations.ts';
import {
  closeLate,
  droppedLate,
  keepLateOutput,
  keepStep,
  postponeSteps,
  type RemoteJob,
} from '../../store/remote-attempts.ts';
import type { PipelineDeps } from '../deps.ts';
import { type Judged, judgeOutput } from '../judge-output.ts';
import { keepAgain, keepOutput } from '../keep-output.ts';
import type { Turns } from '../turns.ts';
import { writeDown } from '../write-down.ts';
import { inspectOutput } from './inspect-output.ts';
import { pauseAfter } from './pauses.ts';

export const collectLeaseSeconds = 30;

const renewMs = 10_000;
const downloadMs = 120_000;
const maxOutputBytes = 10 * requestLimits.maxBytes.video;

/** How often a download is tried before its video counts as lost, and an unreadable one before it counts as bad. */
const mostTries = { unreachable: 20, unreadable: 2 };

/**
 * Copies a finished video from its provider, measures and keeps it, and settles; or keeps it on its attempt where the
 * generation has ended otherwise. Whatever can pass is tried again later; a download breaks off when the process stops.
 */
export async function collectOutput(
  deps: PipelineDeps,
  {
    engine,
    job,
    turns,
    stopping,
  }: { engine: RemoteEngine; job: RemoteJob; turns: Turns; stopping: AbortSignal },
): Promise<void> {
  if ((await consentTrouble(deps.store, job.id)) === 'revoked') return drop(deps, job);
  if (job.step === 'collecting' && job.cancelRequested && job.output !== null) {
    const lateOutput = { output: job.output, usage: undefined };
    await writeDown(() => failGeneration(deps.store, job, canceledWhileMade, { lateOutput }));
    return;
  }
  const abort = new AbortController();
  const renewal = setInterval(() => {
    keepStep(deps.store, job, collectLeaseSeconds).then(
      (held) => {
        if (!held) abort.abort(new Error('the lease is lost'));
      },
      // The database may come back; the lease decides.
      () => {},
    );
  }, renewMs);
  try {
    await deps.scratch.withFolder((folder) =>
      collect(deps, { engine, job, turns, folder, signal: AbortSignal.any([abort.signal, stopping]) }),
    );
  } catch (error) {
    if (stopping.aborted) return leave(deps, job);
    // Our own fault, or the lease is lost: a paid video is not given up for that.
    deps.onUnexpected(error, `collecting ${job.attemptId}`);
    await again(deps, job);
  } finally {
    clearInterval(renewal);
  }
}

async function collect(
  deps: PipelineDeps,
  options: { engine: RemoteEngine; job: RemoteJob; turns: Turns; folder: string; signal: AbortSignal },
): Promise<void> {
  const { engine, job, turns, folder, signal } = options;
  const path = join(folder, 'video.mp4');
  let downloaded: Downloaded;
  try {
    downloaded = await deps.fetchFrom(engine.trustedOrigins).download(job.output?.url ?? '', {
      maxBytes: maxOutputBytes,
      timeoutMs: downloadMs,
      signal,
      to: path,
      ...(engine.outputHeaders === undefined ? {} : { headers: engine.outputHeaders }),
    });
  } catch (error) {
    if (!(error instanceof AppError) || signal.aborted) throw error;
    if (job.tries + 1 < mostTries.unreachable) return again(deps, job);
    return fail(deps, job, {
      code: 'output_lost',
      message: `The provider's video could not be fetched. ${error.message}`,
    });
  }
  // Many jobs may bring the same bytes at once; the first has them looked at, and the others know.
  await turns.take(downloaded.sha256, () => judgeAndKeep(deps, job, { path, folder }));
}

async function judgeAndKeep(
  deps: PipelineDeps,
  job: RemoteJob,
  { path, folder }: { path: string; folder: string },
): Promise<void> {
  const generation = await readGeneration(deps.store, job.id);
  const judged = await judgeOutput(deps, generation, path);
  if (judged.status === 'deliverable') return keep(deps, job, { generation, judged, folder });
  if (judged.unreadable && job.tries + 1 < mostTries.unreadable) return again(deps, job);
  const message = `The engine made a video that cannot be delivered. ${judged.what}`;
  await fail(deps, job, { code: 'output_invalid', message });
}

async function keep(
  deps: PipelineDeps,
  job: RemoteJob,
  made: { generation: GenerationRow; judged: Extract<Judged, { status: 'deliverable' }>; folder: string },
): Promise<void> {
  const { generation, folder } = made;
  const { video, facts, checks, price } = made.judged;
  const inspected = await inspectOutput(deps, { video, facts, folder });
  const outputFileId = await keepOutput(deps, generation, video, facts);
  const keepPoster = inspected.isKept ? keepAgain : keepOutput;
  const posterFileId = await keepPoster(deps, generation, inspected.poster, inspected.posterFacts);
  if (outputFileId === undefined || posterFileId === undefined) return drop(deps, job);
  await inspected.remember();
  const outputFacts = { ...facts, sizeBytes: video.sizeBytes };
  const files = [outputFileId, posterFileId];
  const kept = await writeDown(() =>
    job.step === 'late'
      ? keepLateOutput(deps.store, job, { outputFileId, posterFileId, facts: outputFacts })
      : completeGeneration(deps.store, job, {
          chargedCredits: price.credits,
          outputFileId,
          posterFileId,
          outputFacts,
          storyboard: null,
          notes: generation.notes,
          checks: [...checks, ...inspected.checks],
        }),
  );
  if (!kept) await writeDown(() => deleteUnusedOutput(deps.store, job.id, files));
}

/** Of somebody who has revoked the consent: neither kept nor fetched again. */
async function drop(deps: PipelineDeps, job: RemoteJob): Promise<void> {
  await writeDown<unknown>(() =>
    job.step === 'late'
      ? closeLate(deps.store, job, droppedLate)
      : failGeneration(deps.store, job, consentEnded('revoked')),
  );
}

async function again(deps: PipelineDeps, job: RemoteJob): Promise<void> {
  await postponeSteps(deps.store, [
    { ...job, seconds: pauseAfter(job.tries), inVain: true, progress: undefined },
  ]);
}

/** Another process fetches it, or this one when it is back. */
async function leave(deps: PipelineDeps, job: RemoteJob): Promise<void> {
  await postponeSteps(deps.store, [{ ...job, seconds: 0, inVain: false, progress: undefined }]);
}

async function fail(
  deps: PipelineDeps,
  job: RemoteJob,
  failure: { code: 'output_lost' | 'output_invalid'; message: string },
): Promise<void> {
  await writeDown<unknown>(() =>
    job.step === 'late'
      ? closeLate(deps.store, job, failure.message)
      : failGeneration(deps.store, job, failure),
  );
}
