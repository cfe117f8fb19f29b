import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalEngine, ReferenceFile, RenderResult } from '../domain/engine.ts';
import { AppError } from '../domain/errors.ts';
import type { ClaimedGeneration } from '../store/claim-generation.ts';
import { consentTrouble } from '../store/consent-gates.ts';
import {
  canceledWhileMade,
  consentEnded,
  failGeneration,
  requeueGeneration,
} from '../store/end-generation.ts';
import { listAttempts } from '../store/read-generations.ts';
import { deliver } from './deliver.ts';
import type { PipelineDeps } from './deps.ts';
import { failOver } from './fail-over.ts';
import { keepLease, type LeaseEnd } from './keep-lease.ts';
import { writeDown } from './write-down.ts';

export const leaseSeconds = 15;

/** An engine that has reported nothing for so long will not come to an end. */
const stallSeconds = 300;

/** How long an aborted engine may take to let go before it is no longer waited for. */
const letGoMs = 10_000;

/** How often an engine may fail at one generation in a way that could pass. */
const mostFailures = 3;

type Stop = LeaseEnd | 'stopped';

/** Makes the video of one claimed generation and ends it, whichever way. Never throws. */
export async function renderGeneration(
  deps: PipelineDeps,
  engine: LocalEngine,
  claimed: ClaimedGeneration,
  stopping: AbortSignal,
): Promise<void> {
  const abort = new AbortController();
  let stop: Stop | undefined;
  const stopFor = (reason: Stop) => {
    stop ??= reason;
    abort.abort();
  };
  const onStopping = () => stopFor('stopped');
  stopping.addEventListener('abort', onStopping, { once: true });
  if (stopping.aborted) onStopping();
  const lease = keepLease(deps.store, claimed, { leaseSeconds, stallSeconds, onEnd: stopFor });
  try {
    const trouble = await writeDown(() => consentTrouble(deps.store, claimed.id));
    if (trouble !== undefined) {
      await writeDown(() => failGeneration(deps.store, claimed, consentEnded(trouble)));
      return;
    }
    await deps.scratch.withFolder(async (folder) => {
      const result = await render(deps, engine, claimed, {
        folder,
        signal: abort.signal,
        report: lease.report,
      });
      if (stop !== undefined) return;
      if (result.status === 'done') await deliver(deps, claimed, result);
      else await writeDown(() => fail(deps, claimed, result));
    });
  } catch (error) {
    if (stop === undefined) {
      deps.onUnexpected(error, `rendering ${claimed.id}`);
      await endAfter(deps, claimed, () => fail(deps, claimed, failureOf(error)));
    }
  } finally {
    stopping.removeEventListener('abort', onStopping);
    await lease.stop();
  }
  if (stop === 'canceled')
    await endAfter(deps, claimed, () => failGeneration(deps.store, claimed, canceledWhileMade));
  if (stop === 'overdue') await endAfter(deps, claimed, () => failGeneration(deps.store, claimed, overdue));
  if (stop === 'stalled') await endAfter(deps, claimed, () => fail(deps, claimed, stalled));
  if (stop === 'stopped') await endAfter(deps, claimed, () => putBack(deps, claimed));
}

async function render(
  deps: PipelineDeps,
  engine: LocalEngine,
  claimed: ClaimedGeneration,
  options: {
    folder: string;
    signal: AbortSignal;
    report: Parameters<LocalEngine['render']>[1]['onProgress'];
  },
): Promise<RenderResult> {
  const references: ReferenceFile[] = [];
  for (const { sha256, facts } of claimed.plan.references)
    references.push({ path: await deps.files.localPath(sha256), facts });
  const directory = join(options.folder, 'render');
  await mkdir(directory);
  const { signal } = options;
  const rendering = engine.render(claimed.plan, {
    references,
    directory,
    signal,
    onProgress: options.report,
  });
  return Promise.race([rendering, refuseToWait(signal)]);
}

const stalled = {
  status: 'failed',
  code: 'engine_failed',
  message: `The engine reported nothing for ${stallSeconds} s.`,
  retryable: true,
} as const;

const overdue = {
  code: 'deadline_passed',
  message: 'Its deadline passed while it was being made.',
} as const;

/** Rejects some time after the abort, for an engine that does not heed it. */
function refuseToWait(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = () => setTimeout(() => reject(new Error('The engine did not let go.')), letGoMs).unref();
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

async function fail(
  deps: PipelineDeps,
  claimed: ClaimedGeneration,
  failure: Extract<RenderResult, { status: 'failed' }>,
): Promise<void> {
  const { code, message, retryable, checks } = failure;
  const attempts = await listAttempts(deps.store, claimed.id);
  const failures = attempts.filter(({ result }) => result === 'failed').length + 1;
  const moveTo = await failOver(deps, claimed, { status: 'failed', code, message, retryable });
  if (moveTo !== undefined)
    await requeueGeneration(deps.store, claimed, { result: 'failed', code, message, waitSeconds: 0, moveTo });
  else if (retryable && failures < mostFailures)
    await requeueGeneration(deps.store, claimed, { result: 'failed', message, waitSeconds: 2 ** failures });
  else
    await failGeneration(deps.store, claimed, {
      code,
      message,
      ...(checks === undefined ? {} : { checks }),
    });
}

/** A worker that stops in good order gives its work back at once, so that nobody waits for the lease. */
async function putBack(deps: PipelineDeps, claimed: ClaimedGeneration): Promise<void> {
  await requeueGeneration(deps.store, claimed, {
    result: 'stopped',
    message: 'The server was stopped.',
    waitSeconds: 0,
  });
}

/** For the owner of the generation; what exactly broke is told to the log, since it may name what is ours alone. */
function failureOf(error: unknown): Extract<RenderResult, { status: 'failed' }> {
  if (error instanceof AppError && error.code === 'not_found')
    return { status: 'failed', code: 'reference_lost', message: error.message, retryable: false };
  const message = 'Something went wrong on our side while the video was made.';
  return { status: 'failed', code: 'engine_failed', message, retryable: true };
}

/** Writes an end; if even that fails, the lease runs out and the watchdog puts the generation back in line. */
async function endAfter(
  deps: PipelineDeps,
  claimed: ClaimedGeneration,
  end: () => Promise<unknown>,
): Promise<void> {
  await writeDown(end).catch((error) => deps.onUnexpected(error, `ending ${claimed.id}`));
}
