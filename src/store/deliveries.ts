import { type AlertType, alertTypes } from '../domain/describe-alert.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Db } from './db.ts';

export interface Delivery {
  id: string;
  eventId: number;
  channel: 'webhook' | 'email';
  target: string;
  state: 'pending' | 'delivered' | 'failed';
  /** How often it was tried. */
  tries: number;
  lastError: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

/** An event somebody is told of, with every way in which they are. */
export interface Alert {
  id: number;
  type: AlertType;
  generationId: string | null;
  data: JsonObject;
  createdAt: Date;
  deliveries: Delivery[];
}

/** Newest first. */
export async function listAlerts(
  db: Db,
  options: {
    accountId: string;
    /** Of this purse; an event that names none has that of its generation, and without one it is of live credits. */
    purse: string;
    before: number | undefined;
    limit: number;
  },
): Promise<Alert[]> {
  const alerts = await db.query<Omit<Alert, 'deliveries'>>(
    `select e.id, e.type, e.generation_id as "generationId", e.data, e.created_at as "createdAt"
    from events e left join generations g on g.id = e.generation_id
    where e.account_id = $1 and e.type in (${alertTypes.map((type) => `'${type}'`).join(', ')})
      and ($2::bigint is null or e.id < $2) and coalesce(e.data->>'purse', g.purse, 'live') = $3
    order by e.id desc limit $4`,
    [options.accountId, options.before ?? null, options.purse, options.limit],
  );
  const deliveries = await db.query<Delivery>(
    `select id, event_id as "eventId", channel, target, state, tries, last_error as "lastError",
      created_at as "createdAt", ended_at as "endedAt"
    from deliveries where event_id = any($1) order by created_at, channel, id`,
    [alerts.map(({ id }) => id)],
  );
  return alerts.map((alert) => ({
    ...alert,
    deliveries: deliveries.filter(({ eventId }) => eventId === alert.id),
  }));
}

/**
 * Marks e-mails that nobody has queued yet as queued, oldest first. Must run in the transaction that queues them; two
 * processes never get the same.
 */
export async function takeUnqueuedEmails(db: Db, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `update deliveries set queued_at = now() where id in (
      select id from deliveries where state = 'pending' and channel = 'email' and queued_at is null
      order by created_at limit $1 for update skip locked)
    returning id`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** E-mails that were queued long ago, and yet neither left nor were given up, are to be queued again. How many. */
export async function requeueForgottenEmails(db: Db, olderThanSeconds: number): Promise<number> {
  const rows = await db.query(
    `update deliveries set queued_at = null where state = 'pending' and channel = 'email'
      and queued_at < now() - make_interval(secs => $1) returning id`,
    [olderThanSeconds],
  );
  return rows.length;
}

/** What there is to say in an e-mail, and to whom. */
export interface EmailMatter {
  id: string;
  target: string;
  eventId: number;
  type: AlertType;
  data: JsonObject;
  generationId: string | null;
  happenedAt: Date;
  accountId: string;
  accountName: string;
  timeZone: string;
  /** For how long it has been under way. */
  ageSeconds: number;
  tries: number;
  lastError: string | null;
}

/** Undefined once it has left or was given up. */
export async function findPendingEmail(db: Db, id: string): Promise<EmailMatter | undefined> {
  const [matter] = await db.query<EmailMatter>(
    `select d.id, d.target, e.id as "eventId", e.type, e.data, e.generation_id as "generationId",
      e.created_at as "happenedAt", a.id as "accountId", a.name as "accountName", a.time_zone as "timeZone",
      extract(epoch from kinora_now() - d.created_at)::float8 as "ageSeconds", d.tries, d.last_error as "lastError"
    from deliveries d join events e on e.id = d.event_id join accounts a on a.id = d.account_id
    where d.id = $1 and d.state = 'pending'`,
    [id],
  );
  return matter;
}

/** Writes down how a try went; `again` leaves it pending, `given_up` was none. */
export async function recordTry(
  db: Db,
  id: string,
  result: { as: 'delivered' } | { as: 'again' | 'failed' | 'given_up'; error: string },
): Promise<void> {
  await db.query(
    `update deliveries set tries = tries + $4, last_error = $3, state = $2,
      ended_at = case when $2 <> 'pending' then kinora_now() end
    where id = $1 and state = 'pending'`,
    [
      id,
      stateAfter[result.as],
      result.as === 'delivered' ? null : result.error,
      result.as === 'given_up' ? 0 : 1,
    ],
  );
}

const stateAfter = {
  delivered: 'delivered',
  again: 'pending',
  failed: 'failed',
  given_up: 'failed',
} as const satisfies Record<string, Delivery['state']>;
