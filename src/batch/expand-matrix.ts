import type { Matrix } from '../domain/ads/matrix.ts';
import { variantsOf } from '../domain/ads/variants.ts';
import { AppError } from '../domain/errors.ts';
import type { SourceRow } from './source.ts';

/** A row that says which variant it is; it has no code where it cannot be told apart from others. */
export type VariantRow<Row> = Row & { code?: string };

/** The column that holds the code, and is the key where a workflow has a matrix and no source. */
export const codeColumn = 'code';

/**
 * Each row of a source once for every variant of the matrix, under the key `key-code` in its key column; or, without a
 * source, one row a variant under its code. A template sees the axes by their names, and `code`. Rows that have no values
 * (faults) or no key pass as they are, so that whoever reads keys says so once. Throws an AppError if an axis hides a
 * column.
 */
export async function* expandMatrix<Row extends SourceRow | { place: string; fault: unknown }>(
  rows: AsyncIterable<Row> | Iterable<Row> | undefined,
  matrix: Matrix,
  keyColumn: string = codeColumn,
): AsyncGenerator<VariantRow<Row | SourceRow>, void> {
  const variants = variantsOf(matrix);
  if (rows === undefined) {
    for (const { code, values } of variants)
      yield { place: `variant ${code}`, values: { ...values, [codeColumn]: code }, code };
    return;
  }
  for await (const row of rows) {
    const key = 'values' in row ? keyOf(row.values[keyColumn]) : undefined;
    if (!('values' in row) || key === undefined) {
      yield row;
      continue;
    }
    refuseHidden(matrix, row, keyColumn);
    for (const { code, values } of variants)
      yield {
        ...row,
        values: { ...row.values, [codeColumn]: code, ...values, [keyColumn]: `${key}-${code}` },
        code,
      };
  }
}

function keyOf(value: unknown): string | undefined {
  const key = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
  return key === '' ? undefined : key;
}

function refuseHidden({ axes }: Matrix, { place, values }: SourceRow, keyColumn: string): void {
  const hidden = [codeColumn, ...axes.map(({ name }) => name)].find(
    (name) => Object.hasOwn(values, name) && !(name === codeColumn && name === keyColumn),
  );
  if (hidden !== undefined)
    throw new AppError('invalid_request', `matrix: "${hidden}" is a column of the source too (${place}).`, {
      hint:
        hidden === codeColumn
          ? 'That name is kept for the code of a variant: name the column otherwise.'
          : 'Name the axis otherwise.',
    });
}
