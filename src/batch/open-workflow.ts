import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Client } from '../client/index.ts';
import { templateFieldsSchema } from '../contract/template-field.ts';
import { AppError } from '../domain/errors.ts';
import type { TemplateFields } from '../domain/template-field.ts';
import { analyseTemplate, compileTemplate } from '../templates/compile-template.ts';
import { promptRenderer } from '../templates/prompt-renderer.ts';
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
  render: Recipe['render'];
  variables: Recipe['variables'];
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
  options: { folder: string; context: SourceContext; client: Client; signal: AbortSignal },
): Promise<OpenWorkflow> {
  const { source } = workflow;
  const { folder, context } = options;
  if (source === undefined)
    throw new AppError('invalid_request', 'source: is missing.', { hint: 'Name where the rows come from.' });
  const template = await openTemplate(workflow, options);
  const bundle = await openBundle(workflow, options);
  const analysis = analyseTemplate(template.text);
  return {
    workflow,
    source: openSource(source, context),
    photoFolder: photoFolderOf(source, folder),
    template: template.version,
    bundle: bundle?.version ?? null,
    render: promptRenderer({ ...template, durationSeconds: workflow.duration }),
    variables: 'fault' in analysis ? [] : analysis.variables.map(({ name }) => name),
    title: workflow.title === undefined ? undefined : compileTemplate(workflow.title, 'title'),
    shared: bundle?.references ?? sharedReferences(workflow, folder),
    expand: undefined,
    hash: hashReferences(),
    freshness: () => undefined,
  };
}

interface OpenTemplate {
  text: string;
  fields?: TemplateFields | undefined;
  /** `name@3` of one that is kept on the server. */
  version: string | null;
}

async function openTemplate(
  { prompt, template, fields }: Workflow,
  { folder, client, signal }: { folder: string; client: Client; signal: AbortSignal },
): Promise<OpenTemplate> {
  if (prompt !== undefined) return { text: prompt, fields, version: null };
  if (template === undefined) throw new AppError('invalid_request', 'prompt: is missing.');
  if ('file' in template)
    return { text: await readText('template', resolve(folder, template.file)), fields, version: null };
  const { name, version } = template;
  const found = await client.templates.get(name, { signal, ...(version === undefined ? {} : { version }) });
  return {
    text: found.text,
    fields: found.fields === null ? undefined : templateFieldsSchema.parse(found.fields),
    version: `${found.name}@${found.version}`,
  };
}

async function openBundle(
  { bundle }: Workflow,
  { client, signal }: { client: Client; signal: AbortSignal },
): Promise<{ references: PlannedReference[]; version: string } | undefined> {
  if (bundle === undefined) return undefined;
  if ('file' in bundle)
    throw new AppError('invalid_request', `bundle: ${bundle.file} is not on the server.`, {
      hint: 'Put it there and name it with its version, as in bundle: brand@1.',
    });
  const { name, version } = bundle;
  const found = await client.bundles.get(name, { signal, ...(version === undefined ? {} : { version }) });
  const title = `${found.name}@${found.version}`;
  const origins = { image: 'brand', video: 'video', audio: 'audio' } as const;
  const references = found.references.map(
    ({ kind, sha256, file_id: id, role, alias, source_url: url }, index) => {
      if (id === null)
        throw new AppError(
          'invalid_request',
          `bundle: the file of reference ${index + 1} of ${title} was deleted.`,
          {
            hint: 'Put the bundle anew and name its new version.',
          },
        );
      return {
        kind,
        at: { file_id: id, sha256 },
        role: role ?? undefined,
        alias: alias ?? undefined,
        name: alias ?? url ?? `${name} ${kind} ${index + 1}`,
        origin: origins[kind],
      };
    },
  );
  return { references, version: title };
}

async function readText(field: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AppError('invalid_request', `${field}: ${path} cannot be read (${code}).`);
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
