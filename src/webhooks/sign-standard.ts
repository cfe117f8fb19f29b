import { Webhook } from 'standardwebhooks';

/** One message and the moment it is sent. */
export interface Signable {
  /** The same over all tries of an event. */
  id: string;
  at: Date;
  body: string;
}

/** The headers of Standard Webhooks, with a signature by each of the secrets, `whsec_…`: whoever has one of them can verify. */
export function standardHeaders(
  { id, at, body }: Signable,
  secrets: readonly string[],
): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
