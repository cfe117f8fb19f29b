import { AppError } from '../domain/errors.ts';
import type { SourceRow } from './source.ts';

export interface KeyedRow extends SourceRow {
  key: string;
}

const longestKey = 200;

/**
 * Names every row by its key column. Throws one AppError for all rows without a usable key or with that of
 * another: such rows cannot be told apart in the next run.
 */
export function keyRows(rows: readonly SourceRow[], options: { column: string; file: string }): KeyedRow[] {
  const { column, file } = options;
  const faults: string[] = [];
  const seen = new Map<string, string>();
  const keyed = rows.map((row): KeyedRow => {
    const value = Object.hasOwn(row.values, column) ? row.values[column] : undefined;
    const key = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    const before = seen.get(key);
    if (key === '')
      faults.push(`${row.place}: "${column}" is ${value === undefined ? 'missing' : 'empty or no text'}.`);
    else if (key.length > longestKey)
      faults.push(`${row.place}: "${column}" is longer than ${longestKey} characters.`);
    else if (!key.isWellFormed()) faults.push(`${row.place}: "${column}" holds half a character.`);
    else if (key === '__proto__')
      faults.push(`${row.place}: "__proto__" cannot be a key, since JSON readers give it a meaning.`);
    else if (before !== undefined) faults.push(`${row.place}: "${key}" is the key of ${before} already.`);
    else seen.set(key, row.place);
    return { ...row, key };
  });
  if (faults.length === 0) return keyed;
  const shown = faults.slice(0, 10).join('\n  ');
  const more = faults.length > 10 ? `\n  and ${faults.length - 10} more.` : '';
  throw new AppError('invalid_request', `${file}: rows cannot be told apart.\n  ${shown}${more}`, {
    hint: `source.key names the column whose value is unlike that of every other row. Columns: ${columnsOf(rows).join(', ')}.`,
  });
}

const columnsOf = (rows: readonly SourceRow[]) => Object.keys(rows[0]?.values ?? {});
