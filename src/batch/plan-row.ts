import { AppError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import type { EndpointName } from '../domain/request.ts';
import type { RenderedPrompt } from '../templates/prompt-renderer.ts';
import type { FieldFault } from '../templates/read-fields.ts';
import type { FingerprintReference } from './fingerprint.ts';
import type { SourceRecord, SourceRow } from './sources/source.ts';

/** A reference of a row with the content that it had when it was looked at. */
export interface HashedReference extends FingerprintReference {
  /** Where the bytes are; paths are absolute. */
  at: { path: string } | { url: string } | { file_id: string };
}

/** A row that can be asked for. */
export interface ReadyRow {
  key: string;
  place: string;
  /** Made when it is first asked for; throws an AppError where its template does not fit the row. */
  readonly title: string;
  prompt: string;
  references: readonly HashedReference[];
  /** The values that the template uses. Made when it is asked for. */
  readonly fields: Readonly<Record<string, Json>>;
  values: Readonly<Record<string, Json>>;
  /** What was decided for the row, as sentences. */
  notes: readonly string[];
}

/** A row that cannot be asked for; the others can. */
export interface InvalidRow {
  /** Null where not even the key can be read. */
  key: string | null;
  place: string;
  /** The column or field at fault, where one is. */
  field: string | null;
  error: string;
  values: Readonly<Record<string, Json>>;
}

/** How a row becomes a request. What all rows share is made before the first. */
export interface Recipe {
  endpoint: EndpointName;
  where: Readonly<Record<string, string | number | boolean>>;
  photos: { column: string } | undefined;
  /** The prompt of a row, or what is wrong with its fields. */
  render(values: Readonly<Record<string, Json>>): RenderedPrompt;
  /** Undefined: the key is the title. */
  title: { render(values: Readonly<Record<string, Json>>): string } | undefined;
  /** The values that the template uses, by name. */
  variables: readonly string[];
  /** All references of a row, in the order of the request. Throws an AppError, or rejects with one, for one that is not to be had. */
  referencesOf(row: SourceRow): References | Promise<References>;
}

export interface References {
  references: readonly HashedReference[];
  notes: readonly string[];
}

/** Undefined for a row that the workflow does not want. */
export function planRow(
  recipe: Recipe,
  record: SourceRecord,
): ReadyRow | InvalidRow | undefined | Promise<ReadyRow | InvalidRow> {
  if ('fault' in record)
    return {
      key: record.key ?? null,
      place: record.place,
      field: null,
      error: record.fault,
      values: {},
    };
  if (!isWanted(record, recipe)) return undefined;
  try {
    const rendered = recipe.render(record.values);
    if ('faults' in rendered) return invalidFields(record, rendered.faults);
    const { prompt, values } = rendered;
    const ready = ({ references, notes }: References): ReadyRow => ({
      key: record.key,
      place: record.place,
      get title() {
        return recipe.title === undefined ? record.key : recipe.title.render(values).trim();
      },
      prompt,
      references,
      get fields() {
        return toldOf(values, recipe.variables);
      },
      values: record.values,
      notes: rendered.notes.length === 0 ? notes : [...rendered.notes, ...notes],
    });
    const found = recipe.referencesOf(record);
    return found instanceof Promise
      ? found.then(ready).catch((error: unknown) => invalidBy(record, error))
      : ready(found);
  } catch (error) {
    return invalidBy(record, error);
  }
}

function invalidFields({ key, place, values }: SourceRow, faults: readonly FieldFault[]): InvalidRow {
  return {
    key,
    place,
    field: faults[0]?.field ?? null,
    error: faults.map(({ field, message }) => `${field}: ${message}`).join(' '),
    values,
  };
}

function toldOf(values: Readonly<Record<string, Json>>, names: readonly string[]): Record<string, Json> {
  const told: Record<string, Json> = {};
  for (const name of names) if (Object.hasOwn(values, name)) told[name] = values[name] ?? null;
  return told;
}

/** Of an error that is the row's own; throws any other. */
export function invalidBy(
  { key, place, values }: Pick<SourceRow, 'key' | 'place' | 'values'>,
  error: unknown,
): InvalidRow {
  if (!(error instanceof AppError)) throw error;
  const field = /^column "(.{1,100}?)"/.exec(error.message)?.[1] ?? null;
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  return { key, place, field, error: `${error.message}${hint}`, values };
}

/** As texts, since a CSV knows nothing else: `true` is the same as "true". */
function isWanted({ values }: SourceRow, { where }: Recipe): boolean {
  for (const column in where) if (String(values[column]) !== String(where[column])) return false;
  return true;
}
