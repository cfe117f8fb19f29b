import type { JsonObject } from '../domain/json.ts';
import { liveStates, type VersionState } from '../domain/record.ts';
import type { Db } from './db.ts';
import { newId } from './new-id.ts';
import type { Owner } from './read-generations.ts';

/** The version of a record that a row is to make. */
export interface NewVersion {
  workflow: string;
  key: string;
  fingerprint: string;
  parts: JsonObject;
  /** Of one that is made once more: from which version, and what is to be different. */
  remadeFrom?: number;
  note?: string | undefined;
}

export interface NewRow {
  request: JsonObject;
  version: NewVersion | undefined;
}

export interface SkippedRow {
  /** Its place among the rows of the call, from 0. */
  index: number;
  key: string;
  state: (typeof liveStates)[number];
  version: number;
}

export interface AppendedRows {
  /** The numbers of those that were added; null if none was. */
  first: number | null;
  last: number | null;
  skipped: SkippedRow[];
}

/**
 * Adds rows in their order, numbered after those that are there. A row for a record is left out while the newest version
 * of that record has the same fingerprint and is there or on its way, one that is made once more while any is on its
 * way: told under a lock of the record, so that of two callers one adds it. What an older version still waits for is
 * canceled. No record may be named twice. Undefined if there is no such batch that takes rows. Must run in a
 * transaction.
 */
export async function appendRows(
  db: Db,
  owner: Owner,
  batchId: string,
  rows: readonly NewRow[],
): Promise<AppendedRows | undefined> {
  const versions = rows.flatMap(({ version }, index) => (version === undefined ? [] : [{ index, version }]));
  const newest = await lockNewest(
    db,
    owner,
    versions.map(({ version }) => version),
  );
  const skipped = versions.flatMap(({ index, version }): SkippedRow[] => {
    const found = newest.get(nameOf(version));
    const state = liveStates.find((live) => live === found?.state);
    if (found === undefined || state === undefined) return [];
    const isThere =
      version.remadeFrom === undefined ? found.fingerprint === version.fingerprint : state !== 'made';
    return isThere ? [{ index, key: version.key, state, version: found.number }] : [];
  });
  const left = new Set(skipped.map(({ index }) => index));
  const added = rows.filter((_, index) => !left.has(index));
  await cancelSuperseded(
    db,
    owner,
    added.flatMap(({ version }) => (version === undefined ? [] : [version])),
  );
  const first = await insertRows(
    db,
    owner,
    batchId,
    added.map(({ request }) => request),
  );
  if (first === undefined) return undefined;
  await insertVersions(
    db,
    owner,
    batchId,
    added.flatMap(({ version }, index) =>
      version === undefined
        ? []
        : [{ ...version, number: (newest.get(nameOf(version))?.number ?? 0) + 1, row: first + index }],
    ),
  );
  return added.length === 0
    ? { first: null, last: null, skipped }
    : { first, last: first + added.length - 1, skipped };
}

/** Of records that get a newer version, older ones that nothing has been held for are not made any more. */
async function cancelSuperseded(db: Db, owner: Owner, versions: readonly NewVersion[]): Promise<void> {
  if (versions.length === 0) return;
  await db.query(
    `with waiting as (
      select b.batch_id, b.number from record_versions v
      join batch_rows b on b.account_id = v.account_id and b.purse = v.purse and b.batch_id = v.batch_id
        and b.number = v.row_number
      where v.account_id = $1 and v.purse = $2 and b.state in ('waiting', 'waiting_budget')
        and (v.workflow, v.key) in (
          select n.workflow, n.key from jsonb_to_recordset($3::jsonb) n (workflow text, key text))
      order by b.batch_id, b.number for update of b
    )
    update batch_rows b set state = 'canceled', reason = null, snapshots = null from waiting w
    where b.account_id = $1 and b.purse = $2 and b.batch_id = w.batch_id and b.number = w.number`,
    [owner.accountId, owner.purse, JSON.stringify(versions.map(({ workflow, key }) => ({ workflow, key })))],
  );
}

