import { STATUS_CODES } from 'node:http';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { Problem } from '../contract/problem.ts';
import { AppError, type ErrorCode } from '../domain/errors.ts';
import type { Env, HttpDeps } from './env.ts';
import type { Links } from './links.ts';

/** The HTTP status of each code. */
export const statusOf = {
  invalid_request: 422,
  invalid_prompt: 422,
  invalid_duration: 422,
  invalid_aspect_ratio: 422,
  too_many_references: 422,
  reference_required: 422,
  reference_not_found: 422,
  reference_unreachable: 422,
  reference_forbidden_address: 422,
  reference_wrong_type: 422,
  reference_too_large: 422,
  reference_unreadable: 422,
  reference_timeout: 422,
  consent_required: 422,
  consent_invalid: 422,
  reference_changed: 422,
  unsupported_by_engine: 422,
  unsupported_media_type: 415,
  body_too_large: 413,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  gone: 410,
  invalid_state: 409,
  idempotency_key_reused: 409,
  idempotency_in_progress: 409,
  insufficient_credits: 402,
  budget_exceeded: 402,
  price_above_maximum: 402,
  quote_invalid: 422,
  quote_expired: 422,
  price_unknown: 422,
  unavailable: 503,
  internal_error: 500,
} as const satisfies Record<ErrorCode, number>;

/** Every error becomes one answer here: RFC 9457, with what was meant and what to do about it. */
export function errorHandler(deps: Pick<HttpDeps, 'onUnexpected' | 'links'>) {
  return function answerError(error: Error, c: Context<Env>): Response {
    return problem(c, knownError(error, c, deps), deps.links);
  };
}

/** The error as the caller may see it; one that nobody expected is told to the operator and kept from the caller. */
export function knownError(error: Error, c: Context<Env>, deps: Pick<HttpDeps, 'onUnexpected'>): AppError {
  const known = asAppError(error);
  if (known !== undefined) return known;
  const id = c.get('requestId');
  deps.onUnexpected(error, { id, method: c.req.method, path: c.req.path });
  return unexpected(id);
}

export function problem(c: Context<Env>, error: AppError, links: Links): Response {
  const status = statusOf[error.code];
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: error.code,
    detail: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    retryable: error.retryable,
    charged: false,
    doc_url: links.codePage(error.code),
    request_id: c.get('requestId'),
    errors: [...error.faults],
  };
  if (error.retryAfterSeconds !== undefined) c.header('Retry-After', String(error.retryAfterSeconds));
  if (status === 401) c.header('WWW-Authenticate', 'Bearer');
  return c.body(JSON.stringify(body), status, { 'Content-Type': 'application/problem+json' });
}

function asAppError(error: Error): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!(error instanceof HTTPException)) return undefined;
  if (error.status === 400)
    return new AppError('invalid_request', 'The body is not valid JSON.', {
      hint: 'Send a JSON object with Content-Type: application/json.',
      cause: error,
    });
  if (error.status === 415)
    return new AppError('unsupported_media_type', 'The body must be JSON.', {
      hint: 'Send a JSON object with Content-Type: application/json.',
      cause: error,
    });
  return undefined;
}

const unexpected = (requestId: string) =>
  new AppError('internal_error', `Something went wrong on our side. The request id is ${requestId}.`, {
    hint: 'Nothing was charged. Try again; if it stays, look for the request id in the log of the server.',
    retryable: true,
  });
