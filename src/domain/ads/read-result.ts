import { type CodeBook, knownCode } from './book.ts';
import { findCode } from './code.ts';
import type { AdCounts } from './metric.ts';

/** What a source has counted for an ad. */
export interface AdResult extends AdCounts {
  /** As the source names it. */
  ad: string;
  code: string;
  /** Such as 2026-11-01, by the calendar of the source; null: all days together. */
  day: string | null;
  /** In millionths of the currency. */
  spendMicros: number;
}

export const adResultLimits = {
  rowsPerCall: 10_000,
  adCharacters: 300,
  /** Of an ad in a row: impressions, clicks, conversions. */
  count: 10_000_000_000,
  /** A million of the currency. */
  spendMicros: 1_000_000_000_000,
} as const;

/** Reads a row that anybody may have sent: the result, or why it is none. */
export function readResult(row: unknown, book: CodeBook): AdResult | { reason: string } {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    return { reason: 'It is not an object.' };
  const fields = new Map<string, unknown>(Object.entries(row));
  const unknown = [...fields.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) return { reason: `There is no field "${unknown.slice(0, 60)}".` };
  try {
    return read(fields, book);
  } catch (error) {
    if (error instanceof Refused) return { reason: error.message };
    throw error;
  }
}

const known = new Set(['ad', 'date', 'impressions', 'clicks', 'conversions', 'spend_micros']);

class Refused extends Error {}

function read(fields: ReadonlyMap<string, unknown>, book: CodeBook): AdResult {
  const ad = nameOf(fields.get('ad'));
  const code = codeIn(ad, book);
  const impressions = wholeNumber(fields, 'impressions', adResultLimits.count);
  const clicks = wholeNumber(fields, 'clicks', adResultLimits.count);
  const conversions = wholeNumber(fields, 'conversions', adResultLimits.count, 0);
  const spendMicros = wholeNumber(fields, 'spend_micros', adResultLimits.spendMicros, 0);
  if (clicks > impressions)
    throw new Refused(
      `It has ${clicks} clicks of ${impressions} impressions: count each impression that was clicked once.`,
    );
  if (conversions > clicks)
    throw new Refused(
      `It has ${conversions} conversions of ${clicks} clicks: count clicks that led to one; those who only saw the ad do not belong here.`,
    );
  return { ad, code, day: dayOf(fields.get('date')), impressions, clicks, conversions, spendMicros };
}

function nameOf(value: unknown): string {
  if (typeof value !== 'string' || value.trim() === '')
    throw new Refused(
      'ad is missing: the code of the variant, the key of the record, or a name that ends in its code.',
    );
  const name = value.trim();
  if (name.length > adResultLimits.adCharacters)
    throw new Refused(`ad has more than ${adResultLimits.adCharacters} characters.`);
  if (name.includes('\0') || !name.isWellFormed())
    throw new Refused('ad holds a character that cannot be stored.');
  return name;
}

function codeIn(ad: string, book: CodeBook): string {
  const levels = findCode(ad, book);
  const shown = JSON.stringify(ad.slice(0, 80));
  if (levels === undefined)
    throw new Refused(`ad ${shown} holds no code of the matrix, such as ${sampleOf(book)}.`);
  const code = knownCode(book, levels);
  if (code === undefined)
    throw new Refused(`ad ${shown}: no matrix of the workflow has had one of its values.`);
  return code;
}

const sampleOf = (book: CodeBook) =>
  book.map(({ letters, levels }) => `${letters}${levels[0]?.number ?? 1}`).join('');

function wholeNumber(
  fields: ReadonlyMap<string, unknown>,
  name: string,
  most: number,
  absent?: number,
): number {
  const value = fields.get(name) ?? absent;
  if (value === undefined) throw new Refused(`${name} is missing.`);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most)
    throw new Refused(
      `${name} must be a whole number from 0 to ${most.toLocaleString('en')}, not ${String(JSON.stringify(value)).slice(0, 60)}.`,
    );
  return value;
}

function dayOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const isDay =
    typeof value === 'string' &&
    /^20\d\d-\d\d-\d\d$/.test(value) &&
    new Date(`${value}T00:00:00Z`).toJSON()?.slice(0, 10) === value;
  if (!isDay)
    throw new Refused(
      `date must be a day such as 2026-11-01, not ${String(JSON.stringify(value)).slice(0, 60)}.`,
    );
  return value;
}
