import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Bundle } from '../contract/bundle.ts';
import type { Template } from '../contract/template.ts';
import { templateFieldsSchema } from '../contract/template-field.ts';
import { AppError } from '../domain/errors.ts';
import type { MediaKind } from '../domain/media-facts.ts';
import type { ReferenceRole } from '../domain/request.ts';
import type { TemplateFields } from '../domain/template-field.ts';
import { readBundleFile } from './bundle-file.ts';
import { pathIn } from './files.ts';
import { readTemplateFile } from './template-file.ts';
import type { NamedVersion } from './workflow/named-version.ts';
import type { SharedReference } from './workflow/shared-reference.ts';
import type { Workflow } from './workflow.ts';

/** Where templates and bundles of the server are read; the SDK's client is one. */
export interface StoredParts {
  templates: {
    get(name: string, options: { version?: number; signal?: AbortSignal }): Promise<Template>;
  };
  bundles: { get(name: string, options: { version?: number; signal?: AbortSignal }): Promise<Bundle> };
}

/** The prompt of a workflow, wherever it stands. */
export interface PromptPart {
  text: string;
  fields: TemplateFields | undefined;
  /** `name@3` of a stored one. */
  template: string | null;
  /** Of a stored one. */
  hash: string | undefined;
}

/** A reference that every row shares, before anybody has looked at its bytes. */
export interface SharedPart {
  kind: MediaKind;
  /** A path is absolute. A file of the server has bytes that never change. */
  at: { path: string } | { url: string } | { file_id: string; sha256: string };
  /** As the workflow or the bundle names it. */
  name: string;
  role: ReferenceRole | undefined;
  alias: string | undefined;
  priority: number | undefined;
}

export interface BundlePart {
  /** Images, then videos, then sound; each in the order it was given. */
  shared: SharedPart[];
  /** `name@2` of a stored one. */
  bundle: string | null;
  hash: string | undefined;
}

/** Without a folder, as on a server, no file can be named. */
type Place = { folder: string | undefined; stored: StoredParts; signal: AbortSignal };

/** Throws an AppError for a file that cannot be read or is none; what the server refuses is thrown as it is. */
export async function promptPart(
  { prompt, template, fields }: Pick<Workflow, 'prompt' | 'template' | 'fields'>,
  { folder, stored, signal }: Place,
): Promise<PromptPart> {
  if (template === undefined) return { text: prompt ?? '', fields, template: null, hash: undefined };
  if ('file' in template) {
    const file = readTemplateFile(await readText(folder, template.file, 'template'), template.file);
    if (file.fields !== undefined && fields !== undefined)
      throw new AppError('invalid_request', `fields: ${template.file} has its own.`, {
        hint: 'Say them in one of the two places.',
      });
    return { text: file.text, fields: file.fields ?? fields, template: null, hash: undefined };
  }
  const found = await stored.templates.get(template.name, withVersion(template, signal));
  return {
    text: found.text,
    fields: found.fields === null ? undefined : templateFieldsSchema.parse(found.fields),
    template: `${found.name}@${found.version}`,
    hash: found.hash,
  };
}

/** As `promptPart`. Throws an AppError too for a stored bundle of which a file has been deleted. */
export async function bundlePart(
  { bundle, brand, video, audio }: Pick<Workflow, 'bundle' | 'brand' | 'video' | 'audio'>,
  { folder, stored, signal }: Place,
): Promise<BundlePart> {
  if (bundle === undefined)
    return {
      shared: sharedOf({ images: brand, videos: video, audio }, folder),
      bundle: null,
      hash: undefined,
    };
  if ('file' in bundle) {
    const file = readBundleFile(await readText(folder, bundle.file, 'bundle'), bundle.file);
    return { shared: sharedOf(file, dirname(pathIn(folder, bundle.file))), bundle: null, hash: undefined };
  }
  const found = await stored.bundles.get(bundle.name, withVersion(bundle, signal));
  const label = `${found.name}@${found.version}`;
  return { shared: found.references.map((one) => storedPart(one, label)), bundle: label, hash: found.hash };
}

function storedPart(
  { kind, file_id: fileId, sha256, role, alias, priority }: Bundle['references'][number],
  label: string,
): SharedPart {
  const name = alias ?? role ?? kind;
  if (fileId === null)
    throw new AppError('invalid_state', `bundle: a file of ${label} has been deleted (${name}).`, {
      hint: 'Put the bundle again with what shall stand in its place, and name the new version.',
    });
  return {
    kind,
    at: { file_id: fileId, sha256 },
    name,
    role: role ?? undefined,
    alias: alias ?? undefined,
    priority: priority ?? undefined,
  };
}

function sharedOf(
  lists: {
    images: readonly SharedReference[];
    videos: readonly SharedReference[];
    audio: readonly SharedReference[];
  },
  folder: string | undefined,
): SharedPart[] {
  const of = (kind: MediaKind, list: readonly SharedReference[]) =>
    list.map(
      ({ path, url, role, alias, priority }): SharedPart => ({
        kind,
        at: url === undefined ? { path: pathIn(folder, path ?? '') } : { url },
        name: url ?? path ?? '',
        role,
        alias,
        priority,
      }),
    );
  return [...of('image', lists.images), ...of('video', lists.videos), ...of('audio', lists.audio)];
}

const withVersion = ({ version }: NamedVersion, signal: AbortSignal) =>
  version === undefined ? { signal } : { version, signal };

async function readText(folder: string | undefined, file: string, field: string): Promise<string> {
  const path = pathIn(folder, file);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new AppError('invalid_request', `${field}: ${file} cannot be read (${code ?? String(cause)}).`, {
      hint: 'Paths are relative to the workflow file.',
      cause,
    });
  }
}
