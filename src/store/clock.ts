import type { Db } from './db.ts';

/** The time by which deadlines, expiry and calendar days are told. */
export async function readClock(db: Db): Promise<Date> {
  const [row] = await db.query<{ now: Date }>('select kinora_now() as now');
  if (row === undefined) throw new Error('the database does not know the time');
  return row.now;
}
