import { AppError } from '../../domain/errors.ts';
import { csvRecords } from './csv-records.ts';
import { type RawRecord, sourceLimits } from './source.ts';

/**
 * The records of a text whose first line names the columns. Throws an AppError where that line cannot: it is missing
 * or broken, names one twice, or not the key.
 */
export async function* tableRecords(
  text: AsyncIterable<string>,
  options: { name: string; delimiter: string; key: string; columnName?: (name: string) => string },
): AsyncGenerator<RawRecord, void, undefined> {
  const { name, delimiter, key, columnName = (name) => name } = options;
  let columns: string[] | undefined;
  for await (const record of csvRecords(text, { delimiter, longestRecord: sourceLimits.recordBytes })) {
    const place = `line ${record.line}`;
    if (columns === undefined) {
      if ('fault' in record)
        throw new AppError('invalid_request', `${name}, ${place}: ${record.fault}`, { hint: headerHint });
      columns = record.cells.map((cell) => columnName(cell.trim()));
      checkHeader(columns, { name, key });
    } else if ('fault' in record) yield { place, fault: record.fault };
    else if (record.cells.length !== columns.length)
      yield {
        place,
        fault: `it has ${count(record.cells.length, 'cell')}, and the first line names ${count(columns.length, 'column')}. A cell that holds ${JSON.stringify(delimiter)}, quotes or line breaks needs quotes around it.`,
      };
    else {
      const { cells } = record;
      yield {
        place,
        values: Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])),
      };
    }
  }
  if (columns === undefined) throw new AppError('invalid_request', `${name} is empty.`, { hint: headerHint });
}

const headerHint = 'The first line names the columns, each once.';
const count = (number: number, thing: string) => `${number} ${thing}${number === 1 ? '' : 's'}`;

function checkHeader(columns: readonly string[], { name, key }: { name: string; key: string }): void {
  const refuse = (what: string, hint: string) => {
    throw new AppError('invalid_request', `${name} ${what}`, { hint });
  };
  if (columns.length > sourceLimits.columns)
    refuse(`has ${columns.length} columns; ${sourceLimits.columns} is the most.`, headerHint);
  const unreadable = columns.find((column) => /[\0\uFFFD]/.test(column));
  if (unreadable !== undefined)
    refuse(
      `has a column ${JSON.stringify(unreadable)} that is not UTF-8.`,
      'Save it as UTF-8; in Excel that is "CSV UTF-8".',
    );
  const seen = new Set<string>();
  for (const column of columns) {
    if (seen.has(column)) refuse(`has two columns named "${column}".`, headerHint);
    seen.add(column);
  }
  if (!seen.has(key))
    refuse(
      `has no column "${key}", which source.key names.`,
      `Its columns are ${columns.slice(0, 50).join(', ')}.`,
    );
}
