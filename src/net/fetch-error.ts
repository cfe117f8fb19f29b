import { AppError } from '../domain/errors.ts';

const uploadInstead = 'Upload the file with POST /v1/files instead.';
const longestShown = 200;

/** A URL as it may be shown: without its query, which can hold a signature, and without user and password. */
function shown(url: URL): string {
  const place = url.host === '' ? url.protocol : `${url.protocol}//${url.host}`;
  const text = `${place}${url.pathname}`;
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

/** The addresses a name led to are not told: that would map the operator's network for anyone who asks. */
export const privateAddress = (url: URL) =>
  new AppError('reference_forbidden_address', `${shown(url)} is not on the public internet.`, {
    hint: `${uploadInstead} If you run that host, add its origin, ${url.origin}, to KINORA_TRUSTED_ORIGINS.`,
  });

export const forbiddenUrl = (url: URL, why: string) =>
  new AppError('reference_forbidden_address', `${shown(url)} ${why}.`, { hint: uploadInstead });

export const notAUrl = () =>
  new AppError('reference_unreachable', 'The address of a file is not a valid URL.', {
    hint: 'Give a whole URL, beginning with https:// or http://.',
  });

export const unreachable = (url: URL, why: string, options: { retryable?: boolean; cause?: unknown } = {}) =>
  new AppError('reference_unreachable', `${shown(url)} ${why}.`, { hint: uploadInstead, ...options });

export const tooLarge = (url: URL, size: string, maxBytes: number) =>
  new AppError('reference_too_large', `${shown(url)} ${size}; the limit is ${maxBytes} bytes.`, {
    hint: 'Make the file smaller.',
  });

export const timedOut = (url: URL, timeoutMs: number) =>
  new AppError('reference_timeout', `${shown(url)} did not arrive within ${timeoutMs / 1_000} s.`, {
    hint: uploadInstead,
    retryable: true,
  });

/** What the answer `status` of a server means for whoever gave us its URL. */
export const badStatus = (url: URL, status: number) =>
  unreachable(url, `answered ${status}`, {
    retryable: status >= 500 || status === 408 || status === 425 || status === 429,
  });

const network: Record<string, { why: string; retryable: boolean }> = {
  ENOTFOUND: { why: 'has a host name that does not exist', retryable: false },
  EAI_AGAIN: { why: 'has a host name that cannot be looked up just now', retryable: true },
  ECONNREFUSED: { why: 'refused the connection', retryable: true },
  ECONNRESET: { why: 'broke the connection', retryable: true },
  UND_ERR_SOCKET: { why: 'broke the connection', retryable: true },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    why: 'broke off before the length it had declared',
    retryable: true,
  },
  EHOSTUNREACH: { why: 'cannot be reached from here', retryable: true },
  ENETUNREACH: { why: 'cannot be reached from here', retryable: true },
};

/** Says what went wrong on the way to a server. The error's own message may hold addresses, so only its code is told. */
export function brokenConnection(url: URL, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
  const known = network[code];
  if (known !== undefined)
    return unreachable(url, `${known.why} (${code})`, { retryable: known.retryable, cause: error });
  const why = url.protocol === 'https:' ? 'could not be read over a safe connection' : 'could not be read';
  return unreachable(url, `${why} (${code})`, { cause: error });
}
