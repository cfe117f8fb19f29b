import { isDeepStrictEqual } from 'node:util';
import { extendBook } from '../domain/ads/book.ts';
import { type MatrixSpec, readMatrix } from '../domain/ads/matrix.ts';
import { variantsOf } from '../domain/ads/variants.ts';
import { AppError } from '../domain/errors.ts';
import { type AdMatrix, findAdMatrix, insertAdMatrix, lockAds } from '../store/ad-matrices.ts';
import type { Store } from '../store/db.ts';
import type { Owner } from '../store/read-generations.ts';

/**
 * Makes this the matrix of the workflow and writes its codes into the book. The one it has already changes nothing. Throws
 * an AppError for a matrix that is none, that has more variants than may be, or whose codes would mean two things.
 */
export async function putAdMatrix(
  store: Store,
  options: { owner: Owner; workflow: string; spec: MatrixSpec; madeBy: string },
): Promise<AdMatrix> {
  const { owner, workflow, spec, madeBy } = options;
  const matrix = readMatrix(spec);
  variantsOf(matrix);
  return store.transaction(async (db) => {
    await lockAds(db, owner, workflow);
    const before = await findAdMatrix(db, owner, workflow);
    if (before !== undefined && isDeepStrictEqual(readMatrix(before.spec), matrix)) return before;
    const { book, faults } = extendBook(before?.book ?? [], matrix);
    if (faults.length > 0)
      throw new AppError('invalid_state', faults.join(' '), {
        hint: 'Results are kept by code, so a code never changes its meaning. Or give the workflow another name.',
      });
    const number = (before?.number ?? 0) + 1;
    await insertAdMatrix(db, owner, { workflow, number, spec, book, madeBy });
    const made = await findAdMatrix(db, owner, workflow);
    if (made === undefined) throw new Error('the matrix was not kept');
    return made;
  });
}

export function noMatrix(workflow: string): AppError {
  return new AppError('not_found', `The workflow "${workflow}" has no matrix in this account.`, {
    hint: 'kinora run and kinora ads import put the one of a workflow file there, and PUT /v1/ads/{workflow}/matrix does.',
  });
}
