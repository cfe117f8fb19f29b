import { createHash } from 'node:crypto';
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
  /**
   * What a URL holds now, read and not kept; `unchanged` where its server says, or its headers show, that it is still
   * what `known` tells. Throws as `download` does.
   */
  inspect(url: string, options: InspectOptions): Promise<Inspected | 'unchanged'>;
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

export interface InspectOptions extends Omit<DownloadOptions, 'to' | 'headers'> {
  known?: Pick<Inspected, 'etag' | 'lastModified' | 'sizeBytes'> | undefined;
}

export interface Inspected {
  sha256: string;
  sizeBytes: number;
  /** As the server wrote them. */
  etag: string | undefined;
  lastModified: string | undefined;
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

  /** Follows a URL to an answer that is no redirect, and hands that over. */
  async function follow<T>(
    url: string,
    { signal, timeoutMs, headersFor }: FollowOptions,
    take: (response: Dispatcher.ResponseData, url: URL) => Promise<T>,
  ): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    const ended = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    let target = checkTarget(url, { trustedOrigins });
    try {
      for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        const headers = headersFor(target);
        const visited = await visit(target, { resolve, signal: ended, timeoutMs, headers }, take);
        if (visited.status === 'taken') return visited.taken;
        target = checkTarget(visited.location, { base: target.url, trustedOrigins });
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw deadline.aborted ? timedOut(target.url, timeoutMs) : error;
    }
    throw unreachable(target.url, `is one redirect too many; at most ${maxRedirects} are followed`);
  }

  return {
    download: (url, { headers = {}, ...options }) =>
      follow(
        url,
        { ...options, headersFor: ({ trusted }) => (trusted ? headers : {}) },
        (response, visited) => save(response, visited, options),
      ),
    inspect: (url, { known, ...options }) =>
      follow(url, { ...options, headersFor: () => conditions(known) }, (response, visited) =>
        inspect(response, visited, { ...options, known }),
      ),
    checkPostTarget(url) {
      checkPostTarget(url, trustedOrigins);
    },
    async post(url, options) {
      return post(checkPostTarget(url, trustedOrigins), { ...options, resolve });
    },
  };
}

interface FollowOptions {
  signal?: AbortSignal | undefined;
  timeoutMs: number;
  headersFor(target: FetchTarget): Readonly<Record<string, string>>;
}

interface VisitOptions {
  signal: AbortSignal;
  resolve: Resolve;
  timeoutMs: number;
  headers: Readonly<Record<string, string>>;
}

type Visited<T> = { status: 'taken'; taken: T } | { status: 'redirected'; location: string };

/** Asks once, over a connection of its own: one kept open would escape the next check. */
async function visit<T>(
  { url, trusted }: FetchTarget,
  { resolve, signal, timeoutMs, headers }: VisitOptions,
  take: (response: Dispatcher.ResponseData, url: URL) => Promise<T>,
): Promise<Visited<T>> {
  const lookup = guardedLookup({ resolve, trusted, refusal: () => privateAddress(url) });
  const client = new Client(url.origin, {
    // The signal bounds the whole. After it, this gives up the socket of a connection that nobody answers.
    connect: { lookup, timeout: timeoutMs + 1_000 },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  try {
    const response = await request(client, url, { signal, headers });
    const location = response.headers['location'];
    if (redirectStatuses.includes(response.statusCode) && typeof location === 'string')
      return { status: 'redirected', location };
    return { status: 'taken', taken: await take(response, url) };
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
  response: Dispatcher.ResponseData,
  url: URL,
  { to, maxBytes }: Pick<DownloadOptions, 'to' | 'maxBytes'>,
): Promise<Downloaded> {
  const { headers, body } = response;
  refuseUnfit(response, url, maxBytes);
  const onTooLarge = () => tooLarge(url, 'goes on beyond the limit', maxBytes);
  const saved = await saveBody(received(body, url), { to, maxBytes, onTooLarge });
  return { ...saved, contentType: oneOf(headers['content-type']), finalUrl: url.href };
}

/** How a server is asked whether anything has changed. */
const conditions = (known: InspectOptions['known']) => ({
  ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
  ...(known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
});

async function inspect(
  response: Dispatcher.ResponseData,
  url: URL,
  { known, maxBytes }: Pick<InspectOptions, 'known' | 'maxBytes'>,
): Promise<Inspected | 'unchanged'> {
  const { statusCode, headers, body } = response;
  if (statusCode === 304 && known !== undefined) return 'unchanged';
  refuseUnfit(response, url, maxBytes);
  const etag = oneOf(headers['etag']);
  const lastModified = oneOf(headers['last-modified']);
  if (known !== undefined && isSame(known, { etag, lastModified, length: oneOf(headers['content-length']) }))
    return 'unchanged';
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of received(body, url)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maxBytes) throw tooLarge(url, 'goes on beyond the limit', maxBytes);
    hash.update(chunk);
  }
  return { sha256: hash.digest('hex'), sizeBytes, etag, lastModified };
}

/** For servers that know no conditions: a strong ETag alone, else the day of change and the size together. */
function isSame(
  known: NonNullable<InspectOptions['known']>,
  now: { etag: string | undefined; lastModified: string | undefined; length: string | undefined },
): boolean {
  if (known.etag !== undefined && now.etag !== undefined)
    return known.etag === now.etag && !known.etag.startsWith('W/');
  return (
    known.lastModified !== undefined &&
    known.lastModified === now.lastModified &&
    String(known.sizeBytes) === now.length
  );
}

const oneOf = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

function refuseUnfit({ statusCode, headers }: Dispatcher.ResponseData, url: URL, maxBytes: number): void {
  if (statusCode !== 200) throw badStatus(url, statusCode);
  const encoding = headers['content-encoding'] ?? 'identity';
  // Unpacked, a small body can be any size; nobody has to pack one, since we asked for it plain.
  if (String(encoding).toLowerCase() !== 'identity')
    throw unreachable(url, `answered in the content encoding "${encoding}", though asked for none`);
  const declared = Number(headers['content-length'] ?? 0);
  if (declared > maxBytes) throw tooLarge(url, `has ${declared} bytes`, maxBytes);
}

/** The body, with what breaks it told as the server's fault and not as the file's. */
async function* received(body: AsyncIterable<Uint8Array>, url: URL): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw brokenConnection(url, error);
  }
}
