import { sign } from 'node:crypto';
import { canonicalJson } from '../domain/canonical-json.ts';
import { certificatePurpose } from '../domain/deletion-certificate.ts';
import type { JsonObject } from '../domain/json.ts';
import { instanceKey } from './instance-key.ts';

/** Signs deletion certificates with the Ed25519 key of this installation; `issuer` is its address. */
export function createCertificateSigner(secret: string, issuer: () => string) {
  const { key, publicJwk } = instanceKey(secret);
  return {
    issuer,
    sign(certificate: JsonObject): JsonObject {
      const message = Buffer.from(`${certificatePurpose}\n${canonicalJson(certificate)}`);
      return {
        object: 'deletion_certificate',
        certificate,
        signature: {
          algorithm: 'Ed25519',
          key_id: publicJwk.kid,
          public_key: String(publicJwk.x),
          value: sign(null, message, key).toString('base64url'),
        },
      };
    },
  };
}
