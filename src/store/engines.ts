import type { Db } from './db.ts';

export interface EngineRow {
  name: string;
  /** Null where every process has slots of its own. */
  slots: number | null;
  running: number;
  pausedAt: Date | null;
  notBefore: Date | null;
  notBeforeReason: string | null;
}

/** Whether it begins anything just now: neither paused nor left alone for a while. */
export const isAvailable = ({ pausedAt, notBefore }: Pick<EngineRow, 'pausedAt' | 'notBefore'>): boolean =>
  pausedAt === null && (notBefore === null || notBefore.getTime() <= Date.now());

/** Makes the engines of this process known, with the slots they have now. */
export async function registerEngines(
  db: Db,
  engines: readonly { name: string; slots: number | undefined }[],
): Promise<void> {
  for (const { name, slots } of engines)
    await db.query(
      `insert into engines (name, slots) values ($1, $2)
      on conflict (name) do update set slots = excluded.slots where engines.slots is distinct from excluded.slots`,
      [name, slots ?? null],
    );
}

export async function listEngines(db: Db): Promise<EngineRow[]> {
  return db.query<EngineRow>(
    `select name, slots, running, paused_at as "pausedAt", not_before as "notBefore",
      not_before_reason as "notBeforeReason"
    from engines order by name`,
  );
}

/** Begins nothing on an engine for some seconds, in any process; a longer rest that was set before stays. */
export async function restEngine(db: Db, engine: string, seconds: number, reason: string): Promise<void> {
  await db.query(
    `update engines set not_before = now() + $2 * interval '1 second', not_before_reason = $3
    where name = $1 and (not_before is null or not_before < now() + $2 * interval '1 second')`,
    [engine, seconds, reason],
  );
}
