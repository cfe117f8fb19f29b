import type { VersionState } from '../domain/record.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';
import type { MadeVersion } from './read-records.ts';

/** The row of a rehearsal batch that rehearses a row of a workflow. */
export interface NewRehearsal {
  workflow: string;
  key: string;
  fingerprint: string;
  /** Its number in the batch. */
  row: number;
}

/** From now on these are the newest rehearsals of their keys. No key may be named twice. */
export async function keepRehearsals(
  db: Db,
  owner: Owner,
  batchId: string,
  rehearsals: readonly NewRehearsal[],
): Promise<void> {
  if (rehearsals.length === 0) return;
  await db.query(
    `insert into rehearsals (account_id, purse, workflow, key, fingerprint, batch_id, row_number)
    select $1, $2, r.workflow, r.key, r.fingerprint, $3, r.row
    from jsonb_to_recordset($4::jsonb) r (workflow text, key text, fingerprint text, row int)
    order by r.workflow collate "C", r.key collate "C"
    on conflict (account_id, purse, workflow, key) do update
    set fingerprint = excluded.fingerprint, batch_id = excluded.batch_id, row_number = excluded.row_number`,
    [owner.accountId, owner.purse, batchId, JSON.stringify(rehearsals)],
  );
}

/** How the newest rehearsal of a row stands. */
export interface RehearsalRow {
  key: string;
  fingerprint: string;
  batchId: string;
  state: VersionState;
  generationId: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  /** Where it is made and its files are there. */
  made: MadeVersion | null;
}

/** Of those keys that were rehearsed, in no particular order. */
export async function readRehearsals(
  db: Db,
  owner: Owner,
  workflow: string,
  keys: readonly string[],
): Promise<RehearsalRow[]> {
  return db.query<RehearsalRow>(
    `select s.key, s.fingerprint, s.batch_id as "batchId", s.state, s.generation_id as "generationId",
      case s.state when 'failed' then s.failure_code when 'refused' then s.reason->>'code' end as "errorCode",
      case s.state when 'failed' then s.failure_message when 'refused' then s.reason->>'detail' end as "errorMessage",
      case when s.state = 'made' then jsonb_build_object('version', 0, 'generationId', s.generation_id,
        'outputFileId', s.output_file_id, 'posterFileId', s.poster_file_id, 'facts', s.output_facts) end as made
    from (
      select r.key, r.fingerprint, r.batch_id, b.reason, b.generation_id, g.failure_code, g.failure_message,
        g.output_file_id, g.poster_file_id, g.output_facts,
        version_state(b.state, g.status, g.outcome, g.deleted_at) as state
      from rehearsals r
      join batch_rows b on b.account_id = r.account_id and b.purse = r.purse and b.batch_id = r.batch_id
        and b.number = r.row_number
      left join generations g on g.id = b.generation_id
      where r.account_id = $1 and r.purse = $2 and r.workflow = $3 and r.key = any($4)
    ) s`,
    [owner.accountId, owner.purse, workflow, keys],
  );
}
