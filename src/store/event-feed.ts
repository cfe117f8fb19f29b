import type { EventType } from '../domain/event.ts';
import type { Db } from './db.ts';
import type { Happening } from './delivery-tries.ts';
import { type GenerationRow, generationColumns } from './generation-row.ts';
import type { Owner } from './read-generations.ts';

/** A place in the feed of an account: after the event `id` of the transaction `txid`. */
export interface FeedPlace {
  /** A 64-bit number, as text. */
  txid: string;
  id: number;
}

/** Where everything that has been committed by now lies before, and all that is still open after. */
export async function endOfFeed(db: Db): Promise<FeedPlace> {
  const [row] = await db.query<{ txid: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as txid',
  );
  if (row === undefined) throw new Error('the database does not know its transactions');
  return { txid: row.txid, id: 0 };
}

/**
 * The events of an account after a place, oldest first. Of transactions only up to the oldest one still open, so that
 * whoever goes on at `next` misses none, however late it was committed.
 */
export async function readFeed(
  db: Db,
  owner: Owner,
  options: {
    after: FeedPlace | undefined;
    since: Date | undefined;
    types: readonly EventType[] | undefined;
    limit: number;
  },
): Promise<{ events: Happening[]; next: FeedPlace; more: boolean }> {
  const { after, since, types, limit } = options;
  const end = await endOfFeed(db);
  const from = await laterOf(placeHere(after, end), { db, accountId: owner.accountId, since });
  const rows = await db.query<
    Omit<Happening, 'generation' | 'owner'> & { txid: string; generationId: string | null }
  >(
    `select e.id as "eventId", e.txid::text as txid, e.type, e.created_at as "happenedAt", e.data,
      e.generation_id as "generationId"
    from events e left join generations g on g.id = e.generation_id
    where e.account_id = $1 and coalesce(e.data->>'purse', g.purse, 'live') = $2
      and (e.txid, e.id) > ($3::text::xid8, $4::bigint) and e.txid < $5::text::xid8
      and ($6::timestamptz is null or e.created_at >= $6) and ($7::text[] is null or e.type = any($7))
    order by e.txid, e.id limit $8`,
    [owner.accountId, owner.purse, from.txid, from.id, end.txid, since ?? null, types ?? null, limit],
  );
  const generations = await generationsOf(
    db,
    rows.flatMap(({ generationId }) => generationId ?? []),
  );
  const last = rows.at(-1);
  const more = last !== undefined && rows.length === limit;
  return {
    events: rows.map(({ txid: _, generationId, ...event }) => ({
      ...event,
      owner,
      generation: generationId === null ? undefined : generations.get(generationId),
    })),
    next: more ? { txid: last.txid, id: last.eventId } : end,
    more,
  };
}

/** How long a transaction may take at most between its beginning, which dates its events, and its number. */
const longestTransaction = '1 hour';

/**
 * `since` as a place, where that is later: the events before it need not be read. What has been numbered an hour before
 * that time has a lower number than whatever happened after it.
 */
async function laterOf(
  place: FeedPlace,
  { db, accountId, since }: { db: Db; accountId: string; since: Date | undefined },
): Promise<FeedPlace> {
  if (since === undefined) return place;
  const [before] = await db.query<{ txid: string }>(
    `select txid::text as txid from events
    where account_id = $1 and created_at < $2::timestamptz - $3::interval
    order by created_at desc limit 1`,
    [accountId, since, longestTransaction],
  );
  if (before === undefined || BigInt(before.txid) <= BigInt(place.txid)) return place;
  return { txid: before.txid, id: 0 };
}

/**
 * A place beyond the end is one of another server that this database was restored from: there, transactions had other
 * numbers. Events kept theirs.
 */
function placeHere(place: FeedPlace | undefined, end: FeedPlace): FeedPlace {
  if (place === undefined) return { txid: '0', id: 0 };
  return BigInt(place.txid) > BigInt(end.txid) ? { txid: longAgo, id: place.id } : place;
}

/** The number that PostgreSQL keeps for what was committed long ago. */
const longAgo = '2';

/**
 * In a database that was restored to another server, gives events of transactions that there never were here a number
 * that everybody sees. To be done before anything reads them.
 */
export async function mendFeed(db: Db): Promise<void> {
  const [newest] = await db.query<{ foreign: boolean }>(
    `select txid >= pg_snapshot_xmax(pg_current_snapshot()) as foreign from events order by id desc limit 1`,
  );
  if (newest?.foreign !== true) return;
  await db.query(
    `update events set txid = $1::text::xid8 where txid >= pg_snapshot_xmax(pg_current_snapshot())
      or txid < pg_snapshot_xmin(pg_current_snapshot())`,
    [longAgo],
  );
}

async function generationsOf(db: Db, ids: readonly string[]): Promise<Map<string, GenerationRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<GenerationRow>(
    `select ${generationColumns} from generations g where g.id = any($1)`,
    [[...new Set(ids)]],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
