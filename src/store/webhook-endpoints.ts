import { type DisabledBy, maxEndpoints } from '../domain/webhook.ts';
import type { Db } from './db.ts';
import { newId } from './new-id.ts';
import type { Owner } from './read-generations.ts';
import { insertSecret } from './webhook-secrets.ts';

/** An address that an account has given us for its events. */
export interface Endpoint {
  id: string;
  url: string;
  description: string;
  /** Types of events; `*` is every one. */
  eventTypes: string[];
  createdAt: Date;
  disabledAt: Date | null;
  disabledBy: DisabledBy | null;
  /** The first failure since it last took something. */
  failingSince: Date | null;
}

const columns = `id, url, description, event_types as "eventTypes", created_at as "createdAt",
  disabled_at as "disabledAt", disabled_by as "disabledBy", failing_since as "failingSince"`;

/** `full`: there are as many as may be. `taken`: there is one of this address. */
export type EndpointRefusal = 'full' | 'taken';

/** Makes one with its secret. Must run in a transaction. */
export async function createEndpoint(
  db: Db,
  owner: Owner,
  endpoint: Pick<Endpoint, 'url' | 'description' | 'eventTypes'>,
): Promise<{ endpoint: Endpoint; secret: string } | EndpointRefusal> {
  const others = await lockEndpoints(db, owner);
  if (others.some(({ url }) => url === endpoint.url)) return 'taken';
  if (others.length >= maxEndpoints) return 'full';
  const id = newId('hook');
  const [made] = await db.query<Endpoint>(
    `insert into webhook_endpoints (id, account_id, purse, url, description, event_types)
    values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
    [id, owner.accountId, owner.purse, endpoint.url, endpoint.description, endpoint.eventTypes],
  );
  if (made === undefined) throw new Error('the endpoint was not made');
  return { endpoint: made, secret: await insertSecret(db, owner, id) };
}

/** Newest first; all of them, since there are few. */
export async function listEndpoints(db: Db, owner: Owner): Promise<Endpoint[]> {
  return db.query<Endpoint>(
    `select ${columns} from webhook_endpoints where account_id = $1 and purse = $2 and deleted_at is null
    order by created_at desc, id desc`,
    [owner.accountId, owner.purse],
  );
}

export async function findEndpoint(db: Db, owner: Owner, id: string): Promise<Endpoint | undefined> {
  const [endpoint] = await db.query<Endpoint>(
    `select ${columns} from webhook_endpoints
    where id = $1 and account_id = $2 and purse = $3 and deleted_at is null`,
    [id, owner.accountId, owner.purse],
  );
  return endpoint;
}

export type EndpointChange = Partial<Pick<Endpoint, 'url' | 'description' | 'eventTypes'>> & {
  enabled?: boolean;
};

/**
 * Changes what is named. Disabled, it gets nothing any more and what is on its way is given up; enabled again, or at
 * another address, it has never failed. Must run in a transaction. Undefined if there is no such endpoint.
 */
export async function changeEndpoint(
  db: Db,
  owner: Owner,
  id: string,
  change: EndpointChange,
): Promise<Endpoint | 'taken' | undefined> {
  const all = await lockEndpoints(db, owner);
  const before = all.find((one) => one.id === id);
  if (before === undefined) return undefined;
  const { url, description, eventTypes } = { ...before, ...change };
  if (all.some((one) => one.id !== id && one.url === url)) return 'taken';
  const { enabled = before.disabledAt === null } = change;
  const [after] = await db.query<Endpoint>(
    `update webhook_endpoints set url = $2, description = $3, event_types = $4,
      failing_since = case when $6 then null else failing_since end,
      disabled_at = case when not $5 then coalesce(disabled_at, kinora_now()) end,
      disabled_by = case when not $5 then coalesce(disabled_by, 'owner') end
    where id = $1 returning ${columns}`,
    [
      id,
      url,
      description,
      eventTypes,
      enabled,
      url !== before.url || (enabled && before.disabledAt !== null),
    ],
  );
  if (!enabled) await giveUpPending(db, id, 'The endpoint was disabled.');
  return after;
}

/** Its deliveries stay in the log of the account. Must run in a transaction. False if there is no such endpoint. */
export async function deleteEndpoint(db: Db, owner: Owner, id: string): Promise<boolean> {
  const rows = await db.query(
    `update webhook_endpoints set deleted_at = kinora_now()
    where id = $1 and account_id = $2 and purse = $3 and deleted_at is null returning id`,
    [id, owner.accountId, owner.purse],
  );
  if (rows.length === 0) return false;
  await db.query('delete from webhook_secrets where endpoint_id = $1', [id]);
  await giveUpPending(db, id, 'The endpoint was deleted.');
  return true;
}

/** Those of one owner; under the lock of their account, so that counting them and adding one is one step. */
async function lockEndpoints(db: Db, owner: Owner): Promise<Endpoint[]> {
  await db.query('select from accounts where id = $1 for no key update', [owner.accountId]);
  return listEndpoints(db, owner);
}

/**
 * Whoever is sending one just now writes down how that went, and is told to leave it at that. What a generation wants told
 * at this very address by itself goes on, as a webhook of its own.
 */
export async function giveUpPending(db: Db, endpointId: string, why: string): Promise<void> {
  await db.query(
    `update deliveries d set endpoint_id = null, form = g.webhook_form
    from events e join generations g on g.id = e.generation_id
    where d.endpoint_id = $1 and d.state = 'pending' and d.lease is null and e.id = d.event_id
      and g.webhook_url = d.target
      and e.type = any(coalesce(g.webhook_events, array['generation.complete', 'generation.failed']))`,
    [endpointId],
  );
  await db.query(
    `update deliveries set state = 'failed', last_error = $2, ended_at = kinora_now()
    where endpoint_id = $1 and state = 'pending' and lease is null`,
    [endpointId, why],
  );
}
