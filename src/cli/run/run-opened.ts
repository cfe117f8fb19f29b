import type { Choice } from '../../batch/plan/plan-rows.ts';
import type { WorkflowPlan } from '../../batch/plan/plan-workflow.ts';
import { collectResults } from '../../batch/run/collect-results.ts';
import {
  followBatches,
  type JoinedBatches,
  joinBatches,
  type RunProgress,
} from '../../batch/run/follow-batches.ts';
import { prepareWorkflow } from '../../batch/run/prepare-workflow.ts';
import { collectRehearsals, notRehearsed, type Rehearsed } from '../../batch/run/rehearsals.ts';
import { type SentRows, sendRows, settingsOf } from '../../batch/run/send-rows.ts';
import { createSpool, type Spool, type SpooledRow } from '../../batch/run/spool.ts';
import { openSinks } from '../../batch/run/write-sinks.ts';
import type { SinkReport } from '../../batch/sinks/sink.ts';
import type { Client } from '../../client/index.ts';
import type { Output } from '../output.ts';
import type { OpenFile } from '../plan/open-file.ts';
import { planOpened } from '../plan/plan-opened.ts';
import { type FolderReport, openVideoFolder, type VideoFolder } from './video-folder.ts';
import { watchRun } from './watch-run.ts';

export interface RunOptions {
  client: Client;
  opened: OpenFile;
  output: Output;
  choice: Choice;
  /** Made on the embedded engine, free and for no record, in place of the engine of the plan. */
  rehearse?: boolean;
  /** Where videos, results and contact sheet go; absolute. Undefined: nowhere. */
  folder: string | undefined;
  /** Shown the plan before anything is made; throws where it shall not be. */
  confirm(plan: WorkflowPlan): Promise<void>;
  /** Leave once the rows are on the server. */
  detach: boolean;
  /** Tell sinks also what they have taken before. */
  redeliver?: boolean;
  /** Stay while rows wait for a cap, until somebody raises it. */
  waitForCaps: boolean;
  signal: AbortSignal;
}

export interface RunOutcome {
  plan: WorkflowPlan;
  batchIds: string[];
  sent: SentRows | undefined;
  progress: RunProgress | undefined;
  /** Of a rehearsal: what an earlier one has made already. */
  rehearsed: Rehearsed | undefined;
  folder: FolderReport | undefined;
  sinks: { name: string; report: SinkReport }[];
  /** Why nobody watches it any more though it has not ended. */
  stoppedBy: unknown;
}

/**
 * Makes what the plan of a workflow says, as a batch on the server that goes on whoever is gone; watches it, and writes the
 * results of all rows, those of earlier runs too. What is killed anywhere and begun again makes and pays for nothing twice.
 * A rehearsal makes the same rows without touching what a run changes: records, caps, review, addresses, sinks.
 */
export async function runOpened(options: RunOptions): Promise<RunOutcome> {
  const { client, opened, output, choice, rehearse = false, signal } = options;
  const { workflow } = opened;
  // Before the plan, so that whatever ends from here on is told.
  const { next_cursor: since } = await client.events.list({ cursor: 'end' }, { signal });
  const spool = await createSpool();
  let folder: VideoFolder | undefined;
  try {
    const sinks = openSinks({
      client,
      opened,
      redeliver: options.redeliver ?? false,
      isRehearsal: rehearse,
      // Files of a rehearsal have names of their own, and may be of some rows.
      isPart: !rehearse && (choice.only.length > 0 || choice.limit !== undefined),
      leave: (name) => output.note(`${name} is left as it is: only some of the rows are chosen.`),
      signal,
    });
    const plan = await planOpened(opened, { client, output, signal, choice, spool });
    await options.confirm(plan);
    if (options.folder !== undefined)
      folder = await openVideoFolder({
        client,
        folder: options.folder,
        workflow: workflow.name,
        aspectRatio: workflow.aspect_ratio,
        keys: plan.keys,
        ...(rehearse ? { rehearsalOf: plan.engine.name } : {}),
        signal,
      });
    if (!rehearse) await prepareWorkflow({ client, signal }, workflow, (text) => output.note(text));
    let joined = await joinBatches({ client, signal }, rehearse ? [] : plan.openBatches);
    const rehearsed = rehearse ? { made: 0, openBatches: new Set<string>() } : undefined;
    const sentTo: string[] = [];
    const sent = plan.toMake === 0 ? undefined : await send(options, { plan, spool, rehearsed, sentTo });
    if (rehearsed !== undefined) joined = await joinBatches({ client, signal }, rehearsed.openBatches);
    const batchIds = [...joined.keys(), ...sentTo];
    const begun = { plan, batchIds, sent, rehearsed };
    const nothing = { folder: undefined, sinks: [] };
    if (options.detach) return { ...begun, ...nothing, progress: undefined, stoppedBy: undefined };
    const { progress, stoppedBy } = await follow(options, batchIds, { since, joined });
    if (stoppedBy !== undefined) return { ...begun, ...nothing, progress, stoppedBy };
    const collect = rehearse ? collectRehearsals : collectResults;
    const resultsOf = (rows: AsyncIterable<SpooledRow>) =>
      collect({ client, signal }, workflow.name, rows, workflow.matrix !== undefined);
    return {
      ...begun,
      progress,
      folder: await folder?.fill(resultsOf(spool.rows())),
      sinks: await sinks.write(() => spool.rows(), resultsOf),
      stoppedBy: undefined,
    };
  } finally {
    folder?.close();
    await spool.close();
  }
}

async function send(
  { client, opened: { workflow }, output, signal }: RunOptions,
  {
    plan,
    spool,
    rehearsed,
    sentTo,
  }: { plan: WorkflowPlan; spool: Spool; rehearsed: Rehearsed | undefined; sentTo: string[] },
): Promise<SentRows> {
  const progress = output.progress();
  let sent = 0;
  try {
    return await sendRows(
      { client, signal },
      {
        settings: {
          ...settingsOf(workflow),
          ...(rehearsed === undefined ? {} : { engine: plan.engine.name, rehearsal: true }),
        },
        rows:
          rehearsed === undefined
            ? spool.rows()
            : notRehearsed({ client, signal }, workflow.name, spool.rows(), rehearsed),
        planHash: plan.hash,
        onBatch: (id) => {
          sentTo.push(id);
        },
        onAdded(rows) {
          sent += rows;
          progress.total(
            `  sending … ${sent.toLocaleString('en')} of ${plan.toMake.toLocaleString('en')} rows`,
          );
        },
      },
    );
  } finally {
    progress.close();
  }
}

async function follow(
  { client, output, signal, waitForCaps }: RunOptions,
  batchIds: readonly string[],
  begun: { since: string; joined: JoinedBatches },
): Promise<{ progress: RunProgress | undefined; stoppedBy: unknown }> {
  if (batchIds.length === 0) return { progress: undefined, stoppedBy: undefined };
  const progress = output.progress();
  const watcher = watchRun(output, progress);
  let last: RunProgress | undefined;
  try {
    const end = await followBatches({ client, signal }, batchIds, {
      ...watcher,
      ...begun,
      waitForCaps,
      onProgress(state) {
        last = state;
        watcher.onProgress(state);
      },
    });
    return { progress: end, stoppedBy: undefined };
  } catch (error) {
    if (!signal.aborted) throw error;
    return { progress: last, stoppedBy: signal.reason };
  } finally {
    progress.close();
  }
}
