import type { Db } from './db.ts';
import type { GenerationFilter, Owner } from './read-generations.ts';

/** What a filter matches of an owner's generations that have not ended. */
export interface CancelFilter
  extends Pick<
    GenerationFilter,
    'engine' | 'workflow' | 'batchId' | 'tag' | 'endUserId' | 'createdAfter' | 'createdBefore'
  > {
  status?: 'pending' | 'processing' | undefined;
  ids?: readonly string[] | undefined;
}

const matching = `g.account_id = $1 and g.purse = $2
  and g.status in ('pending', 'processing') and ($3::text is null or g.status = $3)
  and ($4::text is null or g.engine = $4)
  and ($5::text is null or g.workflow = $5)
  and ($6::text is null or g.batch_id = $6)
  and ($7::text is null or $7 = any(g.tags))
  and ($8::text is null or g.end_user_id = $8)
  and ($9::timestamptz is null or g.created_at > $9)
  and g.created_at < coalesce($10::timestamptz, 'infinity')
  and ($11::text[] is null or g.id = any($11))`;

const valuesOf = (owner: Owner, filter: CancelFilter) => [
  owner.accountId,
  owner.purse,
  filter.status ?? null,
  filter.engine ?? null,
  filter.workflow ?? null,
  filter.batchId ?? null,
  filter.tag ?? null,
  filter.endUserId ?? null,
  filter.createdAfter ?? null,
  filter.createdBefore ?? null,
  filter.ids ?? null,
];

/** How many a cancellation would end at once, and how many it would ask to stop. */
export async function countCancelable(
  db: Db,
  owner: Owner,
  filter: CancelFilter,
): Promise<{ pending: number; processing: number; now: Date }> {
  const [counts] = await db.query<{ pending: number; processing: number; now: Date }>(
    `select count(*) filter (where status = 'pending')::int as pending,
      count(*) filter (where status = 'processing')::int as processing, clock_timestamp() + interval '1 ms' as now
    from generations g where ${matching}`,
    valuesOf(owner, filter),
  );
  if (counts === undefined) throw new Error('a count answered nothing');
  return counts;
}

/** The ids of up to `limit` that still have to be canceled: those that have not begun first. */
export async function findCancelable(
  db: Db,
  owner: Owner,
  filter: CancelFilter,
  limit: number,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select g.id from generations g where ${matching} and g.cancel_requested_at is null
    order by g.status, g.created_at limit $12`,
    [...valuesOf(owner, filter), limit],
  );
  return rows.map(({ id }) => id);
}
