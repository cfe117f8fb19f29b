import { AppError } from '../domain/errors.ts';
import { findDelivery, resendDelivery as resend, type WebhookDelivery } from '../store/read-deliveries.ts';
import type { Owner } from '../store/read-generations.ts';
import { findEndpoint } from '../store/webhook-endpoints.ts';
import { disabled } from './change-endpoint.ts';
import type { Deps } from './deps.ts';

export const noDelivery = (id: string) => new AppError('not_found', `There is no webhook delivery ${id}.`);

/**
 * Sends one again, however it ended, at once and then after the usual pauses. Under the same webhook-id, so that a
 * receiver which has taken it can tell.
 */
export async function resendDelivery(
  { store }: Pick<Deps, 'store'>,
  { owner, id }: { owner: Owner; id: string },
): Promise<WebhookDelivery> {
  const delivery = await findDelivery(store, owner, id);
  if (delivery === undefined) throw noDelivery(id);
  if (delivery.endpointId !== null) {
    const endpoint = await findEndpoint(store, owner, delivery.endpointId);
    if (endpoint === undefined)
      throw new AppError('invalid_state', `The endpoint of the delivery ${id} is deleted.`, {
        hint: 'GET /v1/events lists what happened; make an endpoint for what happens next.',
      });
    if (endpoint.disabledAt !== null) throw disabled(endpoint.id);
  }
  if (!(await resend(store, id)))
    throw new AppError('invalid_state', `The delivery ${id} is being sent just now.`, {
      hint: 'Read it again in a moment.',
      retryable: true,
      retryAfterSeconds: 5,
    });
  return (await findDelivery(store, owner, id)) ?? delivery;
}
