import { planWorkflow, type WorkflowPlan } from '../batch/plan/plan-workflow.ts';
import { makingOf } from '../batch/run/making.ts';
import { sendRows } from '../batch/run/send-rows.ts';
import { createSpool, type Spool } from '../batch/run/spool.ts';
import { openSinks } from '../batch/run/write-sinks.ts';
import { type Client, KinoraError } from '../client/index.ts';
import type { Batch } from '../contract/batch.ts';
import { AppError } from '../domain/errors.ts';
import type { RunReason } from '../domain/run.ts';
import {
  endRun,
  findRun,
  noteBatch,
  noteNotes,
  notePlan,
  noteSent,
  putAsideRun,
  putBackRun,
  RunLost,
  releaseRun,
  type TakenRun,
} from '../store/runs.ts';
import { applySettings } from './apply-settings.ts';
import type { RunDeps } from './deps.ts';
import { holdRun, RunStopped } from './hold-run.ts';
import { endedRows, judgeRun, plannedRows } from './judge-run.ts';
import { openStored } from './open-stored.ts';
import { waitForRows } from './wait-for-rows.ts';

/** A few plans at a time are enough for a process that makes videos besides. */
export type PlanningTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** To read a source and look at all that it names. */
const planningMs = 3_600_000;

/** What the rows of one source may take on disk. */
const mostSpooledBytes = 4_000_000_000;

/** Pauses before it is tried again where that may help; after the last one it has failed. Seconds. */
const againAfterSeconds = [30, 120, 480];

/** A run that takes its process along each time must not do so for ever. */
const mostTakes = 10;

/**
 * Carries a run to its end: plans the workflow as it is now, asks for what is new, waits for it, writes the results.
 * Whatever dies on the way, whoever takes it up again makes nothing twice: rows are told by their records, and a batch is
 * written down before any row is added to it.
 */
export async function executeRun(
  deps: RunDeps,
  run: TakenRun,
  { turn, stopping }: { turn: PlanningTurn; stopping: AbortSignal },
): Promise<void> {
  const held = holdRun(deps.store, run, stopping);
  const { signal } = held;
  const client = deps.clientOf(run.keyId);
  try {
    if (run.keyRevoked) return await fail(deps, run, keyRevoked(run));
    if (run.takes > mostTakes)
      return await fail(deps, run, {
        code: 'internal_error',
        message: `It was begun ${mostTakes} times, and each time the server ended before it.`,
      });
    signal.throwIfAborted();
    await deps.withFolder((folder) => carryOut(deps, run, { client, signal, turn, folder }));
  } catch (error) {
    await conclude(deps, run, signal.aborted ? signal.reason : error);
  } finally {
    await held.stop();
  }
}

async function carryOut(
  deps: RunDeps,
  run: TakenRun,
  {
    client,
    signal,
    turn,
    folder,
  }: { client: Client; signal: AbortSignal; turn: PlanningTurn; folder: string },
): Promise<void> {
  const stored = await openStored(deps, run, { client, signal });
  const { workflow, context } = stored;
  const spool = await createSpool({ parent: folder, mostBytes: mostSpooledBytes });
  try {
    const sinks = openSinks({
      client,
      opened: { workflow, sinks: workflow.sink, context },
      isPart: false,
      redeliver: false,
      isRehearsal: run.rehearse,
      leave() {},
      signal,
    });
    const plan = await turn(() => planNow(stored.open, { client, signal, spool }));
    await stored.keepUrls();
    // Of the first time it was taken up: what was asked for since is not new any more.
    const planned = run.rows ?? plannedRows(plan);
    const batchIds = new Set(run.batchIds);
    // By the time that a row has its turn, the route may lead to a dearer engine, or the price be another.
    const most = run.maxCredits ?? workflow.schedule?.max_credits;
    const mostCreditsEach = most === undefined ? undefined : plan.price.each.credits;
    const making = makingOf(
      { client, signal },
      { workflow, plan, spool, rehearse: run.rehearse, mostCreditsEach },
    );
    if (run.state === 'planning') {
      if (!run.rehearse) refusePrice(plan, { most, asked: await askedBefore(run, { client, signal }) });
      await notePlan(deps.store, run, { version: stored.version, rows: planned });
      if (!run.rehearse)
        await noteNotes(deps.store, run, await applySettings(deps, run, { client, signal, workflow }));
      if (plan.toMake > 0)
        await sendRows(
          { client, signal },
          {
            settings: making.settings,
            rows: making.rows(),
            planHash: plan.hash,
            async onBatch(id) {
              batchIds.add(id);
              await noteBatch(deps.store, run, id);
            },
            onAdded() {},
          },
        );
      await noteSent(deps.store, run, planned);
    }
    const own = [...batchIds];
    const waiting = { client, signal, sleep: deps.sleep };
    const waited = await waitForRows(waiting, [...new Set([...own, ...(await making.openBatches())])]);
    // Its place is somebody else's until then; it is taken up where it was.
    if (waited.as === 'paused') return await putAsideRun(deps.store, run, waited.batchIds);
    const all = waited.batches;
    const written = await sinks.write(() => spool.rows(), making.resultsOf);
    const batches = all.filter(({ id }) => batchIds.has(id));
    const joined = all.filter(({ id }) => !batchIds.has(id));
    await endRun(deps.store, run, judgeRun({ planned, batches, joined, sinks: written }));
  } finally {
    await spool.close();
  }
}

