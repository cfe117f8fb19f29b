import type { JsonObject } from '../domain/json.ts';
import type { Store } from './db.ts';
import { personGenerations, type Subject, subjectOf } from './person-sql.ts';

/** A text that begins with `data:`, not one that quotes such a word. */
const withoutData = (json: string) =>
  `regexp_replace(${json}::text, '(?<!\\\\)"data:([^"\\\\]|\\\\.)*"', '"data:,"', 'gi')::jsonb`;

/**
 * Refuses the rows of batches that name the consent or a file of the person and have not begun, and takes the pictures
 * out of those that hold some in themselves.
 */
export async function refuseRows(store: Store, subject: Subject, problem: JsonObject): Promise<void> {
  await store.transaction(async (db) => {
    // Locked in the order of their numbers, as whoever feeds a batch does.
    const refused = await db.query(
      `with named as (
        select b.account_id, b.purse, b.batch_id, b.number from batch_rows b
        where b.account_id = $2 and b.state in ('waiting', 'waiting_budget') and exists (
          select from (select $1 as name union select id from files where consent_id = $1
            union select name from tombstones where consent_id = $1) n
          where position(n.name in b.request::text || coalesce(b.snapshots::text, '')) > 0)
        order by b.purse, b.batch_id, b.number for update of b
      )
      update batch_rows b set state = 'refused', reason = $3, snapshots = null, request = ${withoutData('b.request')}
      from named n
      where b.account_id = n.account_id and b.purse = n.purse and b.batch_id = n.batch_id and b.number = n.number
      returning b.number`,
      [...subjectOf(subject), JSON.stringify(problem)],
    );
    await db.query(
      `with named as (
        select b.account_id, b.purse, b.batch_id, b.number from batch_rows b
        where b.account_id = $2 and b.request::text ilike '%"data:%'
          and (b.generation_id in (${personGenerations}) or position($1 in b.request::text) > 0)
        order by b.purse, b.batch_id, b.number for update of b
      )
      update batch_rows b set request = ${withoutData('b.request')} from named n
      where b.account_id = n.account_id and b.purse = n.purse and b.batch_id = n.batch_id and b.number = n.number`,
      subjectOf(subject),
    );
    if (refused.length > 0)
      await db.query('update consent_erasures set refused_rows = refused_rows + $2 where consent_id = $1', [
        subject.consentId,
        refused.length,
      ]);
  });
}
