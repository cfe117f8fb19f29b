import { rehearsalsInFlight } from '../domain/batch.ts';
import type { Purse } from '../domain/credits.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Reference } from '../domain/request.ts';
import type { Db, Store } from './db.ts';
import { newId } from './new-id.ts';
import type { Refusal } from './refusal.ts';
import { type NewGeneration, recordOf, submitGenerations } from './submit-generation.ts';

/** A batch that this process, and nobody else, may feed until the lease runs out. */
export interface FedBatch {
  accountId: string;
  purse: Purse;
  id: string;
  keyId: string;
  keyRevoked: boolean;
  lease: string;
  workflow: string | null;
  tags: string[];
  rehearsal: boolean;
  /** Its rows up to this number were looked at in this pass. */
  lookedTo: number;
  /** How many more of its generations may wait or run. */
  room: number;
  /** How many rehearsals of its account may, in all. */
  rehearsalsInFlight: number;
}

/** How long after a pass began its first rows are looked at again, though rows may be left that were not. */
const passSeconds = 60;

/** How many rehearsals of an account wait in line or are made. */
const rehearsalsOf = (account: string) => `(select count(*) from generations i
  join batches r on r.account_id = i.account_id and r.purse = i.purse and r.id = i.batch_id and r.rehearsal
  where i.account_id = ${account} and i.status in ('pending', 'processing'))`;

/** Takes a batch that is due, the one longest due first. */
export async function takeDueBatch(
  db: Db,
  leaseSeconds: number,
  mostRehearsals = rehearsalsInFlight,
): Promise<FedBatch | undefined> {
  const [batch] = await db.query<FedBatch>(
    `with due as (
      select b.account_id, b.purse, b.id from batches b join accounts a on a.id = b.account_id
      where b.key_id is not null and b.canceled_at is null and b.paused_at is null and a.paused_at is null
        -- Due, or left by a process that died while it looked.
        and ((b.feed_lease is null and b.next_look_at <= now()) or b.feed_lease_expires_at <= now())
      order by least(b.next_look_at, b.feed_lease_expires_at) limit 1
      for update of b skip locked
    )
    update batches b set feed_lease = $1, feed_lease_expires_at = now() + $2 * interval '1 second',
      next_look_at = 'infinity',
      looked_to = case when b.pass_began_at < now() - $3 * interval '1 second' then 0 else b.looked_to end,
      pass_began_at = case when b.looked_to = 0 or b.pass_began_at is null
        or b.pass_began_at < now() - $3 * interval '1 second' then now() else b.pass_began_at end
    from due, keys k
    where b.account_id = due.account_id and b.purse = due.purse and b.id = due.id and k.id = b.key_id
    returning b.account_id as "accountId", b.purse, b.id, b.key_id as "keyId", k.revoked_at is not null as "keyRevoked",
      b.feed_lease as lease, b.workflow, b.tags, b.rehearsal, b.looked_to as "lookedTo",
      greatest(0, least(b.ahead - (select count(*) from generations g where g.account_id = b.account_id
        and g.purse = b.purse and g.batch_id = b.id and g.status in ('pending', 'processing')),
        case when b.rehearsal then $4 - ${rehearsalsOf('b.account_id')} end))::int as room,
      $4::int as "rehearsalsInFlight"`,
    [newId('lease'), leaseSeconds, passSeconds, mostRehearsals],
  );
  return batch;
}

export interface WaitingRow {
  number: number;
  /** Which of its changes this is. */
  revision: number;
  request: JsonObject;
  /** Its references, where they were fetched at an earlier look. */
  snapshots: Reference[] | null;
}

/** The rows that wait after the number `after`, in order. */
export async function nextRows(
  db: Db,
  batch: FedBatch,
  options: { after: number; limit: number },
): Promise<WaitingRow[]> {
  return db.query<WaitingRow>(
    `select number, revision, request, snapshots from batch_rows
    where account_id = $1 and purse = $2 and batch_id = $3 and number > $4 and state in ('waiting', 'waiting_budget')
    order by number limit $5`,
    [batch.accountId, batch.purse, batch.id, options.after, options.limit],
  );
}

