import type { JsonObject } from '../domain/json.ts';
import type { WebhookForm } from '../domain/webhook.ts';
import type { Store } from '../store/db.ts';
import type { Happening, Matter } from '../store/delivery-tries.ts';
import { signingSecrets } from '../store/webhook-secrets.ts';
import type { FalSigner } from './sign-fal.ts';
import { standardHeaders } from './sign-standard.ts';

/** What a webhook of each form says. That of fal names its `request_id`. */
export type WebhookBodies = Readonly<Record<WebhookForm, (happening: Happening) => Promise<JsonObject>>>;

/** As receivers tell repeats by. */
export const webhookId = (eventId: number) => `evt_${eventId}`;

/** Header and body of a try, signed at this moment. */
export async function writeMessage(
  deps: { store: Store; bodies: WebhookBodies; falSigner: FalSigner },
  matter: Matter,
  at: Date,
): Promise<{ headers: Record<string, string>; body: string }> {
  const content = await deps.bodies[matter.form](matter);
  const body = JSON.stringify(content);
  const message = { id: webhookId(matter.eventId), at, body };
  const secrets = await signingSecrets(deps.store, matter.owner, matter.endpointId);
  const standard = standardHeaders(message, secrets);
  const headers = { 'content-type': 'application/json', ...standard };
  if (matter.form !== 'fal') return { headers, body };
  const requestId = content['request_id'];
  if (typeof requestId !== 'string') throw new Error('a webhook in the form of fal names its request_id');
  const fal = deps.falSigner.headers({ ...message, requestId, userId: matter.owner.accountId });
  return { headers: { ...headers, ...fal }, body };
}
