import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppError, ErrorCode, Fault } from '../../../domain/errors.ts';
import type { Env, HttpDeps } from '../../env.ts';
import { knownError } from '../../errors.ts';
import type { Links } from '../../links.ts';
import { answeredAs } from '../answered-as.ts';

/** Every refusal in fal's form: `detail`, and the `message` that its JavaScript client shows. */
export function falErrors(deps: Pick<HttpDeps, 'onUnexpected' | 'links'>) {
  return function answerFalError(thrown: Error, c: Context<Env>): Response {
    const error = knownError(thrown, c, deps);
    const status = statusFor(error, c.req.method);
    const type = requestTypes[error.code] ?? error.code;
    const links = deps.links.seenFrom(c.req.url);
    const detail = status === 422 ? detailsOf(error, links) : error.message;
    const { retryAfterSeconds } = answeredAs(error.code, error.retryAfterSeconds);
    if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
    if (status === 401) c.header('WWW-Authenticate', 'Key');
    c.header('X-Fal-Error-Type', type);
    const { message, code, hint, retryable } = error;
    const own = {
      message,
      code,
      ...(hint === undefined ? {} : { hint }),
      doc_url: links.codePage(code),
      retryable,
    };
    const word = status === 404 ? { status: 'NOT_FOUND' } : {};
    return c.json({ ...word, detail, error_type: type, ...own, request_id: c.get('requestId') }, status);
  };
}

/**
 * fal's client sends a POST again after 502 to 504; whether that one was taken, nobody can say for certain. A fault that
 * no field has is a 400 with fal.
 */
function statusFor({ code, faults }: AppError, method: string): ContentfulStatusCode {
  if (code === 'invalid_request' && faults.length === 0) return 400;
  const { status } = answeredAs(code, undefined);
  return status === 503 && method !== 'GET' ? 500 : status;
}

/** What fal calls a request that is refused as a whole. */
const requestTypes: Partial<Record<ErrorCode, string>> = {
  internal_error: 'internal_error',
  unavailable: 'internal_error',
  invalid_request: 'bad_request',
};

function detailsOf({ faults, message, code }: AppError, links: Links) {
  const all: readonly Fault[] = faults.length > 0 ? faults : [{ pointer: '', code, message }];
  return all.map((fault) => ({
    loc: ['body', ...placeOf(fault.pointer)],
    msg: fault.message,
    type: typeOf(fault),
    url: links.codePage(fault.code),
    ctx: { code: fault.code },
  }));
}

function placeOf(pointer: string): (string | number)[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Of fal's list of types, the nearest. */
const types: Partial<Record<ErrorCode, string>> = {
  too_many_references: 'sequence_too_long',
  reference_required: 'missing',
  reference_not_found: 'file_download_error',
  reference_unreachable: 'file_download_error',
  reference_forbidden_address: 'file_download_error',
  reference_timeout: 'file_download_error',
  reference_too_large: 'file_too_large',
  unsupported_by_engine: 'feature_not_supported',
};

function typeOf({ code, pointer, message }: Fault): string {
  const known = types[code];
  if (known !== undefined) return known;
  if (code === 'reference_wrong_type' || code === 'reference_unreadable') {
    const kind = /^\/(image|video|audio)_/.exec(pointer)?.[1] ?? 'image';
    return code === 'reference_unreadable' && kind === 'image'
      ? 'image_load_error'
      : `unsupported_${kind}_format`;
  }
  return / is unknown here\.$/.test(message) ? 'extra_forbidden' : 'value_error';
}