/** What each would be refused for if it were held now, alone. */
export async function foreseeRefusals(
  db: Db,
  generations: readonly NewGeneration[],
): Promise<(Refusal | undefined)[]> {
  const rows = await db.query<{ refusal: Refusal | null }>(
    `select foresee_refusal(jsonb_populate_record(null::generations, p.value)) as refusal
    from jsonb_array_elements($1::jsonb) with ordinality p (value, number) order by p.number`,
    [JSON.stringify(generations.map((generation) => recordOf('', generation)))],
  );
  return rows.map(({ refusal }) => refusal ?? undefined);
}

/** A row that was made ready. */
export interface ReadyRow {
  number: number;
  revision: number;
  generation: NewGeneration;
}

/** What was found of a row that cannot be submitted now: `refused` for good, or to be looked at again. */
export interface SetAside {
  number: number;
  revision: number;
  state: 'refused' | 'waiting_budget';
  reason: Json;
  snapshots?: readonly Reference[] | undefined;
}

export interface Look {
  setAside: readonly SetAside[];
  /** The rows up to this number have been looked at; 0 begins a new pass. */
  lookedTo: number;
  /** All rows were looked at: nothing is left to do if none of them waits. */
  isOver: boolean;
  nextLookSeconds: number;
  /** What stops it: kept as it was where undefined. */
  stoppedBy: Json | undefined;
}

/** The lease ran out and another process feeds the batch, or it was canceled: nothing was written. */
export class FeedLost extends Error {
  override readonly name = 'FeedLost';
}

export interface Held {
  submitted: { number: number; generationId: string }[];
  refused: { number: number; refusal: Refusal }[];
  /** The first row that there was no room for any more, though there was when the look began. */
  leftFrom: number | undefined;
}

/**
 * Holds a chunk: generations with their holds and the state of their rows in one transaction, so that a row has its
 * generation or waits, whatever dies. A row that has moved since it was read is left as it is. What `judge` makes of the
 * refusals decides how the look ends; while it is undefined the look goes on. Throws FeedLost.
 */
export async function holdChunk(
  store: Store,
  batch: FedBatch,
  ready: readonly ReadyRow[],
  judge: (held: Held) => Look | undefined,
): Promise<Held> {
  return store.transaction(async (db) => {
    const room = batch.rehearsal ? await roomForRehearsals(db, batch) : ready.length;
    const free = await db.query<{ number: number }>(
      `select number from batch_rows b
      where account_id = $1 and purse = $2 and batch_id = $3 and number = any($4)
        and revision = (select r.revision from unnest($4::int[], $5::int[]) r (number, revision)
          where r.number = b.number)
        and state in ('waiting', 'waiting_budget')
      order by number for update`,
      [
        batch.accountId,
        batch.purse,
        batch.id,
        ready.map(({ number }) => number),
        ready.map(({ revision }) => revision),
      ],
    );
    const numbers = new Set(free.map(({ number }) => number));
    const all = ready.filter(({ number }) => numbers.has(number));
    const rows = all.slice(0, room);
    const answers =
      rows.length === 0
        ? []
        : await submitGenerations(
            db,
            rows.map(({ generation }) => generation),
          );
    const held: Held = { submitted: [], refused: [], leftFrom: all[room]?.number };
    for (const [index, { number }] of rows.entries()) {
      const answer = answers[index];
      if (answer?.status === 'accepted') held.submitted.push({ number, generationId: answer.generation.id });
      else if (answer?.status === 'refused') held.refused.push({ number, refusal: answer.refusal });
    }
    await markSubmitted(db, batch, held.submitted);
    const look = judge(held);
    if (look === undefined) return held;
    await setAside(db, batch, look.setAside);
    // Last: a grant locks the balance and then its batches.
    await endLook(db, batch, look);
    return held;
  });
}

