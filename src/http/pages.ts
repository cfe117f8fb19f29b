import type { Context, MiddlewareHandler } from 'hono';
import { AppError } from '../domain/errors.ts';
import type { Env, Identity } from './env.ts';
import type { Links } from './links.ts';

/** Lets pages of any origin call a route. They send no cookies there; what they may do is up to what they carry. */
export function allowPages(allowed: { methods: string; headers: string }): MiddlewareHandler<Env> {
  return async function answerPages(c, next) {
    if (c.req.header('origin') === undefined) return next();
    c.header('Access-Control-Allow-Origin', '*');
    c.header('Access-Control-Expose-Headers', 'Retry-After, X-Request-Id');
    if (c.req.method !== 'OPTIONS') return next();
    c.header('Access-Control-Allow-Methods', allowed.methods);
    c.header('Access-Control-Allow-Headers', allowed.headers);
    c.header('Access-Control-Max-Age', '600');
    return c.body(null, 204);
  };
}

/**
 * Refuses a live or operator key in a call of a web page that is not ours: whoever opens that page has the key (R88).
 * Browsers say so, and no script can prevent it, by Sec-Fetch-Site or else by Origin; servers send neither. A key that a
 * person types into a page of this server, such as the reference, is that person's own.
 */
export function refuseKeyOfPage(c: Context<Env>, identity: Identity, links: Links): void {
  if (identity.is === 'account' && identity.purse === 'test') return;
  const page = foreignPage(c, links);
  if (page === undefined) return;
  const key = identity.is === 'operator' ? 'The operator key' : `The live key ${identity.keyId}`;
  throw new AppError('forbidden', `${key} was sent by a web page (${page}), where anybody can read it.`, {
    hint: 'Replace the key now, then keep the new one on a server of yours. A page uploads with a token of POST /v1/upload-tokens; everything else goes through your server.',
  });
}

/** The origin of the page that calls, unless it is a page of this server or no page at all. */
function foreignPage(c: Context<Env>, links: Links): string | undefined {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  if (site === 'same-origin' || site === 'none') return undefined;
  if (site !== undefined) return origin ?? `Sec-Fetch-Site: ${site}`;
  if (origin === undefined) return undefined;
  const own = [links.absolute(''), `http://${c.req.header('host')}`, `https://${c.req.header('host')}`];
  return own.includes(origin) ? undefined : origin;
}
