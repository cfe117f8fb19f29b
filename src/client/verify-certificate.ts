import type { DeletionCertificate } from '../contract/consent.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { certificatePurpose } from '../domain/deletion-certificate.ts';
import type { Json } from '../domain/json.ts';

export interface VerifyCertificateOptions {
  /**
   * The keys of the server that you trust: `await client.consents.keys()`, or a copy that you have kept. Without them
   * only the key inside the certificate is used: then it is whole, and nobody knows who signed it.
   */
  keys?: { keys: readonly { kid?: string; x?: string }[] };
}

export type CertificateVerdict =
  | {
      genuine: true;
      /** Whether one of the keys that were given has signed it. */
      signer: 'trusted' | 'unknown';
      certificate: DeletionCertificate['certificate'];
    }
  | { genuine: false; fault: string };

/**
 * Checks a deletion certificate: that nothing in it was changed, and who has signed it. Takes what was read from a file
 * as it is, and never throws for what that says.
 */
export async function verifyCertificate(
  given: unknown,
  { keys }: VerifyCertificateOptions = {},
): Promise<CertificateVerdict> {
  if (!isCertificate(given)) return { genuine: false, fault: 'it is no deletion certificate' };
  const { certificate, signature } = given;
  if (signature.algorithm !== 'Ed25519')
    return { genuine: false, fault: `it is signed by "${signature.algorithm}", and Ed25519 is expected` };
  const known = keys?.keys.find(({ kid }) => kid === signature.key_id);
  if (keys !== undefined && known === undefined)
    return {
      genuine: false,
      fault: `it is signed with the key ${signature.key_id}, which is none of this server`,
    };
  if (known !== undefined && known.x !== signature.public_key)
    return { genuine: false, fault: `it names another key as ${signature.key_id} than this server has` };
  const isSigned = await isSignedBy(signature.public_key, signature.value, certificate as unknown as Json);
  if (!isSigned)
    return { genuine: false, fault: 'it was changed after it was signed, or never signed with this key' };
  return { genuine: true, signer: known === undefined ? 'unknown' : 'trusted', certificate };
}

async function isSignedBy(publicKey: string, value: string, certificate: Json): Promise<boolean> {
  const message = new TextEncoder().encode(`${certificatePurpose}\n${canonicalJson(certificate)}`);
  const algorithm = { name: 'Ed25519' };
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey };
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
    return await crypto.subtle.verify(algorithm, key, bytesOf(value), message);
  } catch (error) {
    // Neither key nor signature need be well formed; that the platform lacks the algorithm is another matter.
    if (error instanceof DOMException && error.name === 'NotSupportedError') throw error;
    return false;
  }
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function isCertificate(given: unknown): given is DeletionCertificate {
  if (!isRecord(given) || given['object'] !== 'deletion_certificate') return false;
  const { certificate, signature } = given;
  return (
    isRecord(certificate) &&
    isRecord(signature) &&
    ['algorithm', 'key_id', 'public_key', 'value'].every((name) => typeof signature[name] === 'string')
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
