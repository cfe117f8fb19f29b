import type { Db } from './db.ts';
import { type GenerationRow, generationColumns } from './generation-row.ts';
import type { GenerationCursor } from './read-generations.ts';
import { filterCondition, filterValues, type UsageFilter } from './usage-filter.ts';

export interface LoggedGeneration extends GenerationRow {
  keyId: string;
  refundedCredits: number;
}

/**
 * Every generation of a filter, oldest first, a page at a time, in memory for one page. Each page goes on after the last
 * row of the one before, so nothing comes twice, whatever is submitted meanwhile; `filter.to` must have passed.
 */
export async function* pageGenerations(
  db: Db,
  filter: UsageFilter,
  pageSize: number,
): AsyncGenerator<LoggedGeneration[], void, void> {
  let after: GenerationCursor | undefined;
  for (;;) {
    const rows: (LoggedGeneration & { position: number })[] = await db.query(pageSql, [
      ...filterValues(filter),
      after?.createdAtMicroseconds ?? null,
      after?.id ?? null,
      pageSize,
    ]);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = { createdAtMicroseconds: last.position, id: last.id };
    yield rows;
    if (rows.length < pageSize) return;
  }
}

const pageSql = `select ${generationColumns}, g.key_id as "keyId", coalesce(r.available, 0) as "refundedCredits",
    (extract(epoch from g.created_at) * 1000000)::bigint as position
  from generations g
  left join lateral (
    select sum(e.available)::bigint as available from ledger_entries e
    where e.generation_id = g.id and e.kind = 'refund'
  ) r on true
  where ${filterCondition}
    and ($12::bigint is null or
      (g.created_at, g.id) > (timestamptz 'epoch' + $12 * interval '1 microsecond', $13::text))
  order by g.created_at, g.id
  limit $14`;
