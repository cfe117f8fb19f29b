import { CsvError, parse } from 'csv-parse/sync';
import { AppError } from '../domain/errors.ts';
import type { Json } from '../domain/json.ts';

export const sourceFormats = ['csv', 'json', 'jsonl'] as const;

export type SourceFormat = (typeof sourceFormats)[number];

export interface SourceRow {
  /** For a person to find it: `line 3` of a CSV, `item 2` of a list. */
  place: string;
  values: Record<string, Json>;
}

/** The text of a file's bytes. Throws an AppError unless they are UTF-8, with or without a byte order mark. */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('invalid_request', `${file} is not UTF-8.`, {
      hint: 'Save it as UTF-8; in Excel that is "CSV UTF-8".',
      cause,
    });
  }
}

/** By the file's ending, unless the workflow says. */
export function formatOf(file: string, said: SourceFormat | undefined): SourceFormat {
  if (said !== undefined) return said;
  const ending = /\.([a-z]+)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === 'csv' || ending === 'json') return ending;
  if (ending === 'jsonl' || ending === 'ndjson') return 'jsonl';
  throw new AppError('invalid_request', `The format of ${file} cannot be told by its name.`, {
    hint: `Say it as source.format: ${sourceFormats.join(', ')}.`,
  });
}

/** The records of a source, in order. Throws an AppError that names file and line where it cannot be read. */
export function readSource(
  text: string,
  options: { file: string; format: SourceFormat; delimiter?: string },
): SourceRow[] {
  const { file, format, delimiter = ',' } = options;
  switch (format) {
    case 'csv':
      return readCsv(text, file, delimiter);
    case 'json':
      return readJson(text, file);
    case 'jsonl':
      return readJsonLines(text, file);
  }
}

function readCsv(text: string, file: string, delimiter: string): SourceRow[] {
  const [header, ...records] = parseCsv(text, file, delimiter);
  if (header === undefined) throw new AppError('invalid_request', `${file} is empty.`, { hint: headerHint });
  const names = header.record.map((name) => name.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new AppError('invalid_request', `${file} has two columns named "${twice}".`, { hint: headerHint });
  return records.map(({ record, line }) => ({
    place: `line ${line}`,
    values: Object.fromEntries(names.map((name, index) => [name, record[index] ?? ''])),
  }));
}

const headerHint = 'The first line of a CSV names its columns, each once.';

interface CsvRecord {
  record: string[];
  /** Where it ends, counted from 1. */
  line: number;
}

function parseCsv(text: string, file: string, delimiter: string): CsvRecord[] {
  try {
    const parsed: unknown = parse(text, {
      bom: true,
      delimiter,
      // Files edited on two systems mix their line ends.
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      info: true,
    });
    return (parsed as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      record,
      line: info.lines,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new AppError('invalid_request', `${file} is not a CSV: ${error.message}.`, {
      hint: 'Put a cell that holds commas, quotes or line breaks in quotes, and double the quotes inside.',
      cause: error,
    });
  }
}

function readJson(text: string, file: string): SourceRow[] {
  const list = parseJson(text.replace(/^\uFEFF/, ''), file);
  if (!Array.isArray(list))
    throw new AppError('invalid_request', `${file} is not a list of objects.`, {
      hint: 'Write [{"sku": "A-1", …}, …].',
    });
  return list.map((item, index) => asRow(item, file, `item ${index + 1}`));
}

function readJsonLines(text: string, file: string): SourceRow[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n/)
    .map((line, index) => ({ line, place: `line ${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, place }) => asRow(parseJson(line, `${file}, ${place}`), file, place));
}

function asRow(item: Json, file: string, place: string): SourceRow {
  if (typeof item !== 'object' || item === null || Array.isArray(item))
    throw new AppError('invalid_request', `${file}, ${place}: it is not an object.`);
  return { place, values: item };
}

function parseJson(text: string, where: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    throw new AppError('invalid_request', `${where} is not JSON${why}.`, { cause });
  }
}
