import { atMost } from '../batch/at-most.ts';
import { type WorkLine, workLine } from '../pipeline/work-line.ts';
import { takeRun } from '../store/runs.ts';
import type { RunDeps } from './deps.ts';
import { executeRun } from './execute-run.ts';
import { runLeaseSeconds } from './hold-run.ts';

/** Most of them only wait for their videos; so many are planned at the same time. */
const room = { runs: 100, plans: 4 };

/** Works on runs of stored workflows until stopped. Any number of processes may; a run is held by one of them at a time. */
export function startRunner(deps: RunDeps, stopping: AbortSignal): WorkLine {
  const turn = atMost(room.plans);
  return workLine(deps, stopping, {
    doing: 'running workflows',
    room: room.runs,
    async take() {
      const run = await takeRun(deps.store, runLeaseSeconds);
      return run === undefined ? [] : [() => executeRun(deps, run, { turn, stopping })];
    },
  });
}
