import { Client, type Dispatcher } from 'undici';
import { AppError } from '../domain/errors.ts';
import { privateAddress } from './fetch-error.ts';
import { checkTarget, parseTrustedOrigin } from './fetch-target.ts';
import { guardedLookup, type Resolve, resolveBySystem } from './guarded-lookup.ts';
import { checkPostTarget } from './post-target.ts';

/**
 * Asks an address that others have given us once, as `fetch` does with `redirect: 'manual'`: the answer streams, whatever
 * its status. Reaches the public internet, and `trustedOrigins` wherever they are; a POST goes to https alone. Throws an
 * AppError for an address that may not be connected to, the reason of `signal`, and what breaks a connection as it is.
 */
export type SafeAsk = (
  url: string,
  request: { method: 'GET' | 'POST'; headers: Record<string, string>; body?: string; signal: AbortSignal },
) => Promise<Response>;

const connectMs = 30_000;

export function createSafeAsk(options: { trustedOrigins: readonly string[]; resolve?: Resolve }): SafeAsk {
  const trustedOrigins = new Set(options.trustedOrigins.map(parseTrustedOrigin));
  const resolve = options.resolve ?? resolveBySystem;
  return async (text, { method, headers, body, signal }) => {
    signal.throwIfAborted();
    const { url, trusted } =
      method === 'POST' ? checkPostTarget(text, trustedOrigins) : inOwnWords(text, trustedOrigins);
    const refusal = forbidden(url);
    const client = new Client(url.origin, {
      connect: { lookup: guardedLookup({ resolve, trusted, refusal: () => refusal }), timeout: connectMs },
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    try {
      const answer = await client.request({
        path: `${url.pathname}${url.search}`,
        method,
        // Unpacked, a small body can be any size.
        headers: { 'user-agent': 'Kinora', ...headers, 'accept-encoding': 'identity' },
        ...(body === undefined ? {} : { body }),
        signal,
        reset: true,
      });
      return await responseOf(answer, client);
    } catch (error) {
      await client.destroy();
      signal.throwIfAborted();
      throw error;
    }
  };
}

/** The words of references speak of uploads, which are no way out here. */
function inOwnWords(text: string, trustedOrigins: ReadonlySet<string>) {
  try {
    return checkTarget(text, { trustedOrigins });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError('reference_forbidden_address', error.message, { hint: trustIt, cause: error });
  }
}

const trustIt =
  'Sources of a workflow on a server lie on the public internet; the operator may add others to KINORA_TRUSTED_ORIGINS.';

const forbidden = (url: URL) =>
  new AppError('reference_forbidden_address', privateAddress(url).message, { hint: trustIt });

const withoutBody = [101, 204, 205, 304];

/** Its connection ends with its body, or with whoever does not want that. */
async function responseOf(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  client: Client,
): Promise<Response> {
  // A body that nobody reads breaks when the client goes, with nobody to tell.
  body.on('error', () => {});
  const list = Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one): [string, string] => [name, one]),
  );
  if (status < 200 || status > 599 || withoutBody.includes(status)) {
    await client.destroy();
    return new Response(null, { status: withoutBody.includes(status) && status > 199 ? status : 502 });
  }
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done !== true) return controller.enqueue(value);
        controller.close();
      } catch (error) {
        await client.destroy();
        throw error;
      }
      await client.destroy();
    },
    cancel: () => client.destroy(),
  });
  return new Response(stream, { status, headers: list });
}