/** Whoever feeds another batch of the account waits for this transaction: the limit is strict. */
async function roomForRehearsals(db: Db, { accountId, rehearsalsInFlight: most }: FedBatch): Promise<number> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('rehearsals of ' || $1, 0))`, [accountId]);
  const [row] = await db.query<{ count: number }>(`select ${rehearsalsOf('$1')}::int as count`, [accountId]);
  return Math.max(0, most - (row?.count ?? 0));
}

async function markSubmitted(db: Db, batch: FedBatch, submitted: Held['submitted']): Promise<void> {
  if (submitted.length === 0) return;
  await db.query(
    `update batch_rows r set state = 'submitted', generation_id = s.generation_id, reason = null, snapshots = null
    from unnest($4::int[], $5::text[]) s (number, generation_id)
    where r.account_id = $1 and r.purse = $2 and r.batch_id = $3 and r.number = s.number`,
    [
      batch.accountId,
      batch.purse,
      batch.id,
      submitted.map(({ number }) => number),
      submitted.map(({ generationId }) => generationId),
    ],
  );
}

/**
 * Keeps with a row what was fetched for it, before it is held: whoever feeds it after this process has died finds the files
 * there, and leaves none behind. Nothing is written where the lease is lost, or the row has moved.
 */
export async function keepSnapshots(
  db: Db,
  batch: FedBatch,
  { number, revision }: Pick<WaitingRow, 'number' | 'revision'>,
  references: readonly Reference[],
): Promise<void> {
  await db.query(
    `update batch_rows r set snapshots = $6 from batches b
    where r.account_id = $1 and r.purse = $2 and r.batch_id = $3 and r.number = $4 and r.revision = $5
      and r.state in ('waiting', 'waiting_budget')
      and b.account_id = r.account_id and b.purse = r.purse and b.id = r.batch_id and b.feed_lease = $7`,
    [batch.accountId, batch.purse, batch.id, number, revision, JSON.stringify(references), batch.lease],
  );
}

/** Writes only what is news, so that many rows that wait for one cap cost nothing at each look. */
async function setAside(db: Db, batch: FedBatch, rows: readonly SetAside[]): Promise<void> {
  if (rows.length === 0) return;
  await db.query(
    `update batch_rows r set state = s.state, reason = s.reason,
      snapshots = case when s.state = 'refused' then null else coalesce(s.snapshots, r.snapshots) end
    from jsonb_to_recordset($4::jsonb) s (number int, revision int, state text, reason jsonb, snapshots jsonb)
    where r.account_id = $1 and r.purse = $2 and r.batch_id = $3 and r.number = s.number and r.revision = s.revision
      and r.state in ('waiting', 'waiting_budget')
      and (r.state <> s.state or s.snapshots is not null
        or r.reason->>'reason' is distinct from s.reason->>'reason'
        or r.reason->>'budget_id' is distinct from s.reason->>'budget_id')`,
    [batch.accountId, batch.purse, batch.id, JSON.stringify(rows)],
  );
}

async function endLook(db: Db, batch: FedBatch, look: Look): Promise<void> {
  const rows = await db.query(
    // What has woken the batch meanwhile stays: next_look_at was infinite when the lease was taken.
    `update batches set feed_lease = null, feed_lease_expires_at = null,
      looked_to = case when next_look_at = 'infinity' then $5 else 0 end,
      next_look_at = least(next_look_at,
        case when $9 and not left_over then 'infinity' else now() + $6::real * interval '1 second' end),
      stopped_by = case when $9 and not left_over then null when $7 then stopped_by else $8::jsonb end
    from (select exists (select from batch_rows where account_id = $1 and purse = $2 and batch_id = $3
      and state in ('waiting', 'waiting_budget')) as left_over) r
    where account_id = $1 and purse = $2 and id = $3 and feed_lease = $4 and canceled_at is null
    returning id`,
    [
      batch.accountId,
      batch.purse,
      batch.id,
      batch.lease,
      look.lookedTo,
      look.nextLookSeconds,
      look.stoppedBy === undefined,
      look.stoppedBy === undefined || look.stoppedBy === null ? null : JSON.stringify(look.stoppedBy),
      look.isOver,
    ],
  );
  if (rows.length === 0) throw new FeedLost(`the lease on batch ${batch.id} is lost`);
}
