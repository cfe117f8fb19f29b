/**
 * Asks an address once and follows no redirect. The command line hands in the built-in `fetch`, since its user wrote
 * the address; a server hands in one that reaches public addresses alone.
 */
export type FetchOnce = (
  url: string,
  request: {
    method: 'GET' | 'POST';
    headers: Record<string, string>;
    body?: string;
    redirect: 'manual';
    signal: AbortSignal;
  },
) => Promise<Response>;
