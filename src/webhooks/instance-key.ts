import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** Of an Ed25519 private key, PKCS #8 in DER, everything that comes before its 32 bytes (RFC 8410). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The Ed25519 key of this installation, and its public half as a JSON Web Key. `secret` are 32 random bytes in base64url;
 * the same secret is the same key.
 */
export function instanceKey(secret: string): { key: KeyObject; publicJwk: JsonWebKey & { kid: string } } {
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Head, Buffer.from(secret, 'base64url')]),
    format: 'der',
    type: 'pkcs8',
  });
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(jwk.x)).digest('base64url').slice(0, 16);
  return { key, publicJwk: { ...jwk, kid, use: 'sig', alg: 'EdDSA' } };
}
