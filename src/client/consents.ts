import type { z } from '@hono/zod-openapi';
import type {
  Consent,
  ConsentLink,
  ConsentPage,
  CreatedConsentLink,
  consentQuerySchema,
  DeletionCertificate,
  NewConsent,
  NewConsentLink,
} from '../contract/consent.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };

export interface ConsentCalls {
  consents: {
    /** Records a consent that you hold. Never retried by itself: a lost answer may have written it. */
    record(body: NewConsent, options?: Options): Promise<Consent>;
    /** Newest first. */
    list(query?: Partial<z.input<typeof consentQuerySchema>>, options?: Options): Paged<ConsentPage>;
    get(id: string, options?: Options): Promise<Consent>;
    /** For good: stops what is being made of the person and deletes what was. Doing it again does nothing more. */
    revoke(id: string, body?: { reason?: string }, options?: Options): Promise<Consent>;
    /**
     * What was deleted; check it with `verifyCertificate`. Throws a KinoraError `invalid_state` that is `retryable` while
     * something is still being stopped.
     */
    certificate(id: string, options?: Options): Promise<DeletionCertificate>;
    /** What certificates of this server are verified with: a JSON Web Key Set. */
    keys(options?: Options): Promise<{ keys: { kid?: string; x?: string }[] }>;
    links: {
      /** A page for one person; the address is shown this once. One whose answer was lost ends by itself. */
      create(body: NewConsentLink, options?: Options): Promise<CreatedConsentLink>;
      get(id: string, options?: Options): Promise<ConsentLink>;
    };
  };
}

export function consentCalls(transport: Transport): ConsentCalls {
  const route = routesOf(transport);
  return {
    consents: {
      record: route('POST /v1/consents body'),
      list: route('GET /v1/consents pages'),
      get: route('GET /v1/consents/{}'),
      revoke: route('POST /v1/consents/{}/revoke body again'),
      certificate: route('GET /v1/consents/{}/certificate'),
      keys: route('GET /.well-known/jwks.json'),
      links: {
        create: route('POST /v1/consent-links body again'),
        get: route('GET /v1/consent-links/{}'),
      },
    },
  };
}
