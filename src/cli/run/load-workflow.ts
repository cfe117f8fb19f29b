import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileNames } from '../../batch/file-names.ts';
import { type Planned, type PlannedReference, planRows } from '../../batch/plan-rows.ts';
import { decodeText } from '../../batch/sources/decode-text.ts';
import { openSource, type SourceSpec } from '../../batch/sources/index.ts';
import type { RowFault, SourceRow } from '../../batch/sources/source.ts';
import { readWorkflow, type Workflow } from '../../batch/workflow.ts';
import { AppError } from '../../domain/errors.ts';
import { UsageError } from '../exit-codes.ts';

export interface LoadedWorkflow {
  workflow: Workflow;
  /** The rows to be made now. */
  planned: Planned;
  /** The other rows that the workflow wants; results tell of them as well. */
  others: Planned;
  /** The folder for everything that a run makes; absolute. */
  output: string;
  /** For every row of the source, wanted or not. */
  fileNames: ReadonlyMap<string, string>;
  /** Where a reference lies, absolute; undefined for one at a URL. */
  pathOf(reference: PlannedReference): string | undefined;
}

/** Reads a workflow file and its source, and plans every row. Nothing is asked of a server. */
export async function loadWorkflow(
  file: string,
  choices: { output?: string | undefined; only: readonly string[]; limit?: number | undefined },
): Promise<LoadedWorkflow> {
  const workflow = readWorkflow(decodeText(await read(file), file), file);
  const { prompt, source, output = `out/${workflow.name}` } = workflow;
  if (prompt === undefined || workflow.bundle !== undefined || output === false || source === undefined)
    throw new UsageError(`${file}: run needs prompt and source, and takes no bundle and no output: false.`);
  const folder = dirname(resolve(file));
  const { name, rows, faults } = await readRows(source, folder);
  const all = planRows({ ...workflow, prompt }, rows, name);
  all.invalid.push(...faults.map(asInvalid));
  const keys = rows.map(({ key }) => key);
  return {
    workflow,
    ...chosen(all, [...keys, ...faults.map(({ place }) => place)], choices),
    output: choices.output === undefined ? resolve(folder, output) : resolve(choices.output),
    fileNames: fileNames(keys),
    pathOf({ location }) {
      if ('url' in location) return undefined;
      return resolve(location.relativeTo === 'source' ? sourceFolder(source, folder) : folder, location.path);
    },
  };
}

async function readRows(
  spec: SourceSpec,
  folder: string,
): Promise<{ name: string; rows: SourceRow[]; faults: RowFault[] }> {
  const source = openSource(spec, {
    folder,
    env: (name) => process.env[name],
    fetch: (url, request) => fetch(url, request),
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  });
  const rows: SourceRow[] = [];
  const faults: RowFault[] = [];
  for await (const record of source.rows(new AbortController().signal))
    if ('fault' in record) faults.push(record);
    else rows.push(record);
  const [first] = faults;
  if (rows.length === 0 && first !== undefined)
    throw new AppError(
      'invalid_request',
      `${source.name} has no row that can be used. ${first.place}: ${first.fault}`,
    );
  return { name: source.name, rows, faults };
}

/** By its place, since its key is missing, or that of another row. */
const asInvalid = ({ place, fault }: RowFault) => ({ key: place, title: place, error: `${place}: ${fault}` });

/** Where the photos of a table lie: beside it. */
function sourceFolder(source: SourceSpec, folder: string): string {
  return 'path' in source && source.path !== undefined ? dirname(resolve(folder, source.path)) : folder;
}

/** `only` first, then the first `limit` of what is left, in the order of the source. */
function chosen(
  planned: Planned,
  keys: readonly string[],
  { only, limit = Number.POSITIVE_INFINITY }: { only: readonly string[]; limit?: number | undefined },
): { planned: Planned; others: Planned } {
  const unknown = only.find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new UsageError(`--only ${unknown}: the source has no such row.`);
  const known = new Set([...planned.rows, ...planned.invalid].map(({ key }) => key));
  const wanted = keys.filter((key) => known.has(key) && (only.length === 0 || only.includes(key)));
  const first = new Set(wanted.slice(0, limit));
  const part = (chosen: boolean): Planned => ({
    rows: planned.rows.filter(({ key }) => first.has(key) === chosen),
    invalid: planned.invalid.filter(({ key }) => first.has(key) === chosen),
  });
  return { planned: part(true), others: part(false) };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`There is no file ${path}.`);
    if (code === 'EISDIR') throw new UsageError(`${path} is a folder, not a file.`);
    throw error;
  }
}
