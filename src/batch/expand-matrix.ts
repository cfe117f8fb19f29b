import type { Matrix } from '../domain/ads/matrix.ts';
import { variantsOf } from '../domain/ads/variants.ts';
import { AppError } from '../domain/errors.ts';
import type { Source, SourceRow } from './sources/source.ts';

/** Where a row holds the code of its variant; a template sees it beside the axes. */
const codeColumn = 'code';

/**
 * Each row once for every variant of the matrix, under the key `key-code`. A template sees the axes by their names, and
 * `code`. Throws an AppError if an axis would hide a column of the source.
 */
export function expandMatrix(matrix: Matrix): (row: SourceRow) => SourceRow[] {
  const variants = variantsOf(matrix);
  const added = [codeColumn, ...matrix.axes.map(({ name }) => name)];
  return ({ place, key, values }) => {
    const hidden = added.find((name) => Object.hasOwn(values, name));
    if (hidden !== undefined) throw hides(hidden, place);
    return variants.map(({ code, values: levels }) => ({
      place,
      key: `${key}-${code}`,
      values: { ...values, [codeColumn]: code, ...levels },
    }));
  };
}

/** The variants themselves as rows, under their codes: for a workflow that has a matrix and no source. */
export function matrixSource(matrix: Matrix): Source {
  const variants = variantsOf(matrix);
  return {
    name: 'the matrix',
    async *rows() {
      for (const { code, values } of variants)
        yield { place: `variant ${code}`, key: code, values: { [codeColumn]: code, ...values } };
    },
  };
}

/** The code of a row that was expanded. */
export function codeIn(values: Readonly<SourceRow['values']>): string | undefined {
  const code = values[codeColumn];
  return typeof code === 'string' ? code : undefined;
}

function hides(name: string, place: string): AppError {
  return new AppError('invalid_request', `matrix: "${name}" is a column of the source too (${place}).`, {
    hint:
      name === codeColumn
        ? 'That name is kept for the code of a variant: name the column otherwise.'
        : 'Name the axis otherwise.',
  });
}
