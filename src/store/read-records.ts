import type { JsonObject } from '../domain/json.ts';
import type { RejectReason, Review, VersionState } from '../domain/record.ts';
import type { Db } from './db.ts';
import type { OutputFacts } from './generation-row.ts';
import type { Owner } from './read-generations.ts';

/** A version that was made, with its files. */
export interface MadeVersion {
  version: number;
  generationId: string;
  outputFileId: string;
  posterFileId: string;
  facts: OutputFacts;
}

export interface RecordRow {
  id: string;
  workflow: string;
  key: string;
  fingerprint: string;
  parts: JsonObject;
  lastVersion: number;
  /** Of the newest version. */
  state: VersionState;
  pinnedVersion: number | null;
  publicId: string | null;
  live: MadeVersion | null;
  awaitingReview: MadeVersion | null;
  createdAt: Date;
}

const made = (
  name: string,
) => `jsonb_build_object('version', ${name}.number, 'generationId', ${name}.generation_id,
  'outputFileId', ${name}.output_file_id, 'posterFileId', ${name}.poster_file_id, 'facts', ${name}.output_facts)`;

const selectRecords = `select r.id, r.workflow, r.key, r.fingerprint, r.parts, r.last_version as "lastVersion", n.state,
    r.pinned_version as "pinnedVersion", w.public_id as "publicId", r.created_at as "createdAt",
    case when live.number is not null then ${made('live')} end as live,
    case when top.review = 'none' then ${made('top')} end as "awaitingReview"
  from records r
  join workflows w on w.account_id = r.account_id and w.purse = r.purse and w.name = r.workflow
  join version_states n on n.account_id = r.account_id and n.purse = r.purse and n.workflow = r.workflow
    and n.key = r.key and n.number = r.last_version
  left join lateral live_version(r, w.review) live on true
  -- Where it is reviewed: the newest good one, which somebody may still have to look at.
  left join lateral (
    select s.* from version_states s
    where w.review and s.account_id = r.account_id and s.purse = r.purse and s.workflow = r.workflow and s.key = r.key
      and s.state = 'made' and s.review <> 'rejected'
    order by s.number desc limit 1
  ) top on true`;

/** Undefined unless it is this owner's. */
export async function findRecord(db: Db, owner: Owner, id: string): Promise<RecordRow | undefined> {
  const [row] = await db.query<RecordRow>(
    `${selectRecords} where r.account_id = $1 and r.purse = $2 and r.id = $3`,
    [owner.accountId, owner.purse, id],
  );
  return row;
}

export interface RecordFilter {
  workflow?: string | undefined;
  key?: string | undefined;
  state?: VersionState | undefined;
  awaitingReview?: boolean | undefined;
}

/** Where a page ends: the order is by workflow, then key. */
export interface RecordCursor {
  workflow: string;
  key: string;
}

/** One page of an owner's records. */
export async function listRecords(
  db: Db,
  options: { owner: Owner; filter: RecordFilter; after: RecordCursor | undefined; limit: number },
): Promise<RecordRow[]> {
  const { owner, filter, after, limit } = options;
  return db.query<RecordRow>(
    `${selectRecords}
    where r.account_id = $1 and r.purse = $2
      and ($3::text is null or r.workflow = $3)
      and ($4::text is null or r.key = $4)
      and ($5::text is null or n.state = $5)
      and ($6::boolean is null or (top.review is not distinct from 'none') = $6)
      -- Known without looking at what is made: most have nothing left to review.
      and ($6::boolean is distinct from true or w.review and exists (
        select from record_versions v where v.account_id = r.account_id and v.purse = r.purse
          and v.workflow = r.workflow and v.key = r.key and v.review = 'none'))
      and ($7::text is null or (r.workflow, r.key) > ($7, $8))
    order by r.workflow, r.key limit $9`,
    [
      owner.accountId,
      owner.purse,
      filter.workflow ?? null,
      filter.key ?? null,
      filter.state ?? null,
      filter.awaitingReview ?? null,
      after?.workflow ?? null,
      after?.key ?? null,
      limit,
    ],
  );
}

export interface VersionRow {
  number: number;
  state: VersionState;
  fingerprint: string;
  review: Review;
  reviewReason: RejectReason | null;
  reviewNote: string | null;
  reviewedAt: Date | null;
  reviewedBy: string | null;
  remadeFrom: number | null;
  note: string | null;
  batchId: string;
  rowNumber: number;
  generationId: string | null;
  chargedCredits: number | null;
  errorCode: string | null;
  errorMessage: string | null;
  /** Null unless it is made and its files are there. */
  made: MadeVersion | null;
  createdAt: Date;
}

/** The newest versions of a record of this owner's, newest first. */
export async function listVersions(db: Db, id: string, limit: number): Promise<VersionRow[]> {
  return db.query<VersionRow>(
    `select v.number, s.state, v.fingerprint, v.review, v.review_reason as "reviewReason",
      v.review_note as "reviewNote", v.reviewed_at as "reviewedAt", v.reviewed_by as "reviewedBy",
      v.remade_from as "remadeFrom", v.note, v.batch_id as "batchId", v.row_number as "rowNumber",
      s.generation_id as "generationId", s.charged_credits as "chargedCredits",
      case s.state when 'failed' then s.failure_code when 'refused' then s.reason->>'code' end as "errorCode",
      case s.state when 'failed' then s.failure_message when 'refused' then s.reason->>'detail' end as "errorMessage",
      case when s.state = 'made' then ${made('s')} end as made, v.created_at as "createdAt"
    from records r
    join record_versions v using (account_id, purse, workflow, key)
    join version_states s on s.account_id = v.account_id and s.purse = v.purse and s.workflow = v.workflow
      and s.key = v.key and s.number = v.number
    where r.id = $1 order by v.number desc limit $2`,
    [id, limit],
  );
}

/** What an address of a published record leads to. */
export interface PublishedRecord {
  /** Null where nothing of it can be shown. */
  live: MadeVersion | null;
  /** Something of it was made once, and was deleted. */
  deleted: boolean;
}

/** For everybody: undefined unless the workflow with this public id is published and has such a record. */
export async function findPublished(
  db: Db,
  publicId: string,
  key: string,
): Promise<PublishedRecord | undefined> {
  const [row] = await db.query<PublishedRecord>(
    `select case when live.number is not null then ${made('live')} end as live,
      live.number is null and exists (select from version_states s where s.account_id = r.account_id
        and s.purse = r.purse and s.workflow = r.workflow and s.key = r.key and s.state = 'deleted') as deleted
    from workflows w
    join records r on r.account_id = w.account_id and r.purse = w.purse and r.workflow = w.name
    left join lateral live_version(r, w.review) live on true
    where w.public_id = $1 and r.key = $2`,
    [publicId, key],
  );
  return row;
}
