import type { Client } from '../../client/index.ts';
import type { WorkflowPlan } from '../plan/plan-workflow.ts';
import type { Workflow } from '../workflow.ts';
import { collectResults, type RunResult } from './collect-results.ts';
import { collectRehearsals, notRehearsed } from './rehearsals.ts';
import { type RunSettings, settingsOf } from './send-rows.ts';
import type { Spool, SpooledRow } from './spool.ts';

/** How the rows of a plan are asked for, and where their results are. */
export interface Making {
  settings: RunSettings;
  /** Those that are to be asked for. */
  rows(): AsyncIterable<SpooledRow>;
  /** The batches of earlier runs that others of them are made by just now. */
  openBatches(): Promise<ReadonlySet<string>>;
  resultsOf(rows: AsyncIterable<SpooledRow>): AsyncIterable<RunResult>;
}

/** For their records, by the engine of the workflow; or rehearsed: by the embedded one, for no record and at no price. */
export function makingOf(
  asking: { client: Client; signal: AbortSignal },
  options: {
    workflow: Workflow;
    plan: WorkflowPlan;
    spool: Spool;
    rehearse: boolean;
    /** Not of a rehearsal, which costs nothing. */
    mostCreditsEach: number | undefined;
  },
): Making {
  const { workflow, plan, spool, mostCreditsEach } = options;
  const { name } = workflow;
  const hasCodes = workflow.matrix !== undefined;
  if (!options.rehearse)
    return {
      settings: { ...settingsOf(workflow), mostCreditsEach },
      rows: () => spool.rows(),
      openBatches: async () => plan.openBatches,
      resultsOf: (rows) => collectResults(asking, name, rows, hasCodes),
    };
  const find = () => {
    const rehearsed = { made: 0, openBatches: new Set<string>() };
    return { rehearsed, rows: notRehearsed(asking, name, spool.rows(), rehearsed) };
  };
  return {
    settings: { ...settingsOf(workflow), engine: plan.engine.name, rehearsal: true },
    rows: () => find().rows,
    async openBatches() {
      const { rehearsed, rows } = find();
      for await (const _ of rows);
      return rehearsed.openBatches;
    },
    resultsOf: (rows) => collectRehearsals(asking, name, rows, hasCodes),
  };
}
