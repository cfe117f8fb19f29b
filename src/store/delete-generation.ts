import { isFinal, type Status } from '../domain/generation.ts';
import { writeAudit } from './audit.ts';
import type { Store } from './db.ts';
import type { Owner } from './read-generations.ts';

/**
 * Takes away the files of a generation that has ended, and it from the lists; ledger, receipt and log keep what it was
 * and cost. Deleting twice is no fault. Undefined if it is not this owner's.
 */
export async function deleteGeneration(
  store: Store,
  owner: Owner,
  id: string,
  /** For the audit log. */
  actor: string,
): Promise<'deleted' | 'not_ended' | undefined> {
  return store.transaction(async (db) => {
    const [row] = await db.query<{ status: Status; deleted: boolean }>(
      `select status, deleted_at is not null as deleted from generations
      where id = $1 and account_id = $2 and purse = $3 for update`,
      [id, owner.accountId, owner.purse],
    );
    if (row === undefined) return undefined;
    if (!isFinal(row.status)) return 'not_ended';
    if (row.deleted) return 'deleted';
    await db.query(
      `with gone as (update generations set deleted_at = kinora_now() where id = $1 returning output_file_id, poster_file_id)
      delete from files f using gone where f.account_id = $2 and f.id in (gone.output_file_id, gone.poster_file_id)`,
      [id, owner.accountId],
    );
    await db.query(
      `with late as (
        select id, late_output_file_id, late_poster_file_id from attempts
        where generation_id = $1 and late_output_file_id is not null
      ), gone as (
        update attempts t set late_output_file_id = null, late_poster_file_id = null from late where t.id = late.id
      )
      delete from files f using late
      where f.account_id = $2 and f.id in (late.late_output_file_id, late.late_poster_file_id)`,
      [id, owner.accountId],
    );
    await writeAudit(db, { accountId: owner.accountId, actor, action: 'generation.deleted', target: id });
    return 'deleted';
  });
}
