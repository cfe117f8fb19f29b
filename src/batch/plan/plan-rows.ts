import { createHash } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import type { Fingerprints } from '../fingerprint.ts';
import { type InvalidRow, planRow, type ReadyRow, type Recipe } from '../plan-row.ts';
import type { Spool } from '../run/spool.ts';
import type { SourceRecord, SourceRow } from '../sources/source.ts';
import { type ComparedRow, compareRows, type Records } from './compare-rows.ts';
import { createPlanCounts, type PlanCounts } from './count-plan.ts';

/** Which rows of the source a plan is about, and which of those that failed before are made again. */
export interface Choice {
  /** Only rows with these keys; empty: all. */
  only: readonly string[];
  /** Only the first so many that the workflow wants. */
  limit: number | undefined;
  /** `usual`: all but those that a content filter has rejected. */
  retry: 'usual' | 'none' | 'all';
  /** Nothing but rows that failed before. */
  onlyFailed: boolean;
}

export interface RowsPlan {
  counts: PlanCounts;
  /** How many rows are made: new, changed, and of those that failed the ones that are tried again. */
  toMake: number;
  /** Records whose key is not in the source any more. */
  orphaned: { count: number; listed: string[] };
  /** Of every row of the source, wanted or not. */
  keys: ReadonlySet<string>;
  /** Batches of earlier runs that still make rows of the source. */
  openBatches: ReadonlySet<string>;
  /** The same for the same rows, asked for for the same reason. */
  hash: string;
}

interface Task {
  /** For messages. */
  source: string;
  records: AsyncIterable<SourceRecord>;
  recipe: Recipe;
  /** More rows of one row, for variants. */
  expand?: ((row: SourceRow) => readonly SourceRow[]) | undefined;
  fingerprints: Fingerprints;
  known: Records;
  choice: Choice;
  /** Gets every row, for a run. */
  spool?: Spool | undefined;
  /** How many rows of each kind are named. */
  listed: number;
  onRows?(rows: number): void;
}

/** How many rows one question holds: as many are in memory while it is asked, and as many again are read meanwhile. */
const chunkSize = 5_000;

/** How many rows wait for their references at once; look-ups of one host are held back further down. */
const rowsAtOnce = 64;

/** Reads the source once, to its end, and tells what is to be made of it. Memory does not grow with the number of rows. */
export async function planRows(task: Task): Promise<RowsPlan> {
  const { choice, fingerprints, known, spool } = task;
  const reader = createReader(task);
  const counts = createPlanCounts(task.listed);
  const hash = createHash('sha256');
  const openBatches = new Set<string>();
  let toMake = 0;
  for await (const chunk of compareRows(reader.chunks(), { fingerprints, records: known })) {
    for (const compared of chunk) {
      const isMade = isToMake(compared, choice);
      if (isMade) {
        toMake += 1;
        hash.update(`${compared.row.key}\n${compared.fingerprint}\n${compared.known.version ?? 0}\n`);
      }
      if (compared.state === 'open' && compared.known.batch_id !== undefined)
        openBatches.add(compared.known.batch_id);
      counts.add(compared);
      if (spool !== undefined) {
        const added = spool.add(spooled(compared, isMade, fingerprints));
        if (added !== undefined) await added;
      }
    }
    task.onRows?.(counts.rows);
  }
  await spool?.end();
  reader.refuseWrong();
  const { add: _, ...total } = counts;
  return {
    counts: total,
    toMake,
    orphaned: await findOrphans(known, reader.keys, task.listed),
    keys: reader.keys,
    openBatches,
    hash: hash.digest('hex'),
  };
}

type ToMake = Extract<ComparedRow, { state: 'new' | 'changed' | 'failed' }>;

function isToMake(compared: ComparedRow, { retry, onlyFailed }: Choice): compared is ToMake {
  if (compared.state === 'new' || compared.state === 'changed') return !onlyFailed;
  if (compared.state !== 'failed') return false;
  return retry === 'all' || (retry === 'usual' && !compared.leftAlone);
}

function spooled(compared: ComparedRow, isMade: boolean, fingerprints: Fingerprints) {
  if (compared.state === 'invalid') {
    const { key, place, error, values } = compared.row;
    return { key, title: key ?? place, prompt: '', values, error };
  }
  const { key, prompt, values, references } = compared.row;
  const row = { key, title: titleOf(compared.row), prompt, values };
  if (!isMade || compared.state === 'unchanged') return row;
  const { fingerprint } = compared;
  return { ...row, todo: { fingerprint, parts: fingerprints.partsOf(compared.row), references } };
}

