import type { PublishedReason, RejectReason, Review, VersionState } from '../domain/record.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** A version, and what it depends on whether it may be shown. Its record is locked until the transaction ends. */
export interface LockedVersion {
  workflow: string;
  key: string;
  /** Whether its workflow is reviewed. */
  reviewed: boolean;
  pinnedVersion: number | null;
  /** Null where the record has no such version. */
  state: VersionState | null;
  review: Review | null;
}

/** Undefined unless the record is this owner's. Must run in a transaction. */
export async function lockVersion(
  db: Db,
  owner: Owner,
  id: string,
  number: number,
): Promise<LockedVersion | undefined> {
  const values = [owner.accountId, owner.purse, id];
  // Before the record, as refresh_record does.
  await db.query(
    `select from workflows where account_id = $1 and purse = $2 and name = (
      select workflow from records where account_id = $1 and purse = $2 and id = $3) for share`,
    values,
  );
  await db.query(
    'select from records where account_id = $1 and purse = $2 and id = $3 for no key update',
    values,
  );
  const [row] = await db.query<LockedVersion>(
    `select r.workflow, r.key, w.review as reviewed, r.pinned_version as "pinnedVersion", s.state, s.review
    from records r
    join workflows w on w.account_id = r.account_id and w.purse = r.purse and w.name = r.workflow
    left join version_states s on s.account_id = r.account_id and s.purse = r.purse and s.workflow = r.workflow
      and s.key = r.key and s.number = $4
    where r.account_id = $1 and r.purse = $2 and r.id = $3`,
    [...values, number],
  );
  return row;
}

/** Writes down what was decided about a version of a record that is locked. */
export async function reviewVersion(
  db: Db,
  owner: Owner,
  version: { workflow: string; key: string; number: number },
  decision: {
    review: Exclude<Review, 'none'>;
    reason: RejectReason | undefined;
    note: string | undefined;
    by: string;
  },
): Promise<void> {
  await db.query(
    `update record_versions set review = $6, review_reason = $7, review_note = $8, reviewed_by = $9,
      reviewed_at = kinora_now()
    where account_id = $1 and purse = $2 and workflow = $3 and key = $4 and number = $5`,
    [
      owner.accountId,
      owner.purse,
      version.workflow,
      version.key,
      version.number,
      decision.review,
      decision.reason ?? null,
      decision.note ?? null,
      decision.by,
    ],
  );
}

/** Shows this version of a record, whatever is newer; null: the newest good one again. */
export async function pinVersion(db: Db, owner: Owner, id: string, number: number | null): Promise<void> {
  await db.query('update records set pinned_version = $4 where account_id = $1 and purse = $2 and id = $3', [
    owner.accountId,
    owner.purse,
    id,
    number,
  ]);
}

/**
 * Writes down which version of a locked record is shown after a decision about it, and tells of it where it is another
 * one. Answers its number.
 */
export async function refreshRecord(
  db: Db,
  owner: Owner,
  { workflow, key }: { workflow: string; key: string },
  reason: Exclude<PublishedReason, 'made' | 'deleted'>,
): Promise<number | null> {
  const at = [owner.accountId, owner.purse, workflow, key];
  await db.query('select refresh_record($1, $2, $3, $4, $5)', [...at, reason]);
  const [row] = await db.query<{ live: number | null }>(
    `select live_version as live from records where account_id = $1 and purse = $2 and workflow = $3 and key = $4`,
    at,
  );
  return row?.live ?? null;
}
