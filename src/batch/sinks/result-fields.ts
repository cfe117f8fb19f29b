import type { CsvCell } from '../../domain/csv-line.ts';
import type { Json } from '../../domain/json.ts';
import type { SinkResult } from './sink.ts';

/** The fields of a result that stand in a table or are bound to a statement, in the order they are written. */
export const resultFields = [
  'key',
  'status',
  'video_url',
  'poster_url',
  'record_id',
  'version',
  'generation_id',
  'seconds',
  'width',
  'height',
  'bytes',
  'credits',
  'error',
  'rehearsal',
  'ai_made',
  'code',
] as const satisfies readonly (keyof SinkResult)[];

export type ResultField = (typeof resultFields)[number];

export const isResultField = (name: string): name is ResultField =>
  resultFields.some((field) => field === name);

export const fieldOf = (result: SinkResult, field: ResultField): string | number | boolean | null =>
  result[field] ?? null;

/** A column of the source; null where the row has none. */
export const columnOf = ({ values }: SinkResult, column: string): Json =>
  Object.hasOwn(values, column) ? (values[column] ?? null) : null;

/** A list or an object as JSON, since a cell holds text alone. */
export const asCell = (value: Json): CsvCell =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/** What a table calls columns of the source beside its own: `row.status` where it has a `status` itself. */
export const headings = (columns: readonly string[], own: readonly string[]): string[] =>
  columns.map((column) => (own.includes(column) ? `row.${column}` : column));
