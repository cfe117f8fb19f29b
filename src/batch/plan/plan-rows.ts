import { createHash } from 'node:crypto';
import { AppError } from '../../domain/errors.ts';
import type { Fingerprints } from '../fingerprint.ts';
import { type InvalidRow, planRow, type ReadyRow, type Recipe } from '../plan-row.ts';
import type { Spool } from '../run/spool.ts';
import type { SourceRecord, SourceRow } from '../sources/source.ts';
import { type ComparedRow, compareRows, type Records } from './compare-rows.ts';
import { createPlanCounts, type PlanCounts } from './count-plan.ts';
import { mapInOrder } from './map-in-order.ts';

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

/** How many rows wait for their references at once; look-ups of one host are held back further down. */
const rowsAtOnce = 64;

/** Reads the source once, to its end, and tells what is to be made of it. Memory does not grow with the number of rows. */
export async function planRows(task: Task): Promise<RowsPlan> {
  const { choice, fingerprints, known, spool } = task;
  const seen = watchSource(task);
  const wanted = chooseRows(choice);
  const rows = mapInOrder(seen.records, rowsAtOnce, (record) =>
    wanted.mayCome(record) ? planRow(task.recipe, record) : undefined,
  );
  const counts = createPlanCounts(task.listed);
  const hash = createHash('sha256');
  const openBatches = new Set<string>();
  let toMake = 0;
  for await (const compared of compareRows(wanted.from(rows), { fingerprints, records: known })) {
    const isMade = isToMake(compared, choice);
    if (isMade) {
      toMake += 1;
      hash.update(`${compared.row.key}\n${compared.fingerprint}\n${compared.known.version ?? 0}\n`);
    }
    if (compared.state === 'open' && compared.known.batch_id !== undefined)
      openBatches.add(compared.known.batch_id);
    counts.add(compared);
    if (spool !== undefined) await spool.add(spooled(compared, isMade, fingerprints));
    if (counts.rows % 1_000 === 0) task.onRows?.(counts.rows);
  }
  await spool?.end();
  seen.refuseWrong();
  wanted.refuseUnknown();
  const { add: _, ...total } = counts;
  return {
    counts: total,
    toMake,
    orphaned: await findOrphans(known, seen.keys, task.listed),
    keys: seen.keys,
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
  const { key, title, prompt, values, references } = compared.row;
  const row = { key, title, prompt, values };
  if (!isMade || compared.state === 'unchanged') return row;
  const { fingerprint } = compared;
  return { ...row, todo: { fingerprint, parts: fingerprints.partsOf(compared.row), references } };
}

/** `only` first, then the first `limit` of what is left, in the order of the source; which is read to its end all the same. */
function chooseRows({ only, limit = Number.POSITIVE_INFINITY }: Choice) {
  const keys = new Set(only);
  const missing = new Set(only);
  let taken = 0;
  const isNamed = (key: string | null | undefined) => keys.size === 0 || keys.has(key ?? '');
  return {
    /** Spares the work for those that cannot be wanted any more. */
    mayCome: ({ key }: SourceRecord) => taken < limit && isNamed(key),
    async *from(rows: AsyncIterable<ReadyRow | InvalidRow | undefined>) {
      for await (const row of rows) {
        if (row === undefined || taken >= limit) continue;
        missing.delete(row.key ?? '');
        taken += 1;
        yield row;
      }
    },
    refuseUnknown() {
      const [unknown] = missing;
      if (unknown !== undefined && taken < limit)
        throw new AppError(
          'invalid_request',
          `--only ${unknown}: the workflow wants no such row of its source.`,
        );
    },
  };
}

/** Looks at what goes by: keys, and whether the columns that the workflow names are there at all. */
function watchSource({ source, records, recipe, expand }: Task) {
  const keys = new Set<string>();
  const named = [
    ...Object.keys(recipe.where).map((column) => ['where', column] as const),
    ...(recipe.photos === undefined ? [] : [['photos.column', recipe.photos.column] as const]),
  ];
  const absent = new Map(named.map(([field, column]) => [column, field]));
  let columns: string[] = [];
  let rows = 0;
  async function* watched(): AsyncGenerator<SourceRecord> {
    for await (const record of records) {
      rows += 1;
      if ('fault' in record) {
        yield record;
        continue;
      }
      if (absent.size > 0) {
        if (columns.length === 0) columns = Object.keys(record.values);
        for (const column of absent.keys()) if (Object.hasOwn(record.values, column)) absent.delete(column);
      }
      for (const row of expand?.(record) ?? [record]) {
        keys.add(row.key);
        yield row;
      }
    }
  }
  return {
    keys,
    records: watched(),
    /** Throws an AppError where no row can be right. */
    refuseWrong() {
      if (rows === 0) throw new AppError('invalid_request', `${source} has no rows.`);
      const [first] = absent;
      if (first !== undefined && columns.length > 0)
        throw new AppError('invalid_request', `${first[1]}: ${source} has no column "${first[0]}".`, {
          hint: `Its columns are ${columns.join(', ')}.`,
        });
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
