import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type JsonWebKey,
  type KeyObject,
  sign,
} from 'node:crypto';
import type { Signable } from './sign-standard.ts';

/** Signs webhooks as fal does, with an Ed25519 key of this installation. */
export interface FalSigner {
  headers(message: Signable & { requestId: string; userId: string }): Record<string, string>;
  /** What receivers verify with: the public key, as a JSON Web Key Set. */
  jwks: { keys: JsonWebKey[] };
}

/** Of an Ed25519 private key, PKCS #8 in DER, everything that comes before its 32 bytes (RFC 8410). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** `secret` are 32 random bytes in base64url; the same secret is the same key. */
export function createFalSigner(secret: string): FalSigner {
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Head, Buffer.from(secret, 'base64url')]),
    format: 'der',
    type: 'pkcs8',
  });
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(jwk.x)).digest('base64url').slice(0, 16);
  return {
    headers: (message) => falHeaders(key, message),
    jwks: { keys: [{ ...jwk, kid, use: 'sig', alg: 'EdDSA' }] },
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
