import { STATUS_CODES } from 'node:http';
import type { Context } from 'hono';
import type { Env, HttpDeps } from '../../env.ts';
import { knownError } from '../../errors.ts';
import { answeredAs } from '../answered-as.ts';

/** Every refusal in Replicate's form: title, detail, status; and which fields of the input are meant. */
export function replicateErrors(deps: Pick<HttpDeps, 'onUnexpected' | 'links'>) {
  return function answerReplicateError(thrown: Error, c: Context<Env>): Response {
    const error = knownError(thrown, c, deps);
    const { code, message, hint, retryable, faults } = error;
    const { status, retryAfterSeconds } = answeredAs(code, error.retryAfterSeconds);
    if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds));
    if (status === 401) c.header('WWW-Authenticate', 'Bearer');
    const invalid = faults.map((fault) => ({
      type: fault.code,
      field: fault.pointer.slice(1).replaceAll('/', '.'),
      description: fault.message,
    }));
    return c.json(
      {
        title: status === 422 ? 'Input validation failed' : (STATUS_CODES[status] ?? 'Error'),
        detail: message,
        status,
        ...(invalid.length === 0 ? {} : { invalid_fields: invalid }),
        code,
        ...(hint === undefined ? {} : { hint }),
        doc_url: deps.links.seenFrom(c.req.url).codePage(code),
        retryable,
        request_id: c.get('requestId'),
      },
      status,
    );
  };
}
