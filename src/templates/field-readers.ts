import type { Json } from '../domain/json.ts';
import type { FieldType } from '../domain/template-field.ts';

/** How cells of one type are read. */
export interface FieldReader {
  /** Undefined where the cell does not say such a thing. */
  read(cell: Json): Json | undefined;
  /** Ends the sentence `"abc" is …`. */
  isNot: string;
  /** What min and max are compared with; absent where they mean nothing. */
  measure?: (value: Json) => number | string;
  /** Of what the measure counts; absent where it is the value itself. */
  unit?: string;
}

export const fieldReaders: Readonly<Record<FieldType, FieldReader>> = {
  text: {
    read: (cell) => (typeof cell === 'object' ? undefined : String(cell)),
    isNot: 'not a text; for a list say type: list',
    measure: (value) => [...String(value)].length,
    unit: 'characters',
  },
  number: {
    read: readNumber,
    isNot: 'not a number; write it as 1299.50, without units and separators of thousands',
    measure: Number,
  },
  boolean: { read: readBoolean, isNot: 'neither true nor false' },
  list: {
    read: readList,
    isNot: 'not a list; write it as a|b|c or as a JSON list',
    measure: (value) => (Array.isArray(value) ? value.length : 0),
    unit: 'items',
  },
  url: {
    read: readUrl,
    isNot: 'not an http(s) URL',
    measure: (value) => String(value).length,
    unit: 'characters',
  },
  date: { read: readDate, isNot: 'not a day such as 2026-11-28', measure: String },
};

function readNumber(cell: Json): number | undefined {
  if (typeof cell === 'number') return cell;
  if (typeof cell !== 'string' || !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(cell.trim()))
    return undefined;
  const number = Number(cell);
  return Number.isFinite(number) ? number : undefined;
}

const words: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  '1': true,
  false: false,
  no: false,
  '0': false,
};

function readBoolean(cell: Json): boolean | undefined {
  if (typeof cell === 'boolean') return cell;
  const word = String(cell).trim().toLowerCase();
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

function readList(cell: Json): Json[] | undefined {
  if (Array.isArray(cell)) return cell;
  if (typeof cell !== 'string') return undefined;
  if (!cell.trim().startsWith('['))
    return cell
      .split('|')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  try {
    const list = JSON.parse(cell) as Json;
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

function readUrl(cell: Json): string | undefined {
  const text = typeof cell === 'string' ? cell.trim() : '';
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}

/** A day, or a moment whose day is taken as it is written. */
function readDate(cell: Json): string | undefined {
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(typeof cell === 'string' ? cell.trim() : '')?.[1];
  if (day === undefined) return undefined;
  const moment = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== day ? undefined : day;
}
