import type { Choice } from '../../batch/plan/plan-rows.ts';
import type { WorkflowPlan } from '../../batch/plan/plan-workflow.ts';
import { collectResults } from '../../batch/run/collect-results.ts';
import { followBatches, type RunProgress } from '../../batch/run/follow-batches.ts';
import { prepareWorkflow } from '../../batch/run/prepare-workflow.ts';
import { type SentRows, sendRows, settingsOf } from '../../batch/run/send-rows.ts';
import { createSpool, type Spool } from '../../batch/run/spool.ts';
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
  /** Where videos, results and contact sheet go; absolute. Undefined: nowhere. */
  folder: string | undefined;
  /** Shown the plan before anything is made; throws where it shall not be. */
  confirm(plan: WorkflowPlan): Promise<void>;
  /** Leave once the rows are on the server. */
  detach: boolean;
  /** Stay while rows wait for a cap, until somebody raises it. */
  waitForCaps: boolean;
  signal: AbortSignal;
}

export interface RunOutcome {
  plan: WorkflowPlan;
  batchIds: string[];
  sent: SentRows | undefined;
  progress: RunProgress | undefined;
  folder: FolderReport | undefined;
  sinks: { name: string; report: SinkReport }[];
  /** Why nobody watches it any more though it has not ended. */
  stoppedBy: unknown;
}

/**
 * Makes what the plan of a workflow says, as a batch on the server that goes on whoever is gone; watches it, and writes the
 * results of all rows, those of earlier runs too. What is killed anywhere and begun again makes and pays for nothing twice.
 */
export async function runOpened(options: RunOptions): Promise<RunOutcome> {
  const { client, opened, output, choice, signal } = options;
  const { workflow } = opened;
  // Before the plan, so that whatever ends from here on is told.
  const { next_cursor: since } = await client.events.list({ cursor: 'end' }, { signal });
  const spool = await createSpool();
  let folder: VideoFolder | undefined;
  try {
    const sinks = openSinks({
      client,
      opened,
      isPart: choice.only.length > 0 || choice.limit !== undefined,
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
        signal,
      });
    await prepareWorkflow({ client, signal }, workflow, (text) => output.note(text));
    const batchIds = [...plan.openBatches];
    const sent = plan.toMake === 0 ? undefined : await send(options, { plan, spool, batchIds });
    if (options.detach)
      return {
        plan,
        batchIds,
        sent,
        progress: undefined,
        folder: undefined,
        sinks: [],
        stoppedBy: undefined,
      };
    const { progress, stoppedBy } = await follow(options, batchIds, since);
    if (stoppedBy !== undefined)
      return { plan, batchIds, sent, progress, folder: undefined, sinks: [], stoppedBy };
    const results = () =>
      collectResults({ client, signal }, workflow.name, spool.rows(), workflow.matrix !== undefined);
    return {
      plan,
      batchIds,
      sent,
      progress,
      folder: await folder?.fill(results()),
      sinks: await sinks.write(results),
      stoppedBy: undefined,
    };
  } finally {
    folder?.close();
    await spool.close();
  }
}

async function send(
  { client, opened: { workflow }, output, signal }: RunOptions,
  { plan, spool, batchIds }: { plan: WorkflowPlan; spool: Spool; batchIds: string[] },
): Promise<SentRows> {
  const progress = output.progress();
  let sent = 0;
  try {
    return await sendRows(
      { client, signal },
      {
        settings: settingsOf(workflow),
        rows: spool.rows(),
        planHash: plan.hash,
        onBatch(id) {
          batchIds.push(id);
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
  since: string,
): Promise<{ progress: RunProgress | undefined; stoppedBy: unknown }> {
  if (batchIds.length === 0) return { progress: undefined, stoppedBy: undefined };
  const progress = output.progress();
  const watcher = watchRun(output, progress);
  let last: RunProgress | undefined;
  try {
    const end = await followBatches({ client, signal }, batchIds, {
      ...watcher,
      since,
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
