import type { Json } from '../../domain/json.ts';
import { type RawRecord, type SourceRecord, sourceLimits } from './source.ts';

/** Names every record by its key, and holds each of its cells against the limits. */
export async function* checkRecords(
  records: AsyncIterable<RawRecord>,
  { keyColumn, signal }: { keyColumn: string; signal: AbortSignal },
): AsyncGenerator<SourceRecord, void, undefined> {
  const places = new Map<string, string>();
  for await (const record of records) {
    signal.throwIfAborted();
    if ('fault' in record) {
      yield record;
      continue;
    }
    const { place, values } = record;
    const key = keyOf(values, keyColumn);
    if ('fault' in key) {
      yield { place, fault: key.fault };
      continue;
    }
    const before = places.get(key.key);
    if (before !== undefined) {
      yield {
        place,
        key: key.key,
        fault: `"${key.key}" is the key of ${before} already. Give the row a key of its own, or leave it out.`,
      };
      continue;
    }
    // Remembered even of a row with a fault: which of two rows is meant must not depend on what else is wrong.
    places.set(ownCopy(key.key), place);
    const fault = faultOf(values);
    yield fault === undefined ? { place, key: key.key, values } : { place, key: key.key, fault };
  }
}

function keyOf(values: Record<string, Json>, column: string): { key: string } | { fault: string } {
  const value = Object.hasOwn(values, column) ? values[column] : undefined;
  const key = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  const most = sourceLimits.keyCharacters;
  if (value === undefined) return { fault: `"${column}", which names the row, is missing.` };
  if (key === '') return { fault: `"${column}", which names the row, is empty or no text.` };
  if (key.length > most)
    return { fault: `"${column}" is longer than ${most} characters, too long to name a row.` };
  if (!key.isWellFormed()) return { fault: `"${column}" holds half a character.` };
  if (key === '__proto__')
    return { fault: '"__proto__" cannot be a key, since JSON readers give it a meaning.' };
  const wrong = wrongSign(key);
  return wrong === undefined ? { key } : { fault: `"${column}" ${wrong}` };
}

/** A part of a longer string keeps the whole alive; a hundred thousand keys would keep the whole source. */
const ownCopy = (text: string) => Buffer.from(text).toString();

const deepest = 50;

function faultOf(values: Record<string, Json>): string | undefined {
  const columns = Object.keys(values);
  if (columns.length > sourceLimits.columns)
    return `it has ${columns.length} columns; ${sourceLimits.columns} is the most.`;
  for (const column of columns) {
    const value = values[column];
    if (column.length > sourceLimits.keyCharacters || wrongSign(column) !== undefined)
      return `the name of column ${JSON.stringify(column.slice(0, 40))} is too long or not readable.`;
    if (typeof value === 'string') {
      const wrong = wrongSign(value);
      if (wrong !== undefined) return `column "${column}" ${wrong}`;
      if (value.length * 3 > sourceLimits.cellBytes) {
        const bytes = Buffer.byteLength(value);
        if (bytes > sourceLimits.cellBytes) return tooLarge(column, bytes);
      }
    } else if (typeof value === 'object' && value !== null) {
      const inside = measure(value, 1);
      if (typeof inside === 'string') return `column "${column}" ${inside}`;
      if (inside > sourceLimits.cellBytes) return tooLarge(column, inside);
    }
  }
  return undefined;
}

const tooLarge = (column: string, bytes: number) =>
  `column "${column}" holds ${bytes.toLocaleString('en')} bytes; ${sourceLimits.cellBytes.toLocaleString('en')} is the most. Shorten it, or give an address in its place.`;

/** The bytes of all texts inside, or what is wrong with one. */
function measure(value: Json, depth: number): number | string {
  if (typeof value === 'string') return wrongSign(value) ?? Buffer.byteLength(value) + 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (depth > deepest) return `is nested deeper than ${deepest} levels.`;
  let bytes = 2;
  const names = Array.isArray(value) ? [] : Object.keys(value);
  for (const part of [...names, ...Object.values(value)]) {
    const inside = measure(part, depth + 1);
    if (typeof inside === 'string') return inside;
    bytes += inside;
  }
  return bytes;
}

function wrongSign(text: string): string | undefined {
  if (text.includes('\0')) return 'holds the sign NUL, which no text has. Remove it.';
  if (text.includes('\uFFFD'))
    return 'holds letters that are not UTF-8, or were lost on the way. Save the source as UTF-8.';
  if (!text.isWellFormed()) return 'holds half a character.';
  return undefined;
}
