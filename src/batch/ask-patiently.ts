import { AppError } from '../domain/errors.ts';
import type { FetchOnce } from './fetch-once.ts';

export interface Asking {
  fetch: FetchOnce;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const mostRedirects = 5;
const redirects = [301, 302, 303, 307, 308];
const pausesMs = [500, 2_000, 8_000];
const longestPauseMs = 60_000;

/**
 * GETs an address, again after a pause where that may help (no answer, 408, 429, 5xx), and follows redirects. `headers`
 * go to the origin of `home` alone. The answer is a 200 whose body is still to be read, within `timeoutMs` from the
 * asking. Throws an AppError that names the address without its query, since that may hold a secret.
 */
export async function askPatiently(
  url: string,
  options: { home: string; headers: Record<string, string>; timeoutMs: number; signal: AbortSignal },
  { fetch, sleep }: Asking,
): Promise<Response> {
  for (let tries = 0; ; tries += 1) {
    const outcome = await ask(url, options, fetch);
    if ('response' in outcome) return outcome.response;
    const pauseMs = pausesMs[tries];
    if (!outcome.error.retryable || pauseMs === undefined) throw outcome.error;
    const asked = (outcome.error.retryAfterSeconds ?? 0) * 1_000;
    if (asked > longestPauseMs) throw outcome.error;
    await sleep(Math.max(pauseMs, asked), options.signal);
  }
}

async function ask(
  url: string,
  {
    home,
    headers,
    timeoutMs,
    signal,
  }: { home: string; headers: Record<string, string>; timeoutMs: number; signal: AbortSignal },
  fetch: FetchOnce,
): Promise<{ response: Response } | { error: AppError }> {
  const deadline = AbortSignal.timeout(timeoutMs);
  const ended = AbortSignal.any([signal, deadline]);
  let target = webUrl(url, undefined);
  for (let hops = 0; hops <= mostRedirects; hops += 1) {
    const isHome = target.origin === new URL(home).origin;
    let response: Response;
    try {
      response = await fetch(target.href, {
        method: 'GET',
        headers: { accept: '*/*', 'user-agent': 'Kinora', ...(isHome ? headers : {}) },
        redirect: 'manual',
        signal: ended,
      });
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof AppError) throw cause;
      const why = deadline.aborted ? `did not answer within ${timeoutMs / 1_000} s` : 'cannot be reached';
      return { error: unavailable(`${shown(target)} ${why}.`, { cause }) };
    }
    const location = response.headers.get('location');
    if (redirects.includes(response.status) && location !== null) {
      await response.body?.cancel();
      target = webUrl(location, target);
      continue;
    }
    if (response.status === 200) return { response };
    await response.body?.cancel();
    return { error: badStatus(target, response) };
  }
  throw new AppError(
    'invalid_request',
    `${shown(target)} is one redirect too many; ${mostRedirects} are followed.`,
  );
}

function badStatus(url: URL, { status, headers }: Response): AppError {
  const message = `${shown(url)} answered ${status}.`;
  if (status === 408 || status === 429 || status >= 500) {
    const after = Number(headers.get('retry-after') ?? Number.NaN);
    return unavailable(message, Number.isFinite(after) && after >= 0 ? { retryAfterSeconds: after } : {});
  }
  const hint =
    status === 401 || status === 403
      ? 'Give what it asks for as source.headers, with a variable of the environment for the secret.'
      : 'Open the address in a browser: it must answer 200.';
  return new AppError('invalid_request', message, { hint });
}

const unavailable = (message: string, options: { cause?: unknown; retryAfterSeconds?: number }) =>
  new AppError('unavailable', message, { ...options, retryable: true, hint: 'Try again later.' });

/** An http(s) address, perhaps relative to another; an AppError where it is none. */
export function webUrl(address: string, base: URL | undefined): URL {
  const url = URL.parse(address, base?.href);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new AppError(
      'invalid_request',
      `${base === undefined ? 'An address' : shown(base)} leads to what is no http(s) URL.`,
    );
  return url;
}

/** Without query and password, which may be secrets. */
export const shown = (url: URL) => `${url.origin}${url.pathname}`;

/** A body as it comes, at most so many bytes. Throws an AppError where it is larger or breaks off. */
export async function* bodyOf(
  response: Response,
  { name, maxBytes, signal }: { name: string; maxBytes: number; signal: AbortSignal },
): AsyncGenerator<Uint8Array, void, undefined> {
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > maxBytes)
        throw new AppError('invalid_request', `${name} is larger than ${maxBytes / 1_000_000} MB.`, {
          hint: 'Ask for smaller pages, or download it and give its path.',
        });
      yield chunk;
    }
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof AppError) throw cause;
    throw unavailable(`${name} broke off after ${size} bytes.`, { cause });
  }
}
