import type { JsonObject } from '../domain/json.ts';
import type { ComparedState } from '../domain/record.ts';
import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

export interface Compared {
  index: number;
  key: string;
  state: ComparedState;
  version: number | null;
  /** Of what has changed. */
  parts: JsonObject | null;
  /** Of what failed: a code of a refusal or a failure, `canceled` or `deleted`. */
  reason: string | null;
  message: string | null;
  generationId: string | null;
  /** Of what is on its way: where. */
  batchId: string | null;
}

/** Those of the rows whose newest version is another one, or is not made; in the order given. */
export async function compareRecords(
  db: Db,
  owner: Owner,
  workflow: string,
  rows: readonly { key: string; fingerprint: string }[],
): Promise<Compared[]> {
  return db.query<Compared>(
    `select (i.index - 1)::int as index, i.key,
      case
        when r.key is null then 'new'
        when r.fingerprint <> i.fingerprint then 'changed'
        when s.state in ('waiting', 'making') then 'open'
        else 'failed'
      end as state,
      r.last_version as version,
      case when r.fingerprint <> i.fingerprint then r.parts end as parts,
      case s.state when 'failed' then s.failure_code when 'refused' then s.reason->>'code'
        when 'canceled' then s.state when 'deleted' then s.state end as reason,
      case s.state when 'failed' then s.failure_message when 'refused' then s.reason->>'detail' end as message,
      s.generation_id as "generationId", case when s.state in ('waiting', 'making') then s.batch_id end as "batchId"
    from unnest($4::text[], $5::text[]) with ordinality i (key, fingerprint, index)
    -- Looked up one by one, so that what it costs does not grow with all that there is.
    left join lateral (
      select o.key, o.fingerprint, o.last_version, o.parts from records o
      where o.account_id = $1 and o.purse = $2 and o.workflow = $3 and o.key = i.key limit 1
    ) r on true
    left join lateral (
      select v.* from version_states v
      where v.account_id = $1 and v.purse = $2 and v.workflow = $3 and v.key = i.key and v.number = r.last_version
        and r.fingerprint = i.fingerprint limit 1
    ) s on true
    where s.state is distinct from 'made'
    order by i.index`,
    [
      owner.accountId,
      owner.purse,
      workflow,
      rows.map(({ key }) => key),
      rows.map(({ fingerprint }) => fingerprint),
    ],
  );
}
