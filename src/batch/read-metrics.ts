import { CsvError, parse } from 'csv-parse/sync';
import type { AdResultRow } from '../client/index.ts';
import { AppError } from '../domain/errors.ts';

/** What a metrics file may tell of an ad. */
export const metricFields = ['ad', 'date', 'impressions', 'clicks', 'conversions', 'spend'] as const;

export type MetricField = (typeof metricFields)[number];

export interface Metrics {
  rows: { line: number; row: AdResultRow }[];
  /** Lines that cannot be read; the others can. */
  faults: { line: number; ad: string; reason: string }[];
  /** Told by the head of the column of money, as in `Amount spent (EUR)`. */
  currency: string | undefined;
}

/** Heads as the exports of ad platforms have them, without case and punctuation. */
const heads = {
  ad: ['ad', 'code', 'key', 'ad name', 'creative', 'creative name', 'record', 'record key'],
  date: ['date', 'day'],
  impressions: ['impressions', 'impr'],
  clicks: ['clicks', 'link clicks'],
  conversions: ['conversions', 'conv', 'purchases', 'results'],
  spend: ['spend', 'cost', 'amount spent'],
} as const satisfies Record<MetricField, readonly string[]>;

const needed = ['ad', 'impressions', 'clicks'] as const;

/**
 * Reads a CSV as ad platforms export it. Its columns are known by their heads, or by `named`. Throws an AppError where it
 * is no such file; a line that cannot be read is a fault, and the others come.
 */
export function readMetrics(
  text: string,
  options: { file: string; named?: Partial<Record<MetricField, string>> },
): Metrics {
  const { file, named = {} } = options;
  const [head, ...records] = parseCsv(text, file);
  if (head === undefined) throw new AppError('invalid_request', `${file} is empty.`);
  const columns = findColumns(
    head.record.map((name) => name.trim()),
    named,
    file,
  );
  const metrics: Metrics = { rows: [], faults: [], currency: currencyIn(head.record[columns.spend ?? -1]) };
  for (const { record, line } of records) {
    const cell = (field: MetricField) => {
      const column = columns[field];
      return column === undefined ? '' : (record[column] ?? '').trim();
    };
    try {
      metrics.rows.push({ line, row: readRow(cell) });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      metrics.faults.push({ line, ad: cell('ad').slice(0, 80), reason: error.message });
    }
  }
  return metrics;
}

class Unreadable extends Error {}

function readRow(cell: (field: MetricField) => string): AdResultRow {
  const date = cell('date');
  return {
    ad: cell('ad'),
    ...(date === '' ? {} : { date }),
    impressions: count('impressions', cell('impressions')),
    clicks: count('clicks', cell('clicks')),
    conversions: count('conversions', cell('conversions')),
    spend_micros: micros(cell('spend')),
  };
}

/** `1234` or `1,234`; an empty cell is none, as platforms write it. */
function count(name: string, text: string): number {
  if (text === '' || text === '-') return 0;
  if (!/^(\d{1,15}|\d{1,3}(,\d{3}){1,4})$/.test(text))
    throw new Unreadable(`${name} is "${text.slice(0, 40)}": write a whole number, as in 1234 or 1,234.`);
  return Number(text.replaceAll(',', ''));
}

/** Millionths of `12.34` or `1,234.5`. By its digits: a sum of money is no floating point number. */
function micros(text: string): number {
  if (text === '' || text === '-') return 0;
  const [, whole = '', parts = ''] = /^(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === '')
    throw new Unreadable(
      `spend is "${text.slice(0, 40)}": write a plain sum with a point, as in 12.34; --currency says of what.`,
    );
  return Number(whole.replaceAll(',', '')) * 1_000_000 + Number(parts.padEnd(6, '0'));
}

function findColumns(names: readonly string[], given: Partial<Record<MetricField, string>>, file: string) {
  const columns: Partial<Record<MetricField, number>> = {};
  for (const field of metricFields) {
    const said = given[field];
    const wanted: readonly string[] = said === undefined ? heads[field] : [plain(said)];
    const found = names.flatMap((name, index) => (wanted.includes(plain(name)) ? [index] : []));
    const [only, other] = found;
    if (only !== undefined && other !== undefined)
      throw new AppError(
        'invalid_request',
        `${file}: "${names[only]}" and "${names[other]}" may both be ${field}.`,
        { hint: `Say which: --column ${field}="${names[only]}".` },
      );
    if (said !== undefined && only === undefined)
      throw new AppError('invalid_request', `${file} has no column "${said}".`, { hint: itsColumns(names) });
    if (only !== undefined) columns[field] = only;
  }
  const missing = needed.find((field) => columns[field] === undefined);
  if (missing !== undefined)
    throw new AppError('invalid_request', `${file} has no column that says ${wordsFor[missing]}.`, {
      hint: `Say which: --column ${missing}="…". ${itsColumns(names)}`,
    });
  return columns;
}

const wordsFor = {
  ad: 'which ad a line is of',
  impressions: 'how often it was shown',
  clicks: 'how often it was clicked',
} as const;

const itsColumns = (names: readonly string[]) => `Its columns are ${names.join(', ').slice(0, 300)}.`;

const plain = (head: string) =>
  head
    .replace(/\([^)]*\)/g, '')
    .replace(/[\s._-]+/g, ' ')
    .trim()
    .toLowerCase();

const currencyIn = (head: string | undefined) => /\(([A-Z]{3})\)\s*$/.exec(head ?? '')?.[1];

function parseCsv(text: string, file: string): { record: string[]; line: number }[] {
  try {
    const parsed: unknown = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      skip_empty_lines: true,
      relax_column_count: true,
      max_record_size: 1_000_000,
      info: true,
    });
    return (parsed as { record: string[]; info: { lines: number } }[]).map(({ record, info }) => ({
      record,
      line: info.lines,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new AppError('invalid_request', `${file} is not a CSV: ${error.message}.`, { cause: error });
  }
}

/** Of comma, semicolon and tab, the one that the first line has most of. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split(/\r\n|\n|\r/, 1);
  return [',', ';', '\t'].reduce((best, sign) =>
    head.split(sign).length > head.split(best).length ? sign : best,
  );
}
