import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { Caller } from '../actions/caller.ts';
import { AppError } from '../domain/errors.ts';
import type { Db } from '../store/db.ts';
import { findActiveKey, findKeyBySecret } from '../store/keys.ts';
import type { Env, Identity } from './env.ts';
import type { Links } from './links.ts';
import { refuseKeyOfPage } from './pages.ts';

const hintFor = ([usual = 'Bearer']: readonly AuthScheme[] = []) =>
  `Send "Authorization: ${usual} kin_live_…". Keys come from POST /v1/keys.`;

const shownSchemes = (schemes: readonly AuthScheme[]) =>
  schemes.map((scheme) => (scheme === 'Bearer' ? 'a bearer token' : `"${scheme}" and a key`)).join(' or ');

/** Words that a client may write before its key. */
export type AuthScheme = 'Bearer' | 'Key' | 'Token';

export interface AuthOptions {
  store: Db;
  operatorKey: string;
  links: Links;
  /** The first is the usual one. Absent: Bearer. */
  schemes?: readonly AuthScheme[];
}

/** Finds out who calls, before any body is read; nobody, a wrong credential and the key of a page are refused here. */
export function authenticate(options: AuthOptions): MiddlewareHandler<Env> {
  return async function identify(c, next) {
    const acting = c.env?.actingKeyId;
    if (acting !== undefined) {
      c.set('identity', await identityOfKey(acting, options));
      return next();
    }
    const header = c.req.header('authorization');
    if (header === undefined)
      throw new AppError('unauthenticated', 'This needs an API key.', { hint: hintFor(options.schemes) });
    const identity = await identityOf(header, options);
    refuseKeyOfPage(c, identity, options.links);
    c.set('identity', identity);
    await next();
  };
}

/** The secret of an upload token, if that is what a request carries. */
export function uploadTokenIn(header: string | undefined): string | undefined {
  return /^[A-Za-z]+ +(kin_upload_\S+)$/.exec(header ?? '')?.[1];
}

async function identityOf(
  header: string,
  { store, operatorKey, schemes = ['Bearer'] }: AuthOptions,
): Promise<Identity> {
  const [, scheme = '', secret] = /^([A-Za-z]+) +(\S+)$/.exec(header) ?? [];
  const hint = hintFor(schemes);
  if (secret === undefined || !schemes.some((one) => one.toLowerCase() === scheme.toLowerCase()))
    throw new AppError('unauthenticated', `The Authorization header is not ${shownSchemes(schemes)}.`, {
      hint,
    });
  if (uploadTokenIn(header) !== undefined)
    throw new AppError('forbidden', 'An upload token can upload, and nothing else.', {
      hint: 'Post files with it to /v1/files. Everything else is for your server, with a key.',
    });
  if (sameText(secret, operatorKey)) return { is: 'operator' };
  const key = await findKeyBySecret(store, secret);
  if (key === undefined)
    throw new AppError('unauthenticated', 'The API key is unknown or revoked.', { hint });
  return { is: 'account', accountId: key.accountId, keyId: key.id, purse: key.mode };
}

/** Of a run of this process: it has the rights of its key and no others, and none once that is revoked. */
async function identityOfKey(keyId: string, { store }: AuthOptions): Promise<Identity> {
  const key = await findActiveKey(store, keyId);
  if (key === undefined)
    throw new AppError('unauthenticated', 'The API key is unknown or revoked.', { hint: hintFor() });
  return { is: 'account', accountId: key.accountId, keyId: key.id, purse: key.mode };
}

/** The account that calls; anybody else is refused. */
export function accountOf(c: Context<Env>): Caller {
  const identity = signedIn(c);
  if (identity.is === 'operator')
    throw new AppError('forbidden', 'This needs the key of an account; the operator key has no credits.', {
      hint: 'Make a key for an account with POST /v1/keys and use that.',
    });
  const { accountId, keyId, purse } = identity;
  return { accountId, keyId, purse };
}

/** Refuses everybody but the operator. */
export function requireOperator(c: Context<Env>): void {
  if (signedIn(c).is !== 'operator')
    throw new AppError('forbidden', 'This needs the operator key.', {
      hint: 'It lies in the file operator-key in the data folder of the server.',
    });
}

/** Who `authenticate` found. */
export function signedIn(c: Context<Env>): Identity {
  const identity = c.get('identity');
  if (identity === undefined) throw new Error('a route that needs an identity is not behind authenticate');
  return identity;
}

/** Who calls, as the audit log writes it. */
export function actorOf(c: Context<Env>): string {
  const identity = signedIn(c);
  return identity.is === 'operator' ? 'operator' : identity.keyId;
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
