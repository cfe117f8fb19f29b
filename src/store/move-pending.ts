import type { Note, Plan } from '../domain/plan.ts';
import type { Db } from './db.ts';
import { type GenerationRow, generationColumns } from './generation-row.ts';

/** What waits for an engine and could be made by another, longest waiting first; `after` names the one that it goes on from. */
export async function listMovable(
  db: Db,
  { engine, after, limit }: { engine: string; after: string | undefined; limit: number },
): Promise<GenerationRow[]> {
  return db.query<GenerationRow>(
    `select ${generationColumns} from generations g
    where g.status = 'pending' and g.engine = $1 and g.plan ? 'fallbacks' and g.cancel_requested_at is null
      and ($3::text is null
        or (g.created_at, g.id) > (select a.created_at, a.id from generations a where a.id = $3))
    order by g.created_at, g.id limit $2`,
    [engine, limit, after ?? null],
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
