import { AppError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { MediaKind } from '../domain/media-facts.ts';
import { type ReferenceRole, requestLimits } from '../domain/request.ts';
import { compileTemplate, type Template } from '../templates/compile-template.ts';
import { fitImages } from './fit-images.ts';
import type { SourceRow } from './sources/source.ts';
import type { SharedReference } from './workflow/shared-reference.ts';
import type { Workflow } from './workflow.ts';

/** A reference of a row, before anybody has looked at its bytes. */
export interface PlannedReference {
  kind: MediaKind;
  /** A path as written is relative to the workflow, or for photos to the source. */
  location: { path: string; relativeTo: 'workflow' | 'source' } | { url: string };
  role: ReferenceRole | undefined;
  alias: string | undefined;
}

export interface PlannedRow {
  key: string;
  title: string;
  prompt: string;
  references: PlannedReference[];
  /** What was decided for the row, as sentences. */
  notes: string[];
}

/** A row that cannot be asked for; the others can. */
export interface InvalidRow {
  key: string;
  title: string;
  error: string;
}

export interface Planned {
  rows: PlannedRow[];
  invalid: InvalidRow[];
}

/** Every row that the workflow wants, in the order of the source. Throws an AppError where no row can be right. */
export function planRows(
  workflow: Workflow & { prompt: string },
  source: readonly SourceRow[],
  file: string,
): Planned {
  const prompt = compileTemplate(workflow.prompt, 'prompt');
  const title = compileTemplate(workflow.title ?? '{{ key }}', 'title');
  refuseUnknownColumns(workflow, source, file);
  const wanted = source.filter((row) => isWanted(row, workflow));
  const planned: Planned = { rows: [], invalid: [] };
  for (const row of wanted) {
    try {
      planned.rows.push(planRow(workflow, row, { prompt, title }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const hint = error.hint === undefined ? '' : ` ${error.hint}`;
      planned.invalid.push({
        key: row.key,
        title: row.key,
        error: `Row ${row.key} (${row.place}): ${error.message}${hint}`,
      });
    }
  }
  return planned;
}

function planRow(
  workflow: Workflow,
  row: SourceRow,
  templates: { prompt: Template; title: Template },
): PlannedRow {
  const prompt = templates.prompt.render(row.values).trim();
  if (prompt === '') throw new AppError('invalid_prompt', 'prompt: it is empty.');
  if (prompt.length > requestLimits.promptCharacters)
    throw new AppError(
      'invalid_prompt',
      `prompt: it has ${prompt.length} characters; ${requestLimits.promptCharacters} is the most.`,
    );
  const title = workflow.title === undefined ? row.key : templates.title.render(row.values).trim();
  const { references, notes } = referencesOf(workflow, row);
  return { key: row.key, title, prompt, references, notes };
}

function referencesOf(workflow: Workflow, row: SourceRow): Pick<PlannedRow, 'references' | 'notes'> {
  const given = photosOf(workflow, row);
  const first = workflow.endpoint === 'image-to-video' ? 1 : undefined;
  const photos = given.slice(0, workflow.photos?.take);
  const brand = workflow.brand.map((reference) => shared('image', reference));
  const { images, left } = fitImages(photos, brand, first);
  const notes =
    left.length === 0
      ? []
      : [
          `${photos.length + brand.length} images are given and ${images.length} fit; left out: ${left.map(nameOf).join(', ')}.`,
        ];
  const videos = workflow.video.map((reference) => shared('video', reference));
  const audios = workflow.audio.map((reference) => shared('audio', reference));
  return { references: [...images, ...videos, ...audios], notes };
}

function photosOf({ photos }: Workflow, row: SourceRow): PlannedReference[] {
  if (photos === undefined) return [];
  const list = splitCell(row.values[photos.column], photos);
  if (list.length === 0)
    throw new AppError('reference_required', `column "${photos.column}" names no photo.`, {
      hint: 'Give the row a photo, or leave it out with where.',
    });
  return list.map((place) => ({
    kind: 'image',
    location: /^https?:\/\//i.test(place) ? { url: place } : { path: place, relativeTo: 'source' },
    role: photos.role,
    alias: undefined,
  }));
}

/** A list as JSON has it, a JSON list in a cell, or parts between separators. */
function splitCell(
  cell: Json | undefined,
  { column, separator }: { column: string; separator: string },
): string[] {
  const list = typeof cell === 'string' && cell.trim().startsWith('[') ? parseList(cell, column) : cell;
  if (list === undefined || list === null) return [];
  const parts = typeof list === 'string' ? list.split(separator) : list;
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string'))
    throw new AppError('invalid_request', `column "${column}" is not a list of texts.`, {
      hint: `Write the photos as a${separator}b${separator}c or as a JSON list.`,
    });
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function parseList(cell: string, column: string): Json {
  try {
    return JSON.parse(cell) as Json;
  } catch (cause) {
    throw new AppError('invalid_request', `column "${column}" begins like a JSON list and is none.`, {
      cause,
    });
  }
}

function shared(kind: MediaKind, { path, url, role, alias }: SharedReference): PlannedReference {
  const location = url === undefined ? { path: path ?? '', relativeTo: 'workflow' as const } : { url };
  return { kind, location, role, alias };
}

function isWanted({ values }: SourceRow, { where }: Workflow): boolean {
  // As texts, since a CSV knows nothing else: `true` is the same as "true".
  return Object.entries(where).every(([column, value]) => String(values[column]) === String(value));
}

function refuseUnknownColumns(workflow: Workflow, source: readonly SourceRow[], file: string): void {
  if (source.length === 0) throw new AppError('invalid_request', `${file} has no rows.`);
  const named = [
    ...Object.keys(workflow.where).map((column) => ['where', column] as const),
    ...(workflow.photos === undefined ? [] : [['photos.column', workflow.photos.column] as const]),
  ];
  for (const [field, column] of named) {
    if (source.some(({ values }) => Object.hasOwn(values, column))) continue;
    throw new AppError('invalid_request', `${field}: ${file} has no column "${column}".`, {
      hint: `Its columns are ${Object.keys(source[0]?.values ?? {}).join(', ')}.`,
    });
  }
}

const nameOf = ({ location }: PlannedReference) => ('url' in location ? location.url : location.path);
