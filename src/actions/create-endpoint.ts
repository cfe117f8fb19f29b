import { AppError } from '../domain/errors.ts';
import { maxEndpoints } from '../domain/webhook.ts';
import { writeAudit } from '../store/audit.ts';
import type { Owner } from '../store/read-generations.ts';
import * as store from '../store/webhook-endpoints.ts';
import { checkReceiver } from './check-receiver.ts';
import type { Deps } from './deps.ts';

/** Makes an endpoint. Its secret is answered here and at a rotation, and never again. */
export async function createEndpoint(
  deps: Pick<Deps, 'store' | 'fetch'>,
  options: {
    owner: Owner;
    actor: string;
    endpoint: Pick<store.Endpoint, 'url' | 'description' | 'eventTypes'>;
  },
): Promise<{ endpoint: store.Endpoint; secret: string }> {
  const { owner, actor, endpoint } = options;
  checkReceiver(deps.fetch, endpoint.url, '/url');
  return deps.store.transaction(async (db) => {
    const made = await store.createEndpoint(db, owner, endpoint);
    if (made === 'taken') throw taken(endpoint.url);
    if (made === 'full')
      throw new AppError(
        'invalid_state',
        `The account has ${maxEndpoints} ${owner.purse} endpoints, which is as many as may be.`,
        { hint: 'Delete one with DELETE /v1/webhooks/{id}; one endpoint may take every event.' },
      );
    const { id, url, eventTypes } = made.endpoint;
    const details = { url, events: eventTypes, purse: owner.purse };
    await writeAudit(db, {
      accountId: owner.accountId,
      actor,
      action: 'webhook.created',
      target: id,
      details,
    });
    return made;
  });
}

export const taken = (url: string) =>
  new AppError('invalid_state', `There is an endpoint of the address ${url} already.`, {
    hint: 'Change its events with PATCH /v1/webhooks/{id}: every event is told once to each address.',
    faults: [{ pointer: '/url', code: 'invalid_state', message: 'This address has an endpoint already.' }],
  });
