import { readMatrix } from '../domain/ads/matrix.ts';
import { AppError } from '../domain/errors.ts';
import { expandMatrix, matrixSource } from './expand-matrix.ts';
import { openSource } from './sources/index.ts';
import type { Source, SourceContext, SourceRow } from './sources/source.ts';
import type { Workflow } from './workflow.ts';

/** The rows of the source, each once for every variant of the matrix; without a source, the variants themselves. */
export function openRows(
  { source, matrix }: Workflow,
  context: SourceContext,
): { source: Source; expand: ((row: SourceRow) => readonly SourceRow[]) | undefined } {
  const read = matrix === undefined ? undefined : readMatrix(matrix);
  if (source !== undefined)
    return {
      source: openSource(source, context),
      expand: read === undefined ? undefined : expandMatrix(read),
    };
  if (read === undefined)
    throw new AppError('invalid_request', 'source: is missing.', { hint: 'Name where the rows come from.' });
  return { source: matrixSource(read), expand: undefined };
}
