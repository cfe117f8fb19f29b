import { requestLimits } from '../domain/request.ts';
import type { InspectUrl } from './freshness.ts';

const timeoutMs = 30_000;

/** What looks behind an address; that of a server reaches public ones alone. */
interface Inspector {
  inspect(
    url: string,
    options: {
      maxBytes: number;
      timeoutMs: number;
      signal: AbortSignal;
      known: { etag: string | undefined; lastModified: string | undefined; sizeBytes: number } | undefined;
    },
  ): ReturnType<InspectUrl>;
}

/** Looks at references within the limits that a request has for them. */
export function inspectBy(fetch: Inspector): InspectUrl {
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
