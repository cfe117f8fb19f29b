import type { WorkflowPlan } from '../batch/plan/plan-workflow.ts';
import type { SinkReport } from '../batch/sinks/sink.ts';
import type { Batch } from '../contract/batch.ts';
import type { RunReason, RunRows, RunSink } from '../domain/run.ts';
import type { RunEnd } from '../store/runs.ts';

type EndedRows = RunRows & { parked: number };

/** What a plan has found, before anything is made of it. */
export const plannedRows = ({ counts }: WorkflowPlan): EndedRows => ({
  all: counts.rows,
  new: counts.new,
  changed: counts.changed,
  unchanged: counts.unchanged,
  failed_before: counts.failed,
  invalid: counts.invalid,
  sent: 0,
  made: 0,
  failed: 0,
  parked: 0,
  waiting: 0,
});

/** The same with what has become of the rows that were asked for. */
export function endedRows(planned: RunRows, batches: readonly Batch[]): EndedRows {
  const sum = (of: (batch: Batch) => number) => batches.reduce((total, batch) => total + of(batch), 0);
  return {
    ...planned,
    sent: sum((batch) => batch.row_count),
    made: sum((batch) => batch.generations.complete),
    failed: sum((batch) => batch.generations.failed + batch.rows.refused + batch.rows.canceled),
    parked: sum((batch) => batch.parked.videos),
    waiting: sum((batch) => batch.rows.waiting + batch.rows.waiting_budget),
  };
}

/**
 * How a run ends that was carried to its end. `failed` where rows wait for money, results could not be written, or nothing
 * at all was made of what was to be; rows that failed among others are told and are no failure of the run.
 */
export function judgeRun(options: {
  planned: RunRows;
  batches: readonly Batch[];
  /** Of earlier runs, which rows of this one were waited for in. */
  joined: readonly Batch[];
  sinks: readonly { name: string; report: SinkReport }[];
}): RunEnd {
  const { planned, batches, joined } = options;
  const rows = endedRows(planned, batches);
  const sinks = options.sinks.map(
    ({ name, report }): RunSink => ({ name, ...report, refusals: report.refusals.slice(0, 10) }),
  );
  const trouble = troubleOf(rows, batches, sinks) ?? orphansIn(joined);
  if (trouble !== undefined) return { state: 'failed', reason: trouble, rows, sinks };
  return { state: 'done', reason: remarkOf(rows, batches, joined), rows, sinks };
}

function troubleOf(
  rows: EndedRows,
  batches: readonly Batch[],
  sinks: readonly RunSink[],
): RunReason | undefined {
  if (rows.waiting > 0) {
    const stop = batches.find(({ stopped_by: by }) => by !== null)?.stopped_by ?? {};
    if (stop['reason'] === 'key_revoked')
      return {
        code: 'key_revoked',
        message: `${number(rows.waiting)} rows wait: the key of their batch is revoked.`,
        hint: 'They go on with the key that resumes it: kinora batches resume.',
      };
    const isCredits = stop['reason'] === 'credits';
    const by = isCredits
      ? `${String(stop['available'])} credits are available`
      : `the budget "${String(stop['name'])}" has ${String(stop['used'])} of ${String(stop['limit'])} used`;
    return {
      code: isCredits ? 'insufficient_credits' : 'budget_exceeded',
      message: `${number(rows.waiting)} rows wait: ${by}.`,
      hint: 'They go on by themselves when there is room; the next run writes their results.',
    };
  }
  const sink = sinks.find(({ refused }) => refused > 0);
  if (sink !== undefined)
    return {
      code: 'sink_refused',
      message: `${sink.name}: ${number(sink.refused)} could not be written: ${sink.refusals[0]?.reason ?? ''}`,
      hint: 'The next run writes them again.',
    };
  if (rows.sent > 0 && rows.made === 0 && rows.parked === 0)
    return withoutVideo('nothing_made', rows, batches);
  if (rows.all > 0 && rows.invalid === rows.all)
    return {
      code: 'nothing_made',
      message: `None of the ${number(rows.all)} rows can be made: kinora plan says why.`,
    };
  return undefined;
}

/** Whether nothing more is made of a batch, since the key that it spends as is revoked. */
const isOrphaned = ({ stopped_by: stop }: Batch): boolean => stop?.['reason'] === 'key_revoked';

/** Rows that wait for a key which is revoked are no news to any plan: nobody would ever make them. */
function orphansIn(joined: readonly Batch[]): RunReason | undefined {
  const left = joined.find(
    (batch) => isOrphaned(batch) && batch.rows.waiting + batch.rows.waiting_budget > 0,
  );
  if (left === undefined) return undefined;
  const { id, rows, stopped_by: stop } = left;
  return {
    code: 'key_revoked',
    message: `${number(rows.waiting + rows.waiting_budget)} rows wait in ${id}, whose key ${String(stop?.['key_id'])} is revoked.`,
    hint: `Cancel it (kinora batches cancel ${id}) and run again: they are asked for anew.`,
  };
}

/** For a run that is done, and yet not every row has its video. */
function remarkOf(rows: RunRows, batches: readonly Batch[], joined: readonly Batch[]): RunReason | undefined {
  const parked = undecided([...batches, ...joined]);
  if (rows.failed + rows.invalid === 0) return parked;
  const failed = withoutVideo('partly', rows, batches);
  return parked === undefined ? failed : { ...parked, message: `${failed.message} ${parked.message}` };
}

const mostNamed = 5;

/** Rows whose job only its provider or the operator can decide on, also those of earlier runs. */
function undecided(batches: readonly Batch[]): RunReason | undefined {
  const videos = batches.reduce((sum, { parked }) => sum + parked.videos, 0);
  if (videos === 0) return undefined;
  const named = batches
    .flatMap(({ parked }) => parked.first)
    .slice(0, mostNamed)
    .map(({ key, generation_id: id }) => (key === null ? id : `${key} (${id})`));
  const others = videos > named.length ? ` and ${number(videos - named.length)} more` : '';
  return {
    code: 'partly',
    message: `${number(videos)} ${videos === 1 ? 'job is' : 'jobs are'} parked: ${named.join(', ')}${others}. Nobody can tell whether the provider makes them.`,
    hint: 'The operator decides (kinora reconcile), or the provider says it; the next run takes them up.',
  };
}

function withoutVideo(code: string, rows: RunRows, batches: readonly Batch[]): RunReason {
  const [first] = batches.flatMap(({ failures }) => failures);
  const why = [
    ...(first === undefined ? [] : [first.message]),
    ...(rows.invalid > 0 ? [`${number(rows.invalid)} are invalid: kinora plan says why.`] : []),
  ];
  return {
    code,
    message: `${number(rows.failed + rows.invalid)} rows have no video. ${why.join(' ')}`.trimEnd(),
  };
}

const number = (value: number) => value.toLocaleString('en');
