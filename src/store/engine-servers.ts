import type { PoolServer, ServerState } from '../domain/server-pool.ts';
import { writeAudit } from './audit.ts';
import type { Db, Store } from './db.ts';

export interface EngineServerRow extends ServerState {
  engine: string;
  /** When a worker last looked; null before the first look. */
  seenAt: Date | null;
  drainedAt: Date | null;
}

/** Makes the servers of an engine known as they are set up now; what was drained stays so. */
export async function registerServers(
  store: Store,
  engine: string,
  servers: readonly PoolServer[],
): Promise<void> {
  await store.transaction(async (db) => {
    const origins = servers.map(({ origin }) => origin);
    await db.query('delete from engine_servers where engine = $1 and origin <> all($2)', [engine, origins]);
    await db.query(
      `insert into engine_servers (engine, origin, slots)
      select $1, s.origin, s.slots from unnest($2::text[], $3::integer[]) s (origin, slots) order by s.origin
      on conflict (engine, origin) do update set slots = excluded.slots
      where engine_servers.slots is distinct from excluded.slots`,
      [engine, origins, servers.map(({ slots }) => slots)],
    );
  });
}

/** Of one engine, or of all; by name and address. */
export async function listServers(db: Db, engine?: string): Promise<EngineServerRow[]> {
  return db.query<EngineServerRow>(
    `select engine, origin, slots, busy, trouble, seen_at as "seenAt", drained_at as "drainedAt"
    from engine_servers where $1::text is null or engine = $1 order by engine, origin`,
    [engine ?? null],
  );
}

/** Which servers get no new work. */
export async function readDrained(db: Db, engine: string): Promise<Set<string>> {
  const rows = await db.query<{ origin: string }>(
    'select origin from engine_servers where engine = $1 and drained_at is not null',
    [engine],
  );
  return new Set(rows.map(({ origin }) => origin));
}

/** For how long what another process has seen of a server holds against one that does not reach it. Seconds. */
const holdsSeconds = 10;

/**
 * Writes down what a worker saw, for everybody who asks how the servers are. That one does not answer counts only where no
 * other process has had an answer of it just now; `before` is what this process wrote last, by server. Answers the same
 * for the next call.
 */
export async function recordLook(
  db: Db,
  engine: string,
  states: readonly ServerState[],
  before: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, string>> {
  const written = await db.query<{ origin: string; at: string }>(
    `update engine_servers e set busy = s.busy, trouble = s.trouble, seen_at = clock_timestamp()
    from unnest($2::text[], $3::integer[], $4::text[], $5::text[]) s (origin, busy, trouble, own_at)
    where e.engine = $1 and e.origin = s.origin
      and (s.busy is not null or e.busy is null or e.seen_at = s.own_at::timestamptz
        or e.seen_at < now() - $6 * interval '1 second')
    returning e.origin, e.seen_at::text as at`,
    [
      engine,
      states.map(({ origin }) => origin),
      states.map(({ busy }) => busy),
      states.map(({ trouble }) => trouble),
      states.map(({ origin }) => before.get(origin) ?? null),
      holdsSeconds,
    ],
  );
  return new Map(written.map(({ origin, at }) => [origin, at]));
}

/** Sends no new work to a server, or does so again. Undefined if the engine has no such server. */
export async function setServerDrained(
  store: Store,
  server: { engine: string; origin: string; drained: boolean },
): Promise<EngineServerRow | undefined> {
  const { engine, origin, drained } = server;
  return store.transaction(async (db) => {
    const rows = await db.query(
      `update engine_servers set drained_at = case when $3 then coalesce(drained_at, now()) end
      where engine = $1 and origin = $2 returning origin`,
      [engine, origin, drained],
    );
    if (rows.length === 0) return undefined;
    await writeAudit(db, {
      accountId: undefined,
      actor: 'operator',
      action: drained ? 'server.drained' : 'server.resumed',
      target: engine,
      details: { origin },
    });
    return (await listServers(db, engine)).find((row) => row.origin === origin);
  });
}
