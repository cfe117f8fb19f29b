import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AppError } from '../../../domain/errors.ts';
import type { Env, HttpDeps } from '../../env.ts';
import { knownError, statusOf } from '../../errors.ts';

/** Every refusal in OpenAI's form, and whether its clients are to try again by themselves. */
export function openaiErrors(deps: Pick<HttpDeps, 'onUnexpected' | 'links'>) {
  return function answerOpenaiError(thrown: Error, c: Context<Env>): Response {
    const error = knownError(thrown, c, deps);
    const { code, message, hint, retryable, faults, retryAfterSeconds } = error;
    const status = statusFor(error);
    if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
    if (status === 401) c.header('WWW-Authenticate', 'Bearer');
    c.header('X-Should-Retry', String(retryable && mayRepeat(c, status)));
    const [first] = faults;
    return c.json(
      {
        error: {
          message,
          type: typeOf(status),
          param:
            first === undefined || first.pointer === '' ? null : first.pointer.slice(1).replaceAll('/', '.'),
          code,
          ...(hint === undefined ? {} : { hint }),
          ...(faults.length < 2 ? {} : { errors: faults }),
          doc_url: deps.links.seenFrom(c.req.url).codePage(code),
          retryable,
          request_id: c.get('requestId'),
        },
      },
      status,
    );
  };
}

/** OpenAI tells of a fault in the request with a 400. */
function statusFor({ code }: AppError): ContentfulStatusCode {
  const status = statusOf[code];
  return status === 422 ? 400 : status;
}

/** A submit that failed for a reason of ours may have been taken: only one that carries a key is safe to repeat. */
function mayRepeat(c: Context<Env>, status: number): boolean {
  return status < 500 || c.req.method !== 'POST' || c.req.header('idempotency-key') !== undefined;
}

function typeOf(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 402:
      return 'insufficient_quota';
    case 403:
      return 'permission_error';
    default:
      return status >= 500 ? 'server_error' : 'invalid_request_error';
  }
}
