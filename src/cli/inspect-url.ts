import type { InspectUrl } from '../batch/freshness.ts';
import { requestLimits } from '../domain/request.ts';
import { createSafeFetch } from '../net/safe-fetch.ts';

const timeoutMs = 30_000;

/** Looks at URLs as a server of these settings would: private addresses are refused unless they are trusted. */
export function inspectUrls(trustedOrigins: readonly string[]): InspectUrl {
  const fetch = createSafeFetch({ trustedOrigins });
  return (url, { kind, known, signal }) =>
    fetch.inspect(url, {
      maxBytes: requestLimits.maxBytes[kind],
      timeoutMs,
      signal,
      known:
        known === undefined
          ? undefined
          : { etag: known.etag, lastModified: known.last_modified, sizeBytes: known.bytes },
    });
}
