import type { Choice } from '../../batch/plan/plan-rows.ts';
import { planWorkflow, type WorkflowPlan } from '../../batch/plan/plan-workflow.ts';
import type { Spool } from '../../batch/run/spool.ts';
import type { Client } from '../../client/index.ts';
import type { Output } from '../output.ts';
import type { OpenFile } from './open-file.ts';

/** How many rows of each kind a program is told of. */
const listedForPrograms = 1_000;
const listedForPeople = 20;

/** Plans a workflow file, and tells how many rows it has read where that takes a while. */
export async function planOpened(
  { open, keepLock }: OpenFile,
  options: { client: Client; output: Output; signal: AbortSignal; choice: Choice; spool?: Spool },
): Promise<WorkflowPlan> {
  const { client, output, signal, choice, spool } = options;
  const progress = output.progress();
  try {
    const plan = await planWorkflow({ client, signal }, open, {
      choice,
      listed: output.json ? listedForPrograms : listedForPeople,
      ...(spool === undefined ? {} : { spool }),
      onRows: (rows) => progress.total(`  comparing … ${rows.toLocaleString('en')} rows`),
    });
    await keepLock();
    return plan;
  } finally {
    progress.close();
  }
}
