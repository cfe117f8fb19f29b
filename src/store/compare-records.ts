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
  const others = await findOthers(db, owner, workflow, rows);
  const known = others.filter(({ isKnown }) => isKnown);
  const looked = known.length === 0 ? [] : await lookCloser(db, owner, workflow, { rows, known });
  const byIndex = new Map(looked.map((found) => [found.index, found]));
  return others.flatMap(({ index, key, isKnown }) =>
    isKnown ? (byIndex.get(index) ?? []) : [{ ...nothingKnown, index, key }],
  );
}

const nothingKnown = {
  state: 'new',
  version: null,
  parts: null,
  reason: null,
  message: null,
  generationId: null,
  batchId: null,
} as const;

interface Other {
  index: number;
  key: string;
  isKnown: boolean;
}

/** By what is kept of each record alone: of most rows, which are made, there is nothing else to look at. */
async function findOthers(
  db: Db,
  owner: Owner,
  workflow: string,
  rows: readonly { key: string; fingerprint: string }[],
): Promise<Other[]> {
  return db.query<Other>(
    `select (i.index - 1)::int as index, i.key, r.key is not null as "isKnown"
    from unnest($4::text[], $5::text[]) with ordinality i (key, fingerprint, index)
    left join (
      select o.key, o.fingerprint, o.made from records o
      where o.account_id = $1 and o.purse = $2 and o.workflow = $3 and o.key = any($4::text[])
    ) r on r.key = i.key
    where (r.fingerprint = i.fingerprint and r.made) is not true
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

async function lookCloser(
  db: Db,
  owner: Owner,
  workflow: string,
  { rows, known }: { rows: readonly { key: string; fingerprint: string }[]; known: readonly Other[] },
): Promise<Compared[]> {
  return db.query<Compared>(
    `select i.index, i.key,
      case
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
    from unnest($4::text[], $5::text[], $6::int[]) i (key, fingerprint, index)
    -- Looked up one by one, so that what it costs does not grow with all that there is.
    cross join lateral (
      select o.key, o.fingerprint, o.last_version, o.parts from records o
      where o.account_id = $1 and o.purse = $2 and o.workflow = $3 and o.key = i.key limit 1
    ) r
    left join lateral (
      select v.* from version_states v
      where v.account_id = $1 and v.purse = $2 and v.workflow = $3 and v.key = i.key and v.number = r.last_version
        and r.fingerprint = i.fingerprint limit 1
    ) s on true
    -- Since the first look it may have been made.
    where s.state is distinct from 'made'
    order by i.index`,
    [
      owner.accountId,
      owner.purse,
      workflow,
      known.map(({ key }) => key),
      known.map(({ index }) => rows[index]?.fingerprint ?? ''),
      known.map(({ index }) => index),
    ],
  );
}
