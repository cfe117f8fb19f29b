import type { Note, Plan } from '../domain/plan.ts';
import type { Db } from './db.ts';
import { type GenerationRow, generationColumns } from './generation-row.ts';

/** What waits for an engine and could be made by another, longest waiting first. */
export async function listMovable(db: Db, engine: string, limit: number): Promise<GenerationRow[]> {
  return db.query<GenerationRow>(
    `select ${generationColumns} from generations g
    where g.status = 'pending' and g.engine = $1 and g.plan ? 'fallbacks' and g.cancel_requested_at is null
    order by g.created_at limit $2`,
    [engine, limit],
  );
}

/** Gives what waits to another engine. False if it waits no longer, or for another by now. */
export async function movePending(
  db: Db,
  { id, engine }: Pick<GenerationRow, 'id' | 'engine'>,
  { plan, note }: { plan: Plan; note: Note },
): Promise<boolean> {
  const rows = await db.query(
    `update generations set engine = $3, model = $4, plan = $5, notes = notes || $6::jsonb, not_before = null
    where id = $1 and engine = $2 and status = 'pending' returning id`,
    [id, engine, plan.engine, plan.model, JSON.stringify(plan), JSON.stringify([note])],
  );
  return rows.length === 1;
}
