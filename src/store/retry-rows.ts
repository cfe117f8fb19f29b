import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** How many rows wait again, and how many do not since their records have newer versions. */
export interface RetriedRows {
  retried: number;
  superseded: number;
}

/** A row that came to no video, though nobody has canceled it. */
const failed = `(b.state = 'refused' or (b.state = 'submitted' and exists (select from generations g
  where g.id = b.generation_id and g.status = 'failed' and g.outcome <> 'canceled')))`;

/**
 * Lets rows wait again that were refused or whose generation failed, all of a batch or one; their references are fetched
 * anew. Undefined if there is no such batch, or it is canceled. Must run in a transaction.
 */
export async function retryRows(
  db: Db,
  owner: Owner,
  batchId: string,
  number?: number,
): Promise<RetriedRows | undefined> {
  const values = [owner.accountId, owner.purse, batchId, number ?? null];
  // Records first, in the order in which rows are added to them: a version that waits again is on its way again.
  await db.query(
    `select from records r where (r.account_id, r.purse, r.workflow, r.key) in (
      select v.account_id, v.purse, v.workflow, v.key from record_versions v
      where v.account_id = $1 and v.purse = $2 and v.batch_id = $3 and ($4::int is null or v.row_number = $4))
    order by r.workflow, r.key for no key update`,
    values,
  );
  const [counts] = await db.query<RetriedRows & { first: number | null }>(
    `with candidates as (
      select b.number, exists (
        select from record_versions v join records r using (account_id, purse, workflow, key)
        where v.account_id = $1 and v.purse = $2 and v.batch_id = $3 and v.row_number = b.number
          and v.number < r.last_version) as superseded
      from batch_rows b
      where b.account_id = $1 and b.purse = $2 and b.batch_id = $3 and ($4::int is null or b.number = $4) and ${failed}
      order by b.number for update of b
    ), retried as (
      update batch_rows b set state = 'waiting', reason = null, snapshots = null, generation_id = null,
        earlier = case when b.generation_id is null then b.earlier else b.earlier || b.generation_id end,
        revision = b.revision + 1
      from candidates c
      where b.account_id = $1 and b.purse = $2 and b.batch_id = $3 and b.number = c.number and not c.superseded
      returning b.number
    )
    select (select count(*) from retried)::int as retried,
      (select count(*) from candidates where superseded)::int as superseded,
      (select min(number) from retried) as first`,
    values,
  );
  if (counts === undefined) throw new Error('a count answered nothing');
  const open = await db.query(
    `update batches set next_look_at = case when $4::int is null then next_look_at else least(next_look_at, now()) end,
      looked_to = least(looked_to, $4 - 1)
    where account_id = $1 and purse = $2 and id = $3 and key_id is not null and canceled_at is null returning id`,
    [owner.accountId, owner.purse, batchId, counts.first],
  );
  return open.length === 0 ? undefined : { retried: counts.retried, superseded: counts.superseded };
}
