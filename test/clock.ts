import type { Db } from '../src/store/db.ts';

/**
 * Moves the clock of expiry, deadlines and calendar days in a test's own database: to a moment at which it then stands,
 * or back to the true time.
 */
export async function setClock(db: Db, at: string | undefined): Promise<void> {
  const now = at === undefined ? 'now()' : `timestamptz '${new Date(at).toISOString()}'`;
  await db.query(
    `create or replace function kinora_now() returns timestamptz language sql stable as $$select ${now}$$`,
  );
}
