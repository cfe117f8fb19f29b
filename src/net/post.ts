import { Client, type Dispatcher } from 'undici';
import { brokenConnection, privateAddress } from './fetch-error.ts';
import type { FetchTarget } from './fetch-target.ts';
import { guardedLookup, type Resolve } from './guarded-lookup.ts';

export interface PostOptions {
  headers: Readonly<Record<string, string>>;
  body: string;
  /** For everything together: name, connection, the last byte that is kept of the answer. */
  timeoutMs: number;
  /** How much of the answer's body is kept; the rest is not read. */
  keptBytes: number;
  signal?: AbortSignal | undefined;
}

/** What came of asking once. */
export type Posted =
  | { as: 'answered'; status: number; headers: Record<string, string>; body: string; cut: boolean }
  /** Nothing came back in time; the receiver may have it all the same. */
  | { as: 'timed_out' }
  /** There is no such host, nobody listens, the connection broke; it may have the request all the same. */
  | { as: 'unreachable'; message: string }
  /** Its name leads to a private address: nothing was sent. */
  | { as: 'forbidden'; message: string };

/**
 * Posts once, over a connection of its own, to no other address than those judged as it connects; follows nothing.
 * Rejects only with the reason of `signal`.
 */
export async function post(
  { url, trusted }: FetchTarget,
  { resolve, signal, timeoutMs, ...sent }: PostOptions & { resolve: Resolve },
): Promise<Posted> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const refusal = privateAddress(url);
  const client = new Client(url.origin, {
    connect: {
      lookup: guardedLookup({ resolve, trusted, refusal: () => refusal }),
      timeout: timeoutMs + 1_000,
    },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const response = await client.request({
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: { 'accept-encoding': 'identity', 'user-agent': 'Kinora', ...sent.headers },
      body: sent.body,
      signal: ended,
      reset: true,
    });
    response.body.on('error', () => {});
    const { statusCode: status } = response;
    return {
      as: 'answered',
      status,
      headers: headersOf(response),
      ...(await keep(response, sent.keptBytes)),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (deadline.aborted) return { as: 'timed_out' };
    if (error === refusal) return { as: 'forbidden', message: refusal.message };
    return { as: 'unreachable', message: brokenConnection(url, error).message };
  } finally {
    await client.destroy();
  }
}

/** The beginning of a body. The status has been said: what breaks after it cuts the body and is no failure. */
async function keep(
  { body }: Dispatcher.ResponseData,
  keptBytes: number,
): Promise<{ body: string; cut: boolean }> {
  const parts: Buffer[] = [];
  let size = 0;
  let cut = false;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      parts.push(part);
      size += part.length;
      if (size > keptBytes) break;
    }
  } catch {
    cut = true;
  }
  return { body: Buffer.concat(parts).subarray(0, keptBytes).toString('utf8'), cut: cut || size > keptBytes };
}

const mostHeaders = 50;
const longestHeader = 500;

function headersOf({ headers }: Dispatcher.ResponseData): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .slice(0, mostHeaders)
      .map(([name, value]) => [name, String(value).slice(0, longestHeader)]),
  );
}
