import type { CodeBook } from '../domain/ads/book.ts';
import type { MatrixSpec } from '../domain/ads/matrix.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** The matrix of a workflow as it is now, and what all its codes mean. */
export interface AdMatrix {
  /** Counts the changes, from 1. */
  number: number;
  spec: MatrixSpec;
  book: CodeBook;
  createdAt: Date;
}

/** Until the transaction ends, nobody else changes the matrix or the results of the workflow. */
export async function lockAds(db: Db, { accountId, purse }: Owner, workflow: string): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('ads ' || $1, 0))`, [
    JSON.stringify([accountId, purse, workflow]),
  ]);
}

export async function findAdMatrix(
  db: Db,
  { accountId, purse }: Owner,
  workflow: string,
): Promise<AdMatrix | undefined> {
  const [matrix] = await db.query<AdMatrix>(
    `select number, spec, book, created_at as "createdAt" from ad_matrices
    where account_id = $1 and purse = $2 and workflow = $3 order by number desc limit 1`,
    [accountId, purse, workflow],
  );
  return matrix;
}

/** Under `lockAds`. */
export async function insertAdMatrix(
  db: Db,
  { accountId, purse }: Owner,
  matrix: { workflow: string; number: number; spec: MatrixSpec; book: CodeBook; madeBy: string },
): Promise<void> {
  await db.query(
    `insert into ad_matrices (account_id, purse, workflow, number, spec, book, made_by)
    values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      accountId,
      purse,
      matrix.workflow,
      matrix.number,
      JSON.stringify(matrix.spec),
      JSON.stringify(matrix.book),
      matrix.madeBy,
    ],
  );
}
