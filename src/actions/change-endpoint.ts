import { AppError } from '../domain/errors.ts';
import { writeAudit } from '../store/audit.ts';
import { insertAccountEvent } from '../store/events.ts';
import type { Owner } from '../store/read-generations.ts';
import * as store from '../store/webhook-endpoints.ts';
import { rotateSecret } from '../store/webhook-secrets.ts';
import { checkReceiver } from './check-receiver.ts';
import { taken } from './create-endpoint.ts';
import type { Deps } from './deps.ts';

interface Which {
  owner: Owner;
  /** Who asks, for the audit log. */
  actor: string;
  id: string;
}

export const noEndpoint = (id: string) => new AppError('not_found', `There is no webhook endpoint ${id}.`);

/** Changes address, events or description of an endpoint, or turns it off and on. */
export async function changeEndpoint(
  deps: Pick<Deps, 'store' | 'fetch'>,
  { owner, actor, id, change }: Which & { change: store.EndpointChange },
): Promise<store.Endpoint> {
  if (change.url !== undefined) checkReceiver(deps.fetch, change.url, '/url');
  return deps.store.transaction(async (db) => {
    const after = await store.changeEndpoint(db, owner, id, change);
    if (after === undefined) throw noEndpoint(id);
    if (after === 'taken') throw taken(change.url ?? '');
    const { eventTypes, ...rest } = change;
    const details = { ...rest, ...(eventTypes === undefined ? {} : { events: eventTypes }) };
    await writeAudit(db, {
      accountId: owner.accountId,
      actor,
      action: 'webhook.changed',
      target: id,
      details,
    });
    return after;
  });
}

/** Nothing is sent to it any more; what was sent stays in the log. */
export async function deleteEndpoint({ store: db }: Pick<Deps, 'store'>, which: Which): Promise<void> {
  const { owner, actor, id } = which;
  await db.transaction(async (transaction) => {
    if (!(await store.deleteEndpoint(transaction, owner, id))) throw noEndpoint(id);
    const { accountId } = owner;
    await writeAudit(transaction, { accountId, actor, action: 'webhook.deleted', target: id });
  });
}

/**
 * Gives an endpoint, or without an id the account itself, a new secret. The one before signs too, for as long as its
 * owner needs to exchange it.
 */
export async function rotateWebhookSecret(
  { store: db }: Pick<Deps, 'store'>,
  {
    owner,
    actor,
    id,
    overlapSeconds,
  }: Omit<Which, 'id'> & { id: string | undefined; overlapSeconds: number },
): Promise<{ secret: string; previousExpiresAt: Date | null }> {
  return db.transaction(async (transaction) => {
    // Two rotations at once are one after the other.
    await transaction.query('select from accounts where id = $1 for no key update', [owner.accountId]);
    if (id !== undefined && (await store.findEndpoint(transaction, owner, id)) === undefined)
      throw noEndpoint(id);
    const rotated = await rotateSecret(transaction, { owner, endpointId: id, overlapSeconds });
    await writeAudit(transaction, {
      accountId: owner.accountId,
      actor,
      action: 'webhook.secret_rotated',
      target: id ?? owner.accountId,
      details: { purse: owner.purse, overlap_seconds: overlapSeconds },
    });
    return rotated;
  });
}

/** Sends an event `webhook.test` to this endpoint alone, whatever events it takes. Answers its number. */
export async function testEndpoint(
  { store: db }: Pick<Deps, 'store'>,
  which: Omit<Which, 'actor'>,
): Promise<number> {
  const { owner, id } = which;
  const endpoint = await store.findEndpoint(db, owner, id);
  if (endpoint === undefined) throw noEndpoint(id);
  if (endpoint.disabledAt !== null) throw disabled(id);
  const data = { purse: owner.purse, endpoint_id: id };
  return insertAccountEvent(db, { accountId: owner.accountId, type: 'webhook.test', data });
}

export const disabled = (id: string) =>
  new AppError('invalid_state', `The webhook endpoint ${id} is disabled.`, {
    hint: 'Enable it with PATCH /v1/webhooks/{id} and {"enabled": true}.',
  });
