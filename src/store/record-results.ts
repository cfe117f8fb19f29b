import type { VersionState } from '../domain/record.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';
import type { MadeVersion } from './read-records.ts';

type MadeAndPaid = MadeVersion & { credits: number };

/** What came of a record: its newest version, and the one that is shown. */
export interface RecordResultRow {
  key: string;
  recordId: string;
  publicId: string | null;
  version: number;
  state: VersionState;
  generationId: string | null;
  chargedCredits: number | null;
  errorCode: string | null;
  errorMessage: string | null;
  /** The newest version, where it is made and its files are there. */
  made: MadeAndPaid | null;
  live: MadeAndPaid | null;
}

const made = (
  name: string,
) => `case when ${name}.state = 'made' then jsonb_build_object('version', ${name}.number,
  'generationId', ${name}.generation_id, 'outputFileId', ${name}.output_file_id, 'posterFileId', ${name}.poster_file_id,
  'facts', ${name}.output_facts, 'credits', coalesce(${name}.charged_credits, 0)) end`;

/** Of those keys that there is a record of, in no particular order. */
export async function readRecordResults(
  db: Db,
  owner: Owner,
  workflow: string,
  keys: readonly string[],
): Promise<RecordResultRow[]> {
  return db.query<RecordResultRow>(
    `select r.key, r.id as "recordId", w.public_id as "publicId", n.number as version, n.state,
      n.generation_id as "generationId", n.charged_credits as "chargedCredits",
      case n.state when 'failed' then n.failure_code when 'refused' then n.reason->>'code' end as "errorCode",
      case n.state when 'failed' then n.failure_message when 'refused' then n.reason->>'detail' end as "errorMessage",
      ${made('n')} as made, ${made('live')} as live
    from records r
    join workflows w on w.account_id = r.account_id and w.purse = r.purse and w.name = r.workflow
    join version_states n on n.account_id = r.account_id and n.purse = r.purse and n.workflow = r.workflow
      and n.key = r.key and n.number = r.last_version
    left join lateral live_version(r, w.review) live on true
    where r.account_id = $1 and r.purse = $2 and r.workflow = $3 and r.key = any($4)`,
    [owner.accountId, owner.purse, workflow, keys],
  );
}
