import type { BookEntry } from '../../src/engines/simulated/wire.ts';
import type { Store } from '../../src/store/db.ts';
import { findImbalances } from '../../src/store/ledger.ts';
import { bookNameOf, mayPark } from './engines.ts';

/** What a run has come to, by both sides' books. */
export interface Verdict {
  complete: number;
  failed: number;
  canceled: number;
  /** Nobody can tell whether the provider has them. */
  parked_unknown: number;
  /** Accepted, and then forgotten or never brought to an end. */
  lost: number;
  /** Made twice for one generation: a second job while the first lived or had succeeded. */
  double_submitted: number;
  charged_but_failed: number;
  ledger_imbalance: number;
  events_missing: number;
}

/** What is looked at beside the figures. */
export interface Findings {
  /** Parked although its engine's way of recovery finds it again: must not be. */
  parkedWithoutNeed: string[];
  /** Of those parked, how many the provider has never taken. */
  parkedNeverTaken: number;
  /** How many were made by another engine than first asked. */
  failedOver: number;
  /** Rows of the batch that each became one generation. */
  rowsMade: number;
  /** Of those that the provider has made and nobody has canceled, without what is parked rightly. */
  completeOfSucceeded: number;
  /** Ids of whatever counts above as lost, double or otherwise wrong, a few of each. */
  examples: Record<string, string[]>;
}

interface Row {
  id: string;
  status: string;
  outcome: string | null;
  engine: string;
  failure: string | null;
  parked: boolean;
  seed: number;
  /** With whether a video that came too late was kept on it, and what is said of it otherwise. */
  attempts: { id: string; engine: string; late: boolean; message: string | null }[];
}

export async function judge(options: {
  store: Store;
  accepted: ReadonlyMap<number, string>;
  /** Numbers of rows of the batch. */
  rows: ReadonlyMap<number, number>;
  book: readonly BookEntry[];
}): Promise<{ verdict: Verdict; findings: Findings }> {
  const { store, accepted, book } = options;
  const rows = await readRows(store);
  const made = await readBatchRows(store);
  const known = new Set(rows.map(({ id }) => id));
  const jobs = groupBy(book, ({ attempt_id }) => attempt_id);
  const jobsOf = (row: Row) => [...new Set(namesOf(row))].flatMap((name) => jobs.get(name) ?? []);

  const isEnded = ({ status }: Row) => status === 'complete' || status === 'failed';
  const parked = rows.filter((row) => row.parked);
  const attemptsKnown = new Set(rows.flatMap(namesOf));
  const lost = [
    // A paid video that nobody has, and a job that nobody knows of.
    ...rows
      .filter((row) => row.attempts.some((attempt) => isForgotten(row, attempt, jobs)))
      .map(({ id }) => id),
    ...book.filter(({ attempt_id }) => !attemptsKnown.has(attempt_id)).map(({ job_id }) => job_id),
    ...[...accepted.values()].filter((id) => !known.has(id)),
    ...rows.filter((row) => !isEnded(row) && !row.parked).map(({ id }) => id),
    ...[...options.rows.values()].filter((number) => !made.has(number)).map((number) => `row ${number}`),
  ];
  const double = [
    ...rows.filter((row) => isDouble(row, jobsOf(row))).map(({ id }) => id),
    // Added twice, though it was sent twice for its lost answer alone.
    ...[...made]
      .filter((number) => ![...options.rows.values()].includes(number))
      .map((number) => `row ${number}`),
  ];
  const chargedButFailed = await store.query<{ id: string }>(
    `select distinct g.id from generations g left join ledger_entries e on e.generation_id = g.id and e.counterpart > 0
    where g.status <> 'complete' and (e.id is not null or coalesce(g.charged_credits, 0) > 0)`,
  );
  const imbalances = await findImbalances(store);
  const missing = await findMissingEvents(store);
  // Of the attempt that is parked; an earlier one may have been called back about.
  const jobsOfLast = (row: Row) => jobs.get(namesOf(row).at(-1) ?? '') ?? [];
  const isParkedRightly = (row: Row) =>
    mayPark(row.engine, {
      known: jobsOfLast(row).length > 0,
      calledBack: jobsOfLast(row).some((job) => job.callbacks_delivered > 0),
    });
  const succeeded = rows.filter(
    (row) =>
      jobsOf(row).some(({ state }) => state === 'succeeded') &&
      row.outcome !== 'canceled' &&
      !(row.parked && isParkedRightly(row)),
  );

  return {
    verdict: {
      complete: rows.filter(({ status }) => status === 'complete').length,
      failed: rows.filter(({ status, outcome }) => status === 'failed' && outcome !== 'canceled').length,
      canceled: rows.filter(({ outcome }) => outcome === 'canceled').length,
      parked_unknown: parked.length,
      lost: lost.length,
      double_submitted: double.length,
      charged_but_failed: chargedButFailed.length,
      ledger_imbalance: imbalances.length,
      events_missing: missing.length,
    },
    findings: {
      parkedWithoutNeed: parked.filter((row) => !isParkedRightly(row)).map(({ id }) => id),
      parkedNeverTaken: parked.filter((row) => jobsOfLast(row).length === 0).length,
      failedOver: rows.filter(({ attempts }) => new Set(attempts.map(({ engine }) => engine)).size > 1)
        .length,
      rowsMade: made.size,
      completeOfSucceeded:
        succeeded.filter(({ status }) => status === 'complete').length / Math.max(1, succeeded.length),
      examples: {
        lost: some(lost).map((id) => explain(id, rows, jobs)),
        double: some(double),
        charged: some(chargedButFailed.map(({ id }) => id)),
        imbalances: some(imbalances.map(({ what, id }) => `${what} ${id}`)),
        events: some(missing),
      },
    },
  };
}

