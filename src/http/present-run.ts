import type { Run } from '../contract/run.ts';
import type { WorkflowSchedule } from '../contract/workflow.ts';
import { inTimeZone, readCron } from '../schedules/cron.ts';
import type { RunRow } from '../store/runs.ts';
import type { Schedule } from '../store/workflow-definitions.ts';

const timesShown = 5;

/** A schedule with the times that come next, after `now` where the first of them is not told by it. */
export function presentSchedule(schedule: Schedule, now: Date): WorkflowSchedule {
  const { cron, timeZone, nextDueAt } = schedule;
  const times = () => {
    if (nextDueAt === null) return [];
    const times = readCron(cron, timeZone);
    return nextDueAt <= now
      ? times.following(now, timesShown)
      : [nextDueAt, ...times.following(nextDueAt, timesShown - 1)];
  };
  return {
    cron,
    time_zone: timeZone,
    catch_up: schedule.catchUp,
    overlap: schedule.overlap,
    enabled: schedule.enabled,
    rehearse: schedule.rehearse,
    paused_at: schedule.pausedAt?.toISOString() ?? null,
    next_runs: times().map((at) => inTimeZone(at, timeZone)),
  };
}

export function presentRun(row: RunRow): Run {
  return {
    id: row.id,
    object: 'run',
    workflow: row.workflow,
    definition_version: row.version,
    cause: row.cause,
    due_at: row.dueAt?.toISOString() ?? null,
    missed: row.missed,
    key_id: row.keyId,
    rehearse: row.rehearse,
    max_credits: row.maxCredits,
    state: row.state,
    reason: row.reason === null ? null : { ...row.reason, hint: row.reason.hint ?? null },
    notes: row.notes,
    rows: row.rows === null ? null : { ...row.rows, parked: row.rows.parked ?? 0 },
    credits: row.credits,
    batch_ids: row.batchIds,
    sinks: row.sinks.map((sink) => ({ ...sink, checked: sink.checked ?? 0 })),
    cancel_requested_at: row.cancelRequestedAt?.toISOString() ?? null,
    created_at: row.createdAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    finished_at: row.finishedAt?.toISOString() ?? null,
  };
}
