import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileNames } from '../../batch/file-names.ts';
import { type Planned, type PlannedReference, planRows } from '../../batch/plan-rows.ts';
import { decodeText, readSource, sourceFormats } from '../../batch/source.ts';
import { readWorkflow, type Workflow } from '../../batch/workflow.ts';
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
  const { prompt, output = `out/${workflow.name}` } = workflow;
  if (prompt === undefined || workflow.bundle !== undefined || output === false)
    throw new UsageError(`${file}: run takes no template, no bundle and no output: false.`);
  const { source: from } = workflow;
  const format = sourceFormats.find((name) => name === from?.driver);
  if (from === undefined || !('path' in from) || from.path === undefined || format === undefined)
    throw new UsageError(`${file}: run takes a file of ${sourceFormats.join(', ')} as its source.`);
  const folder = dirname(resolve(file));
  const sourcePath = resolve(folder, from.path);
  const source = readSource(decodeText(await read(sourcePath), from.path), {
    file: from.path,
    format: format,
    delimiter: 'delimiter' in from ? from.delimiter : ',',
  });
  const all = planRows({ ...workflow, prompt, source: from }, source, from.path);
  const keys = source.map(({ values }) => String(values[from.key]).trim());
  return {
    workflow,
    ...chosen(all, keys, choices),
    output: choices.output === undefined ? resolve(folder, output) : resolve(choices.output),
    fileNames: fileNames(keys),
    pathOf({ location }) {
      if ('url' in location) return undefined;
      return resolve(location.relativeTo === 'source' ? dirname(sourcePath) : folder, location.path);
    },
  };
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
