import { createCertificateSigner } from '../src/webhooks/sign-certificate.ts';
import { createFalSigner } from '../src/webhooks/sign-fal.ts';

const secret = Buffer.alloc(32, 7).toString('base64url');

/** Signs deletion certificates in tests. */
export const testCertificates = createCertificateSigner(secret, () => 'http://localhost');

/** What verifies them. */
export const testKeys = createFalSigner(secret).jwks;
