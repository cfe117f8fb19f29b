import type { EventType } from '../domain/event.ts';
import type { JsonObject } from '../domain/json.ts';
import { failingDaysAllowed, type TryResult, type WebhookForm } from '../domain/webhook.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import type { Db } from './db.ts';
import { insertAccountEvent } from './events.ts';
import type { GenerationRow } from './generation-row.ts';
import { type Owner, readGeneration } from './read-generations.ts';
import { giveUpPending } from './webhook-endpoints.ts';

/** What happened, as a webhook tells it. */
export interface Happening {
  eventId: number;
  type: EventType;
  happenedAt: Date;
  owner: Owner;
  /** As it stands now. */
  generation: GenerationRow | undefined;
  data: JsonObject;
}

/** A webhook in hand: what to tell, and whom. */
export interface Matter extends Happening {
  deliveryId: string;
  endpointId: string | undefined;
  /** Of an endpoint, its address of today. */
  target: string;
  form: WebhookForm;
  /** How often it was tried since it was last asked for. */
  tries: number;
  /** Why it need not be sent any more. */
  moot: string | undefined;
}

/** Undefined if somebody else has it by now. */
export async function readMatter(db: Db, { id, lease }: ClaimedDelivery): Promise<Matter | undefined> {
  const [row] = await db.query<
    Omit<Matter, 'generation' | 'endpointId' | 'moot' | 'owner'> & {
      accountId: string;
      purse: Owner['purse'];
      generationId: string | null;
      endpointId: string | null;
      disabled: boolean;
      deleted: boolean;
    }
  >(
    `select d.id as "deliveryId", d.endpoint_id as "endpointId", coalesce(w.url, d.target) as target, d.form,
      d.tries - d.tries_before as tries,
      w.disabled_at is not null as disabled, w.deleted_at is not null as deleted,
      e.id as "eventId", e.type, e.created_at as "happenedAt", e.account_id as "accountId", e.data,
      e.generation_id as "generationId", coalesce(e.data->>'purse', g.purse, 'live') as purse
    from deliveries d
    join events e on e.id = d.event_id
    left join generations g on g.id = e.generation_id
    left join webhook_endpoints w on w.id = d.endpoint_id
    where d.id = $1 and d.lease = $2 and d.state = 'pending'`,
    [id, lease],
  );
  if (row === undefined) return undefined;
  const { accountId, purse, generationId, endpointId, disabled, deleted, ...rest } = row;
  return {
    ...rest,
    owner: { accountId, purse },
    endpointId: endpointId ?? undefined,
    generation: generationId === null ? undefined : await readGeneration(db, generationId),
    moot: deleted ? 'The endpoint was deleted.' : disabled ? 'The endpoint was disabled.' : undefined,
  };
}

export interface DeliveryTry {
  startedAt: Date;
  durationMs: number;
  result: TryResult;
  /** Why it was in vain. */
  message: string | null;
  requestHeaders: Record<string, string>;
  requestBody: string;
  status: number | null;
  responseHeaders: Record<string, string> | null;
  responseBody: string | null;
}

/**
 * Writes down a try and what comes of it: delivered, tried again after `pauseSeconds`, or given up where that is
 * undefined. Must run in a transaction. An endpoint that is gone is disabled, and its owner told; so is one that has
 * failed for days, once a delivery to it is given up. False, and nothing written, where somebody else has the delivery by now.
 */
export async function recordDeliveryTry(
  db: Db,
  claimed: ClaimedDelivery,
  made: DeliveryTry,
  pauseSeconds: number | undefined,
): Promise<boolean> {
  const delivered = made.result === 'delivered';
  const state = delivered ? 'delivered' : pauseSeconds === undefined ? 'failed' : 'pending';
  const [row] = await db.query<{ tries: number; endpointId: string | null }>(
    `update deliveries set tries = tries + 1, state = $3, last_error = $4, lease = null,
      next_try_at = kinora_now() + make_interval(secs => $5),
      ended_at = case when $3 <> 'pending' then kinora_now() end
    where id = $1 and lease = $2 returning tries, endpoint_id as "endpointId"`,
    [claimed.id, claimed.lease, state, made.message, pauseSeconds ?? 0],
  );
  if (row === undefined) return false;
  await db.query(
    `insert into delivery_tries (delivery_id, number, started_at, duration_ms, result, message, request_headers,
      request_body, status, response_headers, response_body)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      claimed.id,
      row.tries,
      made.startedAt,
      made.durationMs,
      made.result,
      made.message,
      JSON.stringify(made.requestHeaders),
      made.requestBody,
      made.status,
      made.responseHeaders === null ? null : JSON.stringify(made.responseHeaders),
      made.responseBody,
    ],
  );
  if (row.endpointId === null) return true;
  if (delivered) await noteSuccess(db, row.endpointId);
  else await noteFailure(db, row.endpointId, { gone: made.result === 'gone', givenUp: state === 'failed' });
  return true;
}

/** Ends one that need not be sent any more. */
export async function giveUpDelivery(db: Db, { id, lease }: ClaimedDelivery, why: string): Promise<void> {
  await db.query(
    `update deliveries set state = 'failed', last_error = $3, lease = null, ended_at = kinora_now()
    where id = $1 and lease = $2`,
    [id, lease, why],
  );
}

/** Written only where it changes anything: most tries succeed. */
async function noteSuccess(db: Db, endpointId: string): Promise<void> {
  await db.query(
    'update webhook_endpoints set failing_since = null where id = $1 and failing_since is not null',
    [endpointId],
  );
}

async function noteFailure(
  db: Db,
  endpointId: string,
  { gone, givenUp }: { gone: boolean; givenUp: boolean },
): Promise<void> {
  await db.query(
    `update webhook_endpoints set failing_since = kinora_now() where id = $1 and failing_since is null`,
    [endpointId],
  );
  // While it has tries before it, an address that was away for days may come back.
  if (!givenUp) return;
  const by = gone ? 'gone' : 'failing';
  const [disabled] = await db.query<{ accountId: string; purse: string; url: string; failingSince: Date }>(
    `update webhook_endpoints set disabled_at = kinora_now(), disabled_by = $2
    where id = $1 and disabled_at is null and deleted_at is null
      and ($2 = 'gone' or failing_since <= kinora_now() - make_interval(days => $3))
    returning account_id as "accountId", purse, url, failing_since as "failingSince"`,
    [endpointId, by, failingDaysAllowed],
  );
  if (disabled === undefined) return;
  const { accountId, purse, url, failingSince } = disabled;
  await giveUpPending(db, endpointId, 'The endpoint was disabled.');
  await insertAccountEvent(db, {
    accountId,
    type: 'webhook.disabled',
    data: { purse, endpoint_id: endpointId, url, by, failing_since: failingSince.toISOString() },
  });
}

/** Requests and answers are kept this long; the deliveries themselves stay. */
export const triesKeptDays = 30;

/** Forgets tries that are too old, a few at a time. How many those were. */
export async function forgetOldTries(db: Db, most: number): Promise<number> {
  const rows = await db.query(
    `delete from delivery_tries where (delivery_id, number) in (
      select delivery_id, number from delivery_tries
      where started_at < kinora_now() - make_interval(days => $1) limit $2)
    returning number`,
    [triesKeptDays, most],
  );
  return rows.length;
}
