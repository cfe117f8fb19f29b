import { createReadStream } from 'node:fs';
import { Client, type Dispatcher } from 'undici';
import { brokenConnection, privateAddress, timedOut } from './fetch-error.ts';
import { checkTarget, type FetchTarget, parseTrustedOrigin } from './fetch-target.ts';
import { guardedLookup, type Resolve, resolveBySystem } from './guarded-lookup.ts';

/** The one way in which bytes of ours go to an address that a provider has given us. */
export interface SafeSend {
  /**
   * Sends once; a redirect is an answer like any other. Throws an AppError `reference_…` where the address may not be
   * connected to or breaks, and the reason of `signal` if that is aborted.
   */
  send(url: string, options: SendOptions): Promise<Sent>;
}

export interface SendOptions {
  method: 'PUT' | 'POST';
  headers: Record<string, string>;
  /** Text, or bytes of a file: `end` is the last one that goes out. */
  body: string | { path: string; start: number; end: number };
  timeoutMs: number;
  signal: AbortSignal;
}

export interface Sent {
  status: number;
  etag: string | undefined;
  /** Its first 100,000 bytes. */
  text: string;
}

const mostAnswerBytes = 100_000;

/** Sends to the public internet, and to `trustedOrigins` wherever they are. */
export function createSafeSend(options: { trustedOrigins: readonly string[]; resolve?: Resolve }): SafeSend {
  const trustedOrigins = new Set(options.trustedOrigins.map(parseTrustedOrigin));
  const resolve = options.resolve ?? resolveBySystem;
  return {
    async send(url, { signal, timeoutMs, ...rest }) {
      const target = checkTarget(url, { trustedOrigins });
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        return await sendTo(target, {
          ...rest,
          timeoutMs,
          resolve,
          signal: AbortSignal.any([signal, deadline]),
        });
      } catch (error) {
        signal.throwIfAborted();
        throw deadline.aborted ? timedOut(target.url, timeoutMs) : brokenConnection(target.url, error);
      }
    },
  };
}

async function sendTo(
  { url, trusted }: FetchTarget,
  options: SendOptions & { resolve: Resolve },
): Promise<Sent> {
  const { method, headers, body, signal, timeoutMs, resolve } = options;
  const lookup = guardedLookup({ resolve, trusted, refusal: () => privateAddress(url) });
  const client = new Client(url.origin, {
    connect: { lookup, timeout: timeoutMs + 1_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const response = await client.request({
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'user-agent': 'Kinora', 'content-length': String(lengthOf(body)), ...headers },
      body: typeof body === 'string' ? body : createReadStream(body.path, body),
      signal,
      reset: true,
    });
    // A body that nobody reads breaks when the client goes, with nobody to tell.
    response.body.on('error', () => {});
    const { etag } = response.headers;
    return {
      status: response.statusCode,
      etag: typeof etag === 'string' ? etag : undefined,
      text: await beginningOf(response.body),
    };
  } finally {
    await client.destroy();
  }
}

const lengthOf = (body: SendOptions['body']) =>
  typeof body === 'string' ? Buffer.byteLength(body) : body.end - body.start + 1;

async function beginningOf(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= mostAnswerBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostAnswerBytes).toString('utf8');
}
