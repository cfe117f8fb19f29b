import type { Db } from './db.ts';
import type { Owner } from './read-generations.ts';

/** A sink of a workflow, by the name that its user gives it. */
export interface SinkPlace {
  owner: Owner;
  workflow: string;
  sink: string;
}

/** What a sink was told of a record last. */
export interface SinkMark {
  key: string;
  /** Null, as the address is, where it was told that nothing is shown. */
  version: number | null;
  videoUrl: string | null;
  tag: string;
  /** How often it was told of the record by then. */
  telling: number;
}

const valuesOf = ({ owner, workflow, sink }: SinkPlace) => [owner.accountId, owner.purse, workflow, sink];

/** The version that is shown of each of those records that show one, in no particular order. */
export async function readLiveVersions(
  db: Db,
  owner: Owner,
  workflow: string,
  keys: readonly string[],
): Promise<{ key: string; version: number }[]> {
  return db.query(
    `select key, live_version as version from records
    where account_id = $1 and purse = $2 and workflow = $3 and key = any($4::text[]) and live_version is not null`,
    [owner.accountId, owner.purse, workflow, keys],
  );
}

/** In no particular order, without those that it was never told of. */
export async function readMarks(db: Db, place: SinkPlace, keys: readonly string[]): Promise<SinkMark[]> {
  return db.query<SinkMark>(
    `select key, version, video_url as "videoUrl", tag, tellings as telling from sink_marks
    where account_id = $1 and purse = $2 and workflow = $3 and sink = $4 and key = any($5::text[])`,
    [...valuesOf(place), keys],
  );
}

/** Keeps what a sink was told, the last of each key, and counts each telling once; how many there are, without keys that there is no record of. */
export async function keepMarks(db: Db, place: SinkPlace, marks: readonly SinkMark[]): Promise<number> {
  const last = new Map(marks.map((mark) => [mark.key, mark]));
  const rows = await db.query(
    `insert into sink_marks as s (account_id, purse, workflow, sink, key, version, video_url, tag, tellings)
    select $1, $2, $3, $4, m.key, m.version, m."videoUrl", m.tag, m.telling
    from jsonb_to_recordset($5::jsonb) m (key text, version int, "videoUrl" text, tag text, telling int)
    -- Looked up one by one, so that what it costs does not grow with all that there is.
    cross join lateral (select from records r
      where r.account_id = $1 and r.purse = $2 and r.workflow = $3 and r.key = m.key limit 1) r
    order by m.key collate "C"
    on conflict (account_id, purse, workflow, sink, key) do update
      set version = excluded.version, video_url = excluded.video_url, tag = excluded.tag, marked_at = now(),
        tellings = greatest(s.tellings, excluded.tellings)
    returning key`,
    [...valuesOf(place), JSON.stringify([...last.values()])],
  );
  return rows.length;
}
