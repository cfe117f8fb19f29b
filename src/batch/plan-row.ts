import { AppError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';
import { type EndpointName, requestLimits } from '../domain/request.ts';
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
  title: string;
  prompt: string;
  references: readonly HashedReference[];
  /** The values that the template may use. */
  fields: Readonly<Record<string, Json>>;
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
  durationSeconds: number;
  where: Readonly<Record<string, string | number | boolean>>;
  photos: { column: string } | undefined;
  /** What the template sees of a row: its columns, its typed fields. Throws an AppError that names the field. */
  fieldsOf(values: Readonly<Record<string, Json>>): Readonly<Record<string, Json>>;
  prompt: { render(values: Readonly<Record<string, Json>>): string };
  /** Undefined: the key is the title. */
  title: { render(values: Readonly<Record<string, Json>>): string } | undefined;
  /** The names among the fields whose values are told apart where a row has changed. */
  told(fields: Readonly<Record<string, Json>>): Readonly<Record<string, Json>>;
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
    const fields = recipe.fieldsOf(record.values);
    const prompt = renderPrompt(recipe, fields);
    const title = recipe.title === undefined ? record.key : recipe.title.render(fields).trim();
    const note = durationNote(prompt, recipe.durationSeconds);
    const ready = ({ references, notes }: References): ReadyRow => ({
      key: record.key,
      place: record.place,
      title,
      prompt,
      references,
      fields: recipe.told(fields),
      values: record.values,
      notes: note === undefined ? notes : [note, ...notes],
    });
    const found = recipe.referencesOf(record);
    return found instanceof Promise
      ? found.then(ready).catch((error: unknown) => invalidBy(record, error))
      : ready(found);
  } catch (error) {
    return invalidBy(record, error);
  }
}

function renderPrompt({ prompt }: Recipe, fields: Readonly<Record<string, Json>>): string {
  const text = prompt.render(fields).trim();
  if (text === '') throw new AppError('invalid_prompt', 'prompt: it is empty.');
  if (text.length > requestLimits.promptCharacters)
    throw new AppError(
      'invalid_prompt',
      `prompt: it has ${text.length} characters; ${requestLimits.promptCharacters} is the most.`,
    );
  return text;
}

function invalidBy({ key, place, values }: SourceRow, error: unknown): InvalidRow {
  if (!(error instanceof AppError)) throw error;
  const field = /^(?:column )?"?([\w .-]{1,60}?)"?(?: names|:| is)/.exec(error.message)?.[1] ?? null;
  const hint = error.hint === undefined ? '' : ` ${error.hint}`;
  return { key, place, field, error: `${error.message}${hint}`, values };
}

/** As texts, since a CSV knows nothing else: `true` is the same as "true". */
function isWanted({ values }: SourceRow, { where }: Recipe): boolean {
  for (const column in where) if (String(values[column]) !== String(where[column])) return false;
  return true;
}

const secondsInPrompt = /\b(\d{1,3})(?:\s|-)?(?:seconds?|secs?|s)\b/i;

/** The field wins over what the text says (I16). */
function durationNote(prompt: string, durationSeconds: number): string | undefined {
  const said = secondsInPrompt.exec(prompt);
  if (said === null || Number(said[1]) === durationSeconds) return undefined;
  return `the prompt says "${said[0]}"; duration, ${durationSeconds} s, is what will be made`;
}
