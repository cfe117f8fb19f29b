import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from '../client/index.ts';
import { readMatrix } from '../domain/ads/matrix.ts';
import { AppError } from '../domain/errors.ts';
import { compileTemplate } from '../templates/compile-template.ts';
import { expandMatrix, matrixSource } from './expand-matrix.ts';
import { createFileHashes } from './hash-files.ts';
import type { HashedReference, Recipe } from './plan-row.ts';
import {
  type HashReference,
  type PlannedReference,
  photoFolderOf,
  sharedReferences,
} from './row-references.ts';
import { openSource } from './sources/index.ts';
import type { Source, SourceContext, SourceRow } from './sources/source.ts';
import { templateVariables } from './template-variables.ts';
import type { Workflow } from './workflow.ts';

/** A workflow with everything that it names in hand, whoever has fetched it. */
export interface OpenWorkflow {
  workflow: Workflow;
  source: Source;
  /** The folder that paths of photos begin at. */
  photoFolder: string;
  /** `name@3` of a stored template, `name@2` of a stored bundle. */
  template: string | null;
  bundle: string | null;
  fieldsOf: Recipe['fieldsOf'];
  told: Recipe['told'];
  prompt: Recipe['prompt'];
  title: Recipe['title'];
  /** What every row shares: images, then videos, then sound. */
  shared: readonly PlannedReference[];
  /** More rows of one row, for variants. */
  expand: ((row: SourceRow) => readonly SourceRow[]) | undefined;
  hash: HashReference;
  /** After all were hashed: how, and how old it is. */
  freshness(): string | undefined;
}

/** Fetches what a workflow names: its template, its bundle, and who reads its source. Its rows are read later. */
export async function openWorkflow(
  workflow: Workflow,
  { folder, context }: { folder: string; context: SourceContext; client: Client; signal: AbortSignal },
): Promise<OpenWorkflow> {
  const { template } = workflow;
  const text = workflow.prompt ?? (await promptFile(template, folder));
  const variables = templateVariables(text);
  return {
    workflow,
    ...variantsOrRows(workflow, context),
    photoFolder: workflow.source === undefined ? folder : photoFolderOf(workflow.source, folder),
    template: null,
    bundle: null,
    fieldsOf: (values) => values,
    told: (fields) =>
      Object.fromEntries(variables.flatMap((name) => (name in fields ? [[name, fields[name] ?? null]] : []))),
    prompt: compileTemplate(text, 'prompt'),
    title: workflow.title === undefined ? undefined : compileTemplate(workflow.title, 'title'),
    shared: sharedReferences(workflow, folder),
    hash: hashReferences(),
    freshness: () => undefined,
  };
}

/** The rows of the source, each once for every variant of the matrix; without a source, the variants themselves. */
function variantsOrRows(
  { source, matrix }: Workflow,
  context: SourceContext,
): Pick<OpenWorkflow, 'source' | 'expand'> {
  const read = matrix === undefined ? undefined : readMatrix(matrix);
  if (source !== undefined)
    return {
      source: openSource(source, context),
      expand: read === undefined ? undefined : expandMatrix(read),
    };
  if (read === undefined)
    throw new AppError('invalid_request', 'source: is missing.', { hint: 'Name where the rows come from.' });
  return { source: matrixSource(read), expand: undefined };
}

async function promptFile(template: Workflow['template'], folder: string): Promise<string> {
  if (template === undefined || !('file' in template))
    throw new AppError('invalid_request', 'template: only a file can be read here.');
  const path = resolve(folder, template.file);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new AppError(
      'invalid_request',
      `template: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

function hashReferences(): HashReference {
  const hash = createFileHashes();
  return ({ at, ...reference }) => {
    const hashed = (sha256: string, place: HashedReference['at']): HashedReference => ({
      ...reference,
      sha256,
      at: place,
    });
    if ('file_id' in at) return hashed(at.sha256, { file_id: at.file_id });
    if ('url' in at) return hashed(at.url, at);
    const sha256 = hash(at.path);
    return sha256 instanceof Promise ? sha256.then((known) => hashed(known, at)) : hashed(sha256, at);
  };
}
