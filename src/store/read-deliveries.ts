import type { EventType } from '../domain/event.ts';
import type { TryResult, WebhookForm } from '../domain/webhook.ts';
import type { Db } from './db.ts';
import type { DeliveryTry } from './delivery-tries.ts';
import type { Owner } from './read-generations.ts';

/** One webhook to one receiver, with how it stands. */
export interface WebhookDelivery {
  id: string;
  eventId: number;
  type: EventType;
  generationId: string | null;
  endpointId: string | null;
  target: string;
  form: WebhookForm;
  state: 'pending' | 'delivered' | 'failed';
  tries: number;
  lastError: string | null;
  /** Of the last try; null before the first, and where its record is forgotten. */
  lastResult: TryResult | null;
  lastStatus: number | null;
  /** When it is tried next. */
  nextTryAt: Date | null;
  createdAt: Date;
  endedAt: Date | null;
}

export interface DeliveryCursor {
  /** Microseconds since 1970: more than a Date can tell apart. */
  madeAt: number;
  id: string;
}

export interface DeliveryFilter {
  endpointId?: string | undefined;
  generationId?: string | undefined;
  state?: WebhookDelivery['state'] | undefined;
}

const columns = `d.id, d.event_id as "eventId", e.type, e.generation_id as "generationId",
  d.endpoint_id as "endpointId", d.target, d.form, d.state, d.tries, d.last_error as "lastError",
  t.result as "lastResult", t.status as "lastStatus",
  case when d.state = 'pending' then d.next_try_at end as "nextTryAt", d.created_at as "createdAt",
  d.ended_at as "endedAt"`;

/** Of this owner only. */
const source = `deliveries d
  join events e on e.id = d.event_id
  left join generations g on g.id = e.generation_id
  left join delivery_tries t on t.delivery_id = d.id and t.number = d.tries`;
// As a CASE, since the planner takes a comparison of the purse to pass hardly any row, and then sorts all there are.
const owned = `d.account_id = $1
  and case when d.channel = 'webhook' then coalesce(e.data->>'purse', g.purse, 'live') = $2 end`;

/** One page, newest first. */
export async function listDeliveries(
  db: Db,
  owner: Owner,
  options: DeliveryFilter & { after: DeliveryCursor | undefined; limit: number },
): Promise<{ deliveries: WebhookDelivery[]; next: DeliveryCursor | undefined }> {
  const { endpointId, generationId, state, after, limit } = options;
  const values: unknown[] = [owner.accountId, owner.purse];
  const bound = (value: unknown) => `$${values.push(value)}`;
  // Each filter has an index of its own, which one condition for all of them would not find.
  const conditions = [owned];
  if (endpointId !== undefined) conditions.push(`d.endpoint_id = ${bound(endpointId)}`);
  if (generationId !== undefined) conditions.push(`e.generation_id = ${bound(generationId)}`);
  if (state !== undefined) conditions.push(`d.state = ${bound(state)}`);
  if (after !== undefined)
    conditions.push(
      `(d.created_at, d.id) < (timestamptz 'epoch' + ${bound(after.madeAt)} * interval '1 microsecond', ${bound(after.id)})`,
    );
  const rows = await db.query<WebhookDelivery & { madeAt: number }>(
    `select ${columns}, (extract(epoch from d.created_at) * 1000000)::bigint as "madeAt"
    from ${source} where ${conditions.join(' and ')}
    order by d.created_at desc, d.id desc limit ${bound(limit + 1)}`,
    values,
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    deliveries: page.map(({ madeAt: _, ...delivery }) => delivery),
    next: more ? { madeAt: last.madeAt, id: last.id } : undefined,
  };
}

/** Undefined unless it is this owner's. */
export async function findDelivery(db: Db, owner: Owner, id: string): Promise<WebhookDelivery | undefined> {
  const [delivery] = await db.query<WebhookDelivery>(
    `select ${columns} from ${source} where ${owned} and d.id = $3`,
    [owner.accountId, owner.purse, id],
  );
  return delivery;
}

/** What was sent and what came back, oldest first; of the last 30 days. */
export async function listTries(db: Db, deliveryId: string): Promise<(DeliveryTry & { number: number })[]> {
  return db.query(
    `select number, started_at as "startedAt", duration_ms as "durationMs", result, message,
      request_headers as "requestHeaders", request_body as "requestBody", status,
      response_headers as "responseHeaders", response_body as "responseBody"
    from delivery_tries where delivery_id = $1 order by number`,
    [deliveryId],
  );
}

/**
 * Has one sent again, now, with all its pauses before it. False, and nothing changed, while it is being sent: somebody
 * has its lease and may still write down how that went.
 */
export async function resendDelivery(db: Db, id: string): Promise<boolean> {
  const rows = await db.query(
    `update deliveries set state = 'pending', ended_at = null, lease = null, next_try_at = kinora_now(),
      tries_before = tries
    where id = $1 and (lease is null or next_try_at <= kinora_now()) returning pg_notify('kinora_delivery', '')`,
    [id],
  );
  return rows.length > 0;
}