async function planNow(
  open: Parameters<typeof planWorkflow>[1],
  { client, signal, spool }: { client: Client; signal: AbortSignal; spool: Spool },
): Promise<WorkflowPlan> {
  const tooLong = AbortSignal.timeout(planningMs);
  try {
    return await planWorkflow({ client, signal: AbortSignal.any([signal, tooLong]) }, open, {
      choice: { only: [], limit: undefined, retry: 'usual', onlyFailed: false },
      listed: 0,
      spool,
    });
  } catch (error) {
    if (signal.aborted || !tooLong.aborted) throw error;
    throw new AppError('invalid_request', `The plan was not done within ${planningMs / 60_000} minutes.`, {
      hint: 'Make the source faster, or divide it into several workflows.',
      cause: error,
    });
  }
}

/** How many videos this run has asked for before whoever worked on it died: each is paid, or may yet be. */
async function askedBefore(
  { batchIds }: TakenRun,
  { client, signal }: { client: Client; signal: AbortSignal },
): Promise<number> {
  let asked = 0;
  for (const id of batchIds) {
    const { rows, generations } = await client.batches.get(id, { signal });
    asked += rows.waiting + rows.waiting_budget;
    asked += generations.pending + generations.processing + generations.complete;
  }
  return asked;
}

/** What was asked for already counts: the source may have grown since. */
function refusePrice(
  { toMake, engine, price }: WorkflowPlan,
  { most, asked }: { most: number | undefined; asked: number },
): void {
  if (toMake === 0) return;
  if (!engine.isSetUp)
    throw new AppError(
      'unsupported_by_engine',
      `The engine "${engine.name}" is not set up here, so nothing can be made.`,
      { hint: 'Name another one as engine: in the workflow.' },
    );
  const credits = price.credits + asked * price.each.credits;
  if (most === undefined || credits <= most) return;
  const number = (value: number) => value.toLocaleString('en');
  const made =
    asked === 0 ? 'Nothing was made.' : `${number(asked)} of them were asked for before, and no more.`;
  throw new AppError(
    'price_above_maximum',
    `${number(toMake + asked)} videos cost ${number(credits)} credits, more than ${number(most)} (max_credits). ${made}`,
    {
      hint: 'Look at it with kinora plan; then raise schedule.max_credits, or run it once with --max-credits.',
    },
  );
}

/** Ends a run that could not be carried to its end, or gives it back. */
async function conclude(deps: RunDeps, run: TakenRun, error: unknown): Promise<void> {
  if (error instanceof RunLost) return;
  if (error instanceof RunStopped)
    switch (error.why) {
      case 'lost':
        return;
      case 'stopping':
        return await releaseRun(deps.store, run);
      case 'canceled':
        return await cancel(deps, run);
    }
  const isOurs = error instanceof AppError || error instanceof KinoraError;
  if (!isOurs) deps.onUnexpected(error, `running ${run.id} of ${run.workflow}`);
  const pause = againAfterSeconds[run.takes - 1];
  if ((!isOurs || error.retryable) && pause !== undefined) return await putBackRun(deps.store, run, pause);
  if (error instanceof KinoraError && error.code === 'unauthenticated')
    return await fail(deps, run, keyRevoked(run));
  if (!isOurs)
    return await fail(deps, run, {
      code: 'internal_error',
      message: 'It broke off; the log of the server says why.',
    });
  const { code, message, hint } = error;
  await fail(deps, run, { code, message, ...(hint === undefined ? {} : { hint }) });
}

const fail = (deps: RunDeps, run: TakenRun, reason: RunReason) =>
  endRun(deps.store, run, { state: 'failed', reason });

const keyRevoked = ({ keyId }: TakenRun): RunReason => ({
  code: 'key_revoked',
  message: `${keyId}, as which it runs, is revoked.`,
  hint: 'Store the workflow again with a key that is not: kinora workflows push.',
});

/** What it has asked for and has not begun is taken back; what is being made is canceled where that can be. */
async function cancel(deps: RunDeps, run: TakenRun): Promise<void> {
  const client = deps.clientOf(run.keyId);
  // One may have been written down since it was taken.
  const { rows = null, batchIds = [] } = (await findRun(deps.store, run, run.id)) ?? {};
  const batches: Batch[] = [];
  try {
    for (const id of batchIds) batches.push(await client.batches.cancel(id));
  } catch (error) {
    if (!(error instanceof KinoraError)) throw error;
    if (error.code !== 'unauthenticated') return await putBackRun(deps.store, run, 30);
  }
  await endRun(deps.store, run, {
    state: 'canceled',
    ...(rows === null || batches.length < batchIds.length ? {} : { rows: endedRows(rows, batches) }),
  });
}
