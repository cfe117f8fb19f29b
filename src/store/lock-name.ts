import type { Db } from './db.ts';

/** Held to the end of the transaction: two writers of versions of one account follow each other. */
export async function lockName(db: Db, table: 'templates' | 'bundles', accountId: string): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended($1, 17))`, [`${table}/${accountId}`]);
}
