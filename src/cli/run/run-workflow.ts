import type { InvalidRow, PlannedRow } from '../../batch/plan-rows.ts';
import type { Result } from '../../batch/results.ts';
import type { RowState } from '../../batch/run-state.ts';
import { type Client, KinoraError } from '../../client/index.ts';
import { hashReferences, type ReadyRow } from './hash-references.ts';
import type { LoadedWorkflow } from './load-workflow.ts';
import { hasVideo, makeRow, type RowDeps, type RowEnd } from './make-row.ts';
import { holdFolder } from './one-run.ts';
import { openStateFile, type StateFile } from './state-file.ts';
import { createTurns } from './turns.ts';
import { createUploads } from './uploads.ts';
import { writeResults } from './write-results.ts';

/** What a run has to say while it goes on. */
export interface RunWatcher {
  /** How many rows there are, and how many of them have their video already. */
  onPlan(plan: { rows: readonly ReadyRow[]; finished: number; invalid: readonly InvalidRow[] }): void;
  onProgress: RowDeps['onProgress'];
  onEnd(row: ReadyRow, how: RowEnd, result: Result): void;
}

export interface RunOutcome {
  /** Of the rows of this run; the files tell of the others as well. */
  results: Result[];
  contactSheet: string;
  resultsCsv: string;
  /** Why it stopped before the end, if it did. */
  stoppedBy: unknown;
}

/** As many rows as are asked for at once; the server decides how many of them it makes. */
const inFlight = 10;

/**
 * Makes every row that has no finished video, and writes results and contact sheet, also when it is stopped on the
 * way. `beforeFirst` is told the rows, and how many of their videos are still to be asked for.
 */
export async function runWorkflow(options: {
  client: Client;
  loaded: LoadedWorkflow;
  watcher: RunWatcher;
  signal: AbortSignal;
  beforeFirst?(plan: { rows: readonly ReadyRow[]; open: number }): Promise<void>;
}): Promise<RunOutcome> {
  const { client, loaded, watcher, beforeFirst } = options;
  const { output, workflow } = loaded;
  const held = await holdFolder(output);
  try {
    const state = await openStateFile(output, workflow.name);
    const { rows, invalid } = await hashReferences(loaded, loaded.planned);
    const others = await hashOthers(loaded, state);
    const open = await openRows(rows, state, output);
    watcher.onPlan({ rows, finished: rows.length - open.length, invalid });
    const resultOf = (row: Asked) => asResult(row, state.row(row.key), output);
    const stop = new AbortController();
    const signal = AbortSignal.any([options.signal, stop.signal]);
    const deps: RowDeps = {
      client,
      workflow,
      state,
      uploads: createUploads({ client, state, signal }),
      turns: createTurns(),
      output,
      fileNames: loaded.fileNames,
      onProgress: watcher.onProgress,
      signal,
    };
    const stoppedBy = await firstError(async () => {
      await beforeFirst?.({ rows, open: open.length });
      await makeRows({
        deps,
        rows,
        stop,
        onEnd: async (row, how) => watcher.onEnd(row, how, await resultOf(row)),
      });
    });
    const results = [...(await Promise.all(rows.map(resultOf))), ...invalid.map(asInvalid)];
    const known = [...(await Promise.all(others.rows.map(resultOf))), ...others.invalid.map(asInvalid)];
    const neverAsked = await Promise.all(others.unknown.map(resultOf));
    const written = await writeResults({
      output,
      workflow,
      results: inOrder([...results, ...known, ...neverAsked], loaded),
      shown: inOrder([...results, ...known], loaded),
    });
    return { results: inOrder(results, loaded), ...written, stoppedBy };
  } finally {
    held.release();
  }
}

/** Rows that this run leaves alone. Only of those that an earlier run has asked for are the files read. */
async function hashOthers(loaded: LoadedWorkflow, state: StateFile) {
  const { rows, invalid } = loaded.others;
  const isKnown = ({ key }: PlannedRow) => state.row(key) !== undefined;
  const hashed = await hashReferences(loaded, { rows: rows.filter(isKnown), invalid });
  return { ...hashed, unknown: rows.filter((row) => !isKnown(row)) };
}

/** Ends when all rows have; throws the first error that concerns them all, after the others have stopped. */
async function makeRows(options: {
  deps: RowDeps;
  rows: readonly ReadyRow[];
  stop: AbortController;
  onEnd(row: ReadyRow, how: RowEnd): Promise<void>;
}): Promise<void> {
  const { deps, rows, stop, onEnd } = options;
  const queue = rows.values();
  let fault: { error: unknown } | undefined;
  const lane = async () => {
    for (const row of queue) {
      if (fault !== undefined) return;
      try {
        await onEnd(row, await makeRow(deps, row));
      } catch (error) {
        fault ??= { error };
        // Without credits nothing new can begin; what has begun is paid for and goes on.
        if (!(error instanceof KinoraError && error.code === 'insufficient_credits')) stop.abort(error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, rows.length) }, lane));
  if (fault !== undefined) throw fault.error;
}

async function firstError(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error;
  }
}

async function openRows(rows: readonly ReadyRow[], state: StateFile, output: string): Promise<ReadyRow[]> {
  const open: ReadyRow[] = [];
  for (const row of rows) {
    const saved = state.row(row.key);
    if (saved?.request_hash !== row.requestHash || !(await hasVideo(output, saved))) open.push(row);
  }
  return open;
}

/** Without a hash where nobody has asked for it yet. */
type Asked = Pick<ReadyRow, 'key' | 'title' | 'prompt'> & Partial<Pick<ReadyRow, 'requestHash'>>;

async function asResult(row: Asked, saved: RowState | undefined, output: string): Promise<Result> {
  // What is known of an older request is not about this one.
  const known = saved?.request_hash === row.requestHash ? saved : undefined;
  const isMade = await hasVideo(output, known);
  return {
    key: row.key,
    title: row.title,
    prompt: row.prompt,
    status: isMade ? 'complete' : known?.status === 'failed' ? 'failed' : 'unfinished',
    generation_id: known?.generation_id ?? null,
    seconds: known?.seconds ?? null,
    width: known?.width ?? null,
    height: known?.height ?? null,
    bytes: known?.bytes ?? null,
    credits: known?.credits ?? null,
    path: isMade ? (known?.file ?? null) : null,
    poster: isMade ? (known?.poster ?? null) : null,
    error: known?.error ?? null,
  };
}

function asInvalid({ key, title, error }: InvalidRow): Result {
  return {
    key,
    title,
    prompt: '',
    status: 'invalid',
    generation_id: null,
    seconds: null,
    width: null,
    height: null,
    bytes: null,
    credits: null,
    path: null,
    poster: null,
    error,
  };
}

function inOrder(results: readonly Result[], { fileNames }: LoadedWorkflow): Result[] {
  const order = new Map([...fileNames.keys()].map((key, index) => [key, index]));
  return results.toSorted((a, b) => (order.get(a.key) ?? 0) - (order.get(b.key) ?? 0));
}