/** What is made already has its key for a title where the row gives none any more; a row to be made is refused before. */
function titleOf(row: ReadyRow): string {
  try {
    return row.title;
  } catch (error) {
    if (error instanceof AppError) return row.key;
    throw error;
  }
}

/**
 * Reads the source to its end, and makes ready the rows that are chosen: those of `only`, of them the first `limit`. Sees
 * on the way which keys there are, and whether the columns that the workflow names are there at all. One loop over plain
 * lists: with a hundred thousand rows, each turn of the event loop a row would be felt.
 */
function createReader({ source, records, recipe, expand, choice }: Task) {
  const { limit = Number.POSITIVE_INFINITY } = choice;
  const only = new Set(choice.only);
  const missing = new Set(choice.only);
  const keys = new Set<string>();
  const absent = new Map<string, string>([
    ...Object.keys(recipe.where).map((column) => [column, 'where'] as const),
    ...(recipe.photos === undefined ? [] : [[recipe.photos.column, 'photos.column'] as const]),
  ]);
  let columns: string[] = [];
  let read = 0;
  let taken = 0;

  const plan = (record: SourceRecord): ReturnType<typeof planRow> => {
    const { key = '' } = record;
    if (taken >= limit || (only.size > 0 && !only.has(key))) return undefined;
    const row = planRow(recipe, record);
    if (row === undefined) return undefined;
    missing.delete(key);
    taken += 1;
    return row;
  };
  const lookAt = ({ values }: SourceRow) => {
    if (columns.length === 0) columns = Object.keys(values);
    for (const column of absent.keys()) if (Object.hasOwn(values, column)) absent.delete(column);
  };

  return {
    keys,
    async *chunks(): AsyncGenerator<(ReadyRow | InvalidRow)[]> {
      let chunk: (ReadyRow | InvalidRow)[] = [];
      let waiting: Promise<void>[] = [];
      const add = (record: SourceRecord) => {
        const row = plan(record);
        if (row === undefined) return;
        if (!(row instanceof Promise)) {
          chunk.push(row);
          return;
        }
        const at = chunk.length;
        const into = chunk;
        into.length = at + 1;
        waiting.push(
          row.then((ready) => {
            into[at] = ready;
          }),
        );
      };
      for await (const record of records) {
        read += 1;
        if ('fault' in record) {
          // What it has made before is not orphaned by a fault of today.
          if (record.key !== undefined && expand === undefined) keys.add(record.key);
          add(record);
        } else {
          if (absent.size > 0) lookAt(record);
          for (const row of expand === undefined ? [record] : expand(record)) {
            keys.add(row.key);
            add(row);
          }
        }
        if (waiting.length >= rowsAtOnce || chunk.length >= chunkSize) {
          await Promise.all(waiting);
          waiting = [];
        }
        if (chunk.length < chunkSize) continue;
        yield chunk;
        chunk = [];
      }
      await Promise.all(waiting);
      if (chunk.length > 0) yield chunk;
    },
    /** Throws an AppError where no row can be right, or one that was asked for is not there. */
    refuseWrong() {
      if (read === 0) throw new AppError('invalid_request', `${source} has no rows.`);
      const [first] = absent;
      if (first !== undefined && columns.length > 0)
        throw new AppError('invalid_request', `${first[1]}: ${source} has no column "${first[0]}".`, {
          hint: `Its columns are ${columns.join(', ')}.`,
        });
      const [unknown] = missing;
      if (unknown !== undefined && taken < limit)
        throw new AppError(
          'invalid_request',
          `--only ${unknown}: the workflow wants no such row of its source.`,
        );
    },
  };
}

async function findOrphans(
  known: Records,
  keys: ReadonlySet<string>,
  most: number,
): Promise<{ count: number; listed: string[] }> {
  const orphaned = { count: 0, listed: [] as string[] };
  for await (const page of known.keys())
    for (const key of page) {
      if (keys.has(key)) continue;
      orphaned.count += 1;
      if (orphaned.listed.length < most) orphaned.listed.push(key);
    }
  return orphaned;
}
