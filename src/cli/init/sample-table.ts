import { open, readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import type { Json } from '../../domain/json.ts';
import { UsageError } from '../exit-codes.ts';

type Row = Record<string, Json>;

/** Rows enough to guess by. */
const most = 200;

const csvBytes = 2_000_000;
const jsonBytes = 50_000_000;

/** The first rows of a CSV, TSV, JSON or JSONL file. Throws a UsageError for one that has none. */
export async function sampleFile(path: string): Promise<{ rows: Row[]; delimiter: string | undefined }> {
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  switch (ending) {
    case 'csv':
    case 'tsv':
      return sampleText(await beginningOf(path), ending, path);
    case 'jsonl':
    case 'ndjson':
      return sampleText(await beginningOf(path), 'jsonl', path);
    case 'json':
      return { rows: await rowsOfJson(path), delimiter: undefined };
    default:
      throw new UsageError(
        `What ${path} is cannot be told by its name.`,
        'init begins from .csv, .tsv, .json and .jsonl files, or from a table: --url-env SHOP_DATABASE_URL --table product.',
      );
  }
}

/** The first rows of such a text. `name` is for messages. */
export function sampleText(
  given: string,
  kind: 'csv' | 'tsv' | 'jsonl',
  name: string,
): { rows: Row[]; delimiter: string | undefined } {
  const text = given.replace(/^\uFEFF/, '');
  if (kind === 'jsonl') return { rows: rowsOfLines(text, name), delimiter: undefined };
  const delimiter = delimiterOf(text, kind);
  return { rows: rowsOfCsv(text, delimiter, name), delimiter };
}

/** The first rows of a table or view. The name may have its schema before a dot. */
export async function sampleTable(url: string, table: string): Promise<Row[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  try {
    await client.connect();
    const { rows } = await client.query<Row>(
      `select row_to_json(t) as row from (select * from ${quoted(table)} limit ${most}) t`,
    );
    return rows.map(({ row }) => row as unknown as Row);
  } catch (cause) {
    throw new UsageError(
      `The table ${table} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
    );
  } finally {
    await client.end().catch(() => {});
  }
}

export const quoted = (table: string) =>
  table
    .split('.')
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : pg.escapeIdentifier(part)))
    .join('.');

async function beginningOf(path: string): Promise<string> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw missing(path, error);
  });
  try {
    const buffer = Buffer.alloc(csvBytes);
    const { bytesRead } = await file.read(buffer, 0, csvBytes, 0);
    const text = buffer.subarray(0, bytesRead).toString('utf8');
    // A record that is cut off says nothing.
    return bytesRead < csvBytes ? text : text.slice(0, text.lastIndexOf('\n') + 1);
  } finally {
    await file.close();
  }
}

function delimiterOf(text: string, ending: 'csv' | 'tsv'): string {
  if (ending === 'tsv') return '\t';
  const [head = ''] = text.split(/\r?\n/, 1);
  const [best] = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length);
  return best ?? ',';
}

function rowsOfCsv(text: string, delimiter: string, path: string): Row[] {
  const parsed = parse(text, {
    columns: (names: string[]) => names.map((name) => name.trim()),
    delimiter,
    to: most,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  }) as Row[];
  return some(parsed, path);
}

function rowsOfLines(text: string, path: string): Row[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return some(
    lines.slice(0, most).flatMap((line) => objectsOf(parseJson(line, path))),
    path,
  );
}

async function rowsOfJson(path: string): Promise<Row[]> {
  const { size } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw missing(path, error);
  });
  if (size > jsonBytes)
    throw new UsageError(
      `${path} has more than ${jsonBytes / 1e6} MB.`,
      'Write it as JSONL, an object a line.',
    );
  const list = parseJson(await readFile(path, 'utf8'), path);
  return some(Array.isArray(list) ? list.slice(0, most).flatMap(objectsOf) : [], path);
}

function parseJson(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new UsageError(`${path} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}.`);
  }
}

const objectsOf = (value: Json): Row[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? [value] : [];

function some(rows: Row[], path: string): Row[] {
  if (rows.length === 0) throw new UsageError(`${path} has no rows.`);
  return rows;
}

const missing = (path: string, error: NodeJS.ErrnoException) =>
  error.code === 'ENOENT' ? new UsageError(`There is no file ${path}.`) : error;