/** The number of the first of them. Undefined if the batch takes none. */
async function insertRows(
  db: Db,
  owner: Owner,
  batchId: string,
  requests: readonly JsonObject[],
): Promise<number | undefined> {
  const [batch] = await db.query<{ last: number }>(
    `update batches set row_count = row_count + $4,
      next_look_at = case when $4 > 0 then least(next_look_at, now()) else next_look_at end
    where account_id = $1 and purse = $2 and id = $3 and key_id is not null and canceled_at is null
    returning row_count as last`,
    [owner.accountId, owner.purse, batchId, requests.length],
  );
  if (batch === undefined) return undefined;
  const before = batch.last - requests.length;
  if (requests.length > 0)
    await db.query(
      `insert into batch_rows (account_id, purse, batch_id, number, request)
      select $1, $2, $3, $4 + r.number, r.request
      from jsonb_array_elements($5::jsonb) with ordinality r (request, number)`,
      [owner.accountId, owner.purse, batchId, before, JSON.stringify(requests)],
    );
  return before + 1;
}

interface Newest {
  number: number;
  fingerprint: string;
  /** Null while it has no version. */
  state: VersionState | null;
}

const nameOf = ({ workflow, key }: { workflow: string; key: string }) => JSON.stringify([workflow, key]);

/** Locks the records, those that are not there yet made first, in one order for everybody. */
async function lockNewest(
  db: Db,
  owner: Owner,
  versions: readonly NewVersion[],
): Promise<ReadonlyMap<string, Newest>> {
  if (versions.length === 0) return new Map();
  const { accountId, purse } = owner;
  const workflows = [...new Set(versions.map(({ workflow }) => workflow))];
  await ensureWorkflows(db, owner, workflows);
  const named = JSON.stringify(versions.map((version) => ({ ...version, id: newId('rec') })));
  await db.query(
    `insert into records (account_id, purse, workflow, key, id, fingerprint, parts)
    select $1, $2, v.workflow, v.key, v.id, v.fingerprint, v.parts
    from jsonb_to_recordset($3::jsonb) v (workflow text, key text, id text, fingerprint text, parts jsonb)
    order by v.workflow collate "C", v.key collate "C"
    on conflict do nothing`,
    [accountId, purse, named],
  );
  const locked = await db.query<{ workflow: string; key: string; number: number; fingerprint: string }>(
    `select r.workflow, r.key, r.last_version as number, r.fingerprint from records r
    where r.account_id = $1 and r.purse = $2 and (r.workflow, r.key) in (
      select v.workflow, v.key from jsonb_to_recordset($3::jsonb) v (workflow text, key text))
    order by r.workflow, r.key for no key update`,
    [accountId, purse, named],
  );
  // Asked for after the locks: what stood there before may have moved while they were waited for.
  const states = await db.query<{ workflow: string; key: string; state: VersionState }>(
    `select s.workflow, s.key, s.state
    from jsonb_to_recordset($3::jsonb) n (workflow text, key text, number int)
    join version_states s on s.account_id = $1 and s.purse = $2 and s.workflow = n.workflow and s.key = n.key
      and s.number = n.number`,
    [accountId, purse, JSON.stringify(locked)],
  );
  const stateOf = new Map(states.map((row) => [nameOf(row), row.state]));
  return new Map(locked.map((row) => [nameOf(row), { ...row, state: stateOf.get(nameOf(row)) ?? null }]));
}

/** Makes those of the workflows that are not there yet. */
export async function ensureWorkflows(db: Db, owner: Owner, names: readonly string[]): Promise<void> {
  await db.query(
    `insert into workflows (account_id, purse, name, id)
    select $1, $2, w.name, w.id from unnest($3::text[], $4::text[]) w (name, id)
    order by w.name collate "C" on conflict do nothing`,
    [owner.accountId, owner.purse, names, names.map(() => newId('wf'))],
  );
}

async function insertVersions(
  db: Db,
  owner: Owner,
  batchId: string,
  versions: readonly (NewVersion & { number: number; row: number })[],
): Promise<void> {
  if (versions.length === 0) return;
  const values = [owner.accountId, owner.purse, JSON.stringify(versions)];
  await db.query(
    `insert into record_versions
      (account_id, purse, workflow, key, number, fingerprint, parts, batch_id, row_number, remade_from, note)
    select $1, $2, v.workflow, v.key, v.number, v.fingerprint, v.parts, $4, v.row, v."remadeFrom", v.note
    from jsonb_to_recordset($3::jsonb) v (workflow text, key text, number int, fingerprint text, parts jsonb, row int,
      "remadeFrom" int, note text)`,
    [...values, batchId],
  );
  await db.query(
    `update records r set last_version = v.number, fingerprint = v.fingerprint, parts = v.parts, made = false
    from jsonb_to_recordset($3::jsonb) v (workflow text, key text, number int, fingerprint text, parts jsonb)
    where r.account_id = $1 and r.purse = $2 and r.workflow = v.workflow and r.key = v.key`,
    values,
  );
}
