import type { Purse } from '../domain/credits.ts';
import type { Outcome } from '../domain/generation.ts';

/** Which generations a report is about. */
export interface UsageFilter {
  /** Undefined: of every account. */
  accountId: string | undefined;
  purse: Purse;
  /** Submitted from then on; */
  from: Date;
  /** and before then. */
  to: Date;
  engine: string | undefined;
  outcome: Outcome | undefined;
  workflow: string | undefined;
  batchId: string | undefined;
  tag: string | undefined;
  endUserId: string | undefined;
  keyId: string | undefined;
}

/** Of a table or CTE called `g`, with the values of `filterValues` as the first parameters. */
export const filterCondition = `g.created_at >= $3 and g.created_at < $4 and g.purse = $2
  and ($1::text is null or g.account_id = $1)
  and ($5::text is null or g.engine = $5)
  and ($6::text is null or g.outcome = $6)
  and ($7::text is null or g.workflow = $7)
  and ($8::text is null or g.batch_id = $8)
  and ($9::text is null or $9 = any(g.tags))
  and ($10::text is null or g.end_user_id = $10)
  and ($11::text is null or g.key_id = $11)`;

export const filterValues = (filter: UsageFilter): unknown[] => [
  filter.accountId ?? null,
  filter.purse,
  filter.from,
  filter.to,
  filter.engine ?? null,
  filter.outcome ?? null,
  filter.workflow ?? null,
  filter.batchId ?? null,
  filter.tag ?? null,
  filter.endUserId ?? null,
  filter.keyId ?? null,
];
