import { errorOf, KinoraError, noKinora } from './error.ts';
import { given } from './given.ts';
import { parseJson } from './parse-json.ts';
import { type RetryPolicy, withRetries } from './retry.ts';

/** How calls are made; all of it has a default. */
export interface TransportSettings {
  fetch?: typeof globalThis.fetch;
  /** How long a call that may be repeated is tried again before its error is thrown. Milliseconds; default two minutes. */
  giveUpAfterMs?: number;
  now?: () => number;
  /** From 0 to 1. */
  random?: () => number;
  sleep?: RetryPolicy['sleep'];
}

export interface TransportOptions extends TransportSettings {
  /** Where the server is, such as `http://localhost:4700`. */
  baseUrl: string;
  key: string | undefined;
}

export interface Call {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; the type of the content follows from it. */
  body?: FormData;
  idempotencyKey?: string | undefined;
  /** Whether sending it twice does no harm. Default: reads, changes and whatever carries an idempotency key. */
  repeatable?: boolean;
  signal?: AbortSignal | undefined;
  /** Of one try, until its answer is read. Default a minute. */
  timeoutMs?: number;
}

/** One server, one key. */
export interface Transport {
  /** The JSON of the answer, or undefined where it has none; throws KinoraError for everything else. */
  call<T>(call: Call): Promise<T>;
  /** One try, unread: for streams. Throws KinoraError unless the answer is 2xx. `url` may also be absolute: then the key stays here. */
  open(url: string, options: { accept?: string; signal?: AbortSignal | undefined }): Promise<Response>;
  fetch: typeof globalThis.fetch;
  policy: RetryPolicy;
}

const jsonType = 'application/json';

const defaultTimeoutMs = 60_000;

/** Longer than the server keeps an idempotency key for a call whose process has died. */
const defaultGiveUpMs = 120_000;

export function createTransport(options: TransportOptions): Transport {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  if (!/^https?:\/\//.test(baseUrl) || !URL.canParse(baseUrl))
    throw new KinoraError('invalid_request', `"${options.baseUrl}" is not the address of a server.`, {
      hint: 'Write it with its scheme, such as http://localhost:4700.',
    });
  const { key } = options;
  const credentials = given({ authorization: key === undefined ? undefined : `Bearer ${key}` });

  // Called without its owner, since a browser's own fetch refuses to be a method of something else.
  const { fetch = globalThis.fetch, giveUpAfterMs = defaultGiveUpMs } = options;
  const { now = Date.now, random = Math.random, sleep = pause } = options;
  const policy: RetryPolicy = { giveUpAfterMs, now, random, sleep };
  const send = async (url: string, init: RequestInit): Promise<Response> => {
    try {
      return await fetch(url, init);
    } catch (cause) {
      throw unreachable(baseUrl, cause, init.signal ?? undefined);
    }
  };

  const once = async <T>(call: Call): Promise<T> => {
    const { signal, timeoutMs = defaultTimeoutMs } = call;
    const timeout = AbortSignal.timeout(timeoutMs);
    const init = {
      method: call.method,
      headers: { ...credentials, ...headersOf(call) },
      body: call.body ?? (call.json === undefined ? null : JSON.stringify(call.json)),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    };
    try {
      const response = await send(baseUrl + call.path, init);
      if (!response.ok) throw await errorOf(response);
      return (response.status === 204 ? undefined : await readJson(response, baseUrl)) as T;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  };

  return {
    call: (call) => {
      const repeatable = call.repeatable ?? (call.method !== 'POST' || call.idempotencyKey !== undefined);
      return repeatable ? withRetries(policy, () => once(call), call.signal) : once(call);
    },
    async open(url, { accept, signal }) {
      const own = url.startsWith('/');
      const response = await send(own ? baseUrl + url : url, {
        headers: { ...(own ? credentials : {}), ...given({ accept }) },
        signal: signal ?? null,
      });
      if (!response.ok) throw await errorOf(response);
      return response;
    },
    fetch: (input, init) => fetch(input, init),
    policy,
  };
}

const headersOf = ({ json, idempotencyKey }: Call) =>
  given({
    accept: jsonType,
    'content-type': json === undefined ? undefined : jsonType,
    'idempotency-key': idempotencyKey,
  });

async function readJson(response: Response, baseUrl: string): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    throw unreachable(baseUrl, cause, undefined);
  }
  const answer = parseJson(text);
  if (answer !== undefined) return answer;
  const { status } = response;
  throw new KinoraError('unexpected_answer', `${baseUrl} answered ${status} with no JSON.`, {
    hint: noKinora,
    status,
  });
}

function unreachable(baseUrl: string, cause: unknown, signal: AbortSignal | undefined): KinoraError {
  const timedOut = signal?.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
  const what = timedOut ? 'did not answer in time' : `cannot be reached${because(cause)}`;
  return new KinoraError('unreachable', `${baseUrl} ${what}.`, {
    hint: 'Check the address, and that the server runs.',
    retryable: true,
    cause,
  });
}

/** `fetch` hides the reason, such as ECONNREFUSED, in the cause of its error. */
function because(error: unknown): string {
  const { cause = error } = (error ?? {}) as { cause?: unknown };
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  const why = code || message;
  return typeof why === 'string' ? ` (${why})` : '';
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
