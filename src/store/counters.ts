import type { Db, Store } from './db.ts';

/** A counter of running attempts that says something else than the attempts themselves. */
export interface Drift {
  what: 'account' | 'engine';
  id: string;
  counted: number;
  actual: number;
}

/** Counts anew what is running. Exact only while nobody claims or ends; elsewhere look twice before believing it. */
export async function findDrift(db: Db): Promise<Drift[]> {
  return db.query<Drift>('select what, id, counted, actual from running_drift()');
}

/**
 * Sets the counters right and says what was wrong with them: right only where no other process works on this database,
 * as on an embedded one that this process has just taken over.
 */
export async function mendDrift(store: Store): Promise<Drift[]> {
  return store.transaction(async (db) => {
    const drift = await findDrift(db);
    for (const { what, id, actual } of drift)
      await db.query(
        what === 'account'
          ? 'update accounts set running = $2 where id = $1'
          : 'update engines set running = $2 where name = $1',
        [id, actual],
      );
    return drift;
  });
}

/** Parked attempts no longer keep others from their account and their engine after so long; their holds stay open. */
const parkedMinutes = 30;

/** How many slots were freed. */
export async function freeParkedSlots(store: Store): Promise<number> {
  const parked = await store.query<{ id: string; generationId: string }>(
    `select id, generation_id as "generationId" from attempts
    where step = 'unknown' and holds_slot and started_at < now() - $1 * interval '1 minute' limit 500`,
    [parkedMinutes],
  );
  for (const { id, generationId } of parked)
    await store.transaction(async (db) => {
      await db.query('select from generations where id = $1 for no key update', [generationId]);
      await db.query(`select free_slot(id) from attempts where id = $1 and step = 'unknown' and holds_slot`, [
        id,
      ]);
    });
  return parked.length;
}
