import { Client, type Dispatcher } from 'undici';
import {
  badStatus,
  brokenConnection,
  privateAddress,
  timedOut,
  tooLarge,
  unreachable,
} from './fetch-error.ts';
import { checkTarget, type FetchTarget, parseTrustedOrigin } from './fetch-target.ts';
import { guardedLookup, type Resolve, resolveBySystem } from './guarded-lookup.ts';
import { type Posted, type PostOptions, post } from './post.ts';
import { checkPostTarget } from './post-target.ts';
import { saveBody } from './save-body.ts';

/** The one way out to addresses that others have given us. */
export interface SafeFetch {
  /**
   * Fetches a URL into a new file. Throws an AppError `reference_…` for everything that is the URL's or its server's
   * fault, the reason of `signal` if that was aborted, and file system errors as they are; the file is gone then.
   */
  download(url: string, options: DownloadOptions): Promise<Downloaded>;
  /** Throws an AppError `invalid_request` for an address that `post` would never send to, whatever its name leads to. */
  checkPostTarget(url: string): void;
  /** Sends to a receiver, once, and follows no redirect. Throws as `checkPostTarget` does. */
  post(url: string, options: PostOptions): Promise<Posted>;
}

export interface DownloadOptions {
  maxBytes: number;
  /** For everything together: names, redirects, the last byte. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Go to trusted origins alone, whatever redirects where. */
  headers?: Readonly<Record<string, string>>;
  /** Path of the file, which must not exist yet. */
  to: string;
}

export interface Downloaded {
  sizeBytes: number;
  sha256: string;
  /** What the server calls it; to be believed of nothing. */
  contentType: string | undefined;
  /** After redirects, with its query. */
  finalUrl: string;
}

const maxRedirects = 5;
const redirectStatuses = [301, 302, 303, 307, 308];

/**
 * Fetches from the public internet, and from `trustedOrigins` (exact scheme, host and port) wherever they are.
 * Every redirect is judged like a URL of its own. Throws a TypeError if a trusted origin is not one.
 */
export function createSafeFetch(options: {
  trustedOrigins: readonly string[];
  resolve?: Resolve;
}): SafeFetch {
  const trustedOrigins = new Set(options.trustedOrigins.map(parseTrustedOrigin));
  const resolve = options.resolve ?? resolveBySystem;

  return {
    async download(url, { signal, ...rest }) {
      const deadline = AbortSignal.timeout(rest.timeoutMs);
      const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      let target = checkTarget(url, { trustedOrigins });
      try {
        for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
          const visited = await visit(target, { ...rest, resolve, signal: ended });
          if (visited.status === 'saved') return visited.downloaded;
          target = checkTarget(visited.location, { base: target.url, trustedOrigins });
        }
      } catch (error) {
        signal?.throwIfAborted();
        throw deadline.aborted ? timedOut(target.url, rest.timeoutMs) : error;
      }
      throw unreachable(target.url, `is one redirect too many; at most ${maxRedirects} are followed`);
    },
    checkPostTarget(url) {
      checkPostTarget(url, trustedOrigins);
    },
    async post(url, options) {
      return post(checkPostTarget(url, trustedOrigins), { ...options, resolve });
    },
  };
}

interface VisitOptions extends DownloadOptions {
  signal: AbortSignal;
  resolve: Resolve;
}

type Visited = { status: 'saved'; downloaded: Downloaded } | { status: 'redirected'; location: string };

/** Asks once, over a connection of its own: one kept open would escape the next check. */
async function visit({ url, trusted }: FetchTarget, options: VisitOptions): Promise<Visited> {
  const { resolve, signal, timeoutMs, headers = {} } = options;
  const lookup = guardedLookup({ resolve, trusted, refusal: () => privateAddress(url) });
  const client = new Client(url.origin, {
    // The signal bounds the whole. After it, this gives up the socket of a connection that nobody answers.
    connect: { lookup, timeout: timeoutMs + 1_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const response = await request(client, url, { signal, headers: trusted ? headers : {} });
    const location = response.headers['location'];
    if (redirectStatuses.includes(response.statusCode) && typeof location === 'string')
      return { status: 'redirected', location };
    return { status: 'saved', downloaded: await save(response, url, options) };
  } finally {
    await client.destroy();
  }
}

async function request(
  client: Client,
  url: URL,
  { signal, headers }: { signal: AbortSignal; headers: Readonly<Record<string, string>> },
): Promise<Dispatcher.ResponseData> {
  try {
    const response = await client.request({
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: { ...headers, accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Kinora' },
      signal,
      reset: true,
    });
    // A body that nobody reads breaks when the client goes, with nobody to tell.
    response.body.on('error', () => {});
    return response;
  } catch (error) {
    throw brokenConnection(url, error);
  }
}

async function save(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  url: URL,
  { to, maxBytes }: VisitOptions,
): Promise<Downloaded> {
  if (statusCode !== 200) throw badStatus(url, statusCode);
  const encoding = headers['content-encoding'] ?? 'identity';
  // Unpacked, a small body can be any size; nobody has to pack one, since we asked for it plain.
  if (String(encoding).toLowerCase() !== 'identity')
    throw unreachable(url, `answered in the content encoding "${encoding}", though asked for none`);
  const declared = Number(headers['content-length'] ?? 0);
  if (declared > maxBytes) throw tooLarge(url, `has ${declared} bytes`, maxBytes);
  const onTooLarge = () => tooLarge(url, 'goes on beyond the limit', maxBytes);
  const saved = await saveBody(received(body, url), { to, maxBytes, onTooLarge });
  const contentType = headers['content-type'];
  return {
    ...saved,
    contentType: typeof contentType === 'string' ? contentType : contentType?.[0],
    finalUrl: url.href,
  };
}

/** The body, with what breaks it told as the server's fault and not as the file's. */
async function* received(body: AsyncIterable<Uint8Array>, url: URL): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw brokenConnection(url, error);
  }
}
