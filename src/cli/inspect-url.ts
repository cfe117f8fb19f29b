import type { InspectUrl } from '../batch/freshness.ts';
import { inspectBy } from '../batch/inspect-url.ts';
import { createSafeFetch } from '../net/safe-fetch.ts';

/** Looks at URLs as a server of these settings would: private addresses are refused unless they are trusted. */
export const inspectUrls = (trustedOrigins: readonly string[]): InspectUrl =>
  inspectBy(createSafeFetch({ trustedOrigins }));
