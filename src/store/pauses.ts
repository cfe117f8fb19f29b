import { writeAudit } from './audit.ts';
import type { Store } from './db.ts';

/** Who pauses or resumes: an operator's pause is not an owner's to lift. */
export type PausedBy = 'operator' | 'owner';

export interface AccountPause {
  pausedAt: Date | null;
  pausedBy: PausedBy | null;
}

const accountColumns = 'paused_at as "pausedAt", paused_by as "pausedBy"';

/** From now on nothing of the account begins; what is being made goes on. Undefined if there is no such account. */
export async function pauseAccount(
  store: Store,
  id: string,
  by: PausedBy,
  actor: string,
): Promise<AccountPause | undefined> {
  return store.transaction(async (db) => {
    const [row] = await db.query<AccountPause>(
      `update accounts set paused_at = coalesce(paused_at, now()),
        paused_by = case when paused_by = 'operator' then 'operator' else $2 end
      where id = $1 returning ${accountColumns}`,
      [id, by],
    );
    if (row !== undefined)
      await writeAudit(db, { accountId: id, actor, action: 'account.paused', target: id });
    return row;
  });
}

/** Lets the account go on. `pausedBy` is still `operator` where an owner may not. Undefined if there is no such account. */
export async function resumeAccount(
  store: Store,
  id: string,
  by: PausedBy,
  actor: string,
): Promise<AccountPause | undefined> {
  return store.transaction(async (db) => {
    const [found] = await db.query<AccountPause>(
      `select ${accountColumns} from accounts where id = $1 for no key update`,
      [id],
    );
    if (found === undefined || (found.pausedBy === 'operator' && by === 'owner')) return found;
    const [row] = await db.query<AccountPause>(
      `update accounts set paused_at = null, paused_by = null where id = $1 returning ${accountColumns}`,
      [id],
    );
    await writeAudit(db, { accountId: id, actor, action: 'account.resumed', target: id });
    return row;
  });
}

/** Begins nothing on an engine, in any process, until it is resumed; what runs goes on. False if there is no such engine. */
export async function setEnginePaused(store: Store, name: string, paused: boolean): Promise<boolean> {
  return store.transaction(async (db) => {
    const rows = await db.query(
      `update engines set paused_at = case when $2 then coalesce(paused_at, now()) end,
        not_before = case when $2 then not_before end
      where name = $1 returning name`,
      [name, paused],
    );
    if (rows.length === 0) return false;
    await writeAudit(db, {
      accountId: undefined,
      actor: 'operator',
      action: paused ? 'engine.paused' : 'engine.resumed',
      target: name,
    });
    return true;
  });
}
