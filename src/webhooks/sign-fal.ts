import { createHash, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { instanceKey } from './instance-key.ts';
import type { Signable } from './sign-standard.ts';

/** Signs webhooks as fal does, with an Ed25519 key of this installation. */
export interface FalSigner {
  headers(message: Signable & { requestId: string; userId: string }): Record<string, string>;
  /** What receivers verify with: the public key, as a JSON Web Key Set. */
  jwks: { keys: JsonWebKey[] };
}

/** `secret` are 32 random bytes in base64url; the same secret is the same key. */
export function createFalSigner(secret: string): FalSigner {
  const { key, publicJwk } = instanceKey(secret);
  return {
    headers: (message) => falHeaders(key, message),
    jwks: { keys: [publicJwk] },
  };
}

function falHeaders(
  key: KeyObject,
  { requestId, userId, at, body }: Parameters<FalSigner['headers']>[0],
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const digest = createHash('sha256').update(body).digest('hex');
  const message = [requestId, userId, timestamp, digest].join('\n');
  return {
    'x-fal-webhook-request-id': requestId,
    'x-fal-webhook-user-id': userId,
    'x-fal-webhook-timestamp': timestamp,
    'x-fal-webhook-signature': sign(null, Buffer.from(message), key).toString('hex'),
  };
}