/** Videos that no engine could deliver: the script of their job spoils them. */
const spoilt = ['truncated', 'corrupt', 'wrong_size', 'missing', 'short'];

/** Whether a job of an attempt has succeeded, and its video is neither delivered nor kept nor looked for. */
function isForgotten(
  row: Row,
  attempt: Row['attempts'][number],
  jobs: ReadonlyMap<string, BookEntry[]>,
): boolean {
  const name = nameOf(row, attempt);
  // Where tries share a name, any of them may have the video.
  const isKept = row.attempts.some((other) => other.late && nameOf(row, other) === name);
  if (row.status === 'complete' || row.parked || isKept) return false;
  const isSaid = row.failure === 'output_invalid' || attempt.message?.includes('cannot be delivered');
  return (jobs.get(name) ?? []).some(
    ({ state, output }) => state === 'succeeded' && !(isSaid && spoilt.includes(output)),
  );
}

/** Whether a job was begun that need not have been: more often than it was tried, or beside one that lived or succeeded. */
function isDouble(row: Row, jobs: readonly BookEntry[]): boolean {
  const names = namesOf(row);
  const isOneTooMany = (name: string) =>
    jobs.filter(({ attempt_id }) => attempt_id === name).length > names.filter((one) => one === name).length;
  if (names.some(isOneTooMany)) return true;
  const inOrder = [...jobs].sort((a, b) => a.accepted_at.localeCompare(b.accepted_at));
  return inOrder.some((job, index) => {
    const next = inOrder[index + 1];
    return (
      next !== undefined &&
      (job.state === 'succeeded' || job.ended_at === null || job.ended_at > next.accepted_at)
    );
  });
}

const nameOf = ({ seed }: Row, { id, engine }: Row['attempts'][number]) => bookNameOf(engine, { id, seed });

const namesOf = (row: Row) => row.attempts.map((attempt) => nameOf(row, attempt));

/** What both sides say of a generation, for whoever has to find out why it is lost. */
function explain(id: string, rows: readonly Row[], jobs: ReadonlyMap<string, BookEntry[]>): string {
  const row = rows.find((candidate) => candidate.id === id);
  if (row === undefined) return id;
  const tries = row.attempts.map((attempt) => ({
    ...attempt,
    provider: jobs.get(nameOf(row, attempt)) ?? [],
  }));
  return JSON.stringify({ ...row, attempts: tries });
}

function readRows(store: Store): Promise<Row[]> {
  return store.query<Row>(
    `select g.id, g.status, g.outcome, g.engine, g.failure_code as failure, (g.plan->>'seed')::int as seed,
      coalesce(bool_or(t.step = 'unknown'), false) as parked,
      coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'engine', t.engine,
        'late', t.late_output_file_id is not null, 'message', t.message) order by t.number)
        filter (where t.id is not null), '[]') as attempts
    from generations g left join attempts t on t.generation_id = g.id
    group by g.id`,
  );
}

/** The numbers of the rows that have become a generation each. */
async function readBatchRows(store: Store): Promise<Set<number>> {
  const rows = await store.query<{ number: number }>(
    'select distinct on (generation_id) number from batch_rows where generation_id is not null',
  );
  return new Set(rows.map(({ number }) => number));
}

/** Generations without their beginning, without exactly one end if they have ended, or without one beginning a try. */
async function findMissingEvents(store: Store): Promise<string[]> {
  const rows = await store.query<{ id: string }>(
    `select g.id from generations g
    left join lateral (
      select count(*) filter (where e.type = 'generation.created') as created,
        count(*) filter (where e.type = 'generation.processing') as begun,
        count(*) filter (where e.type in ('generation.complete', 'generation.failed')) as ended
      from events e where e.generation_id = g.id
    ) e on true
    where e.created <> 1 or e.begun <> g.attempt
      or e.ended <> case when g.status in ('complete', 'failed') then 1 else 0 end`,
  );
  return rows.map(({ id }) => id);
}

const some = (ids: readonly string[]) => ids.slice(0, 5);

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}
