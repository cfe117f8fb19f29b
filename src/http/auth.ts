import { timingSafeEqual } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import type { Caller } from '../actions/submit-generation.ts';
import { AppError } from '../domain/errors.ts';
import type { Db } from '../store/db.ts';
import { findKeyBySecret } from '../store/keys.ts';
import type { Env, Identity } from './env.ts';

const hint = 'Send "Authorization: Bearer kin_live_…". Keys come from POST /v1/keys.';

/** Finds out who calls, before any body is read; nobody and a wrong credential are refused here. */
export function authenticate(options: { store: Db; operatorKey: string }): MiddlewareHandler<Env> {
  return async function identify(c, next) {
    const header = c.req.header('authorization');
    if (header === undefined) throw new AppError('unauthenticated', 'This needs an API key.', { hint });
    c.set('identity', await identityOf(header, options));
    await next();
  };
}

async function identityOf(
  header: string,
  { store, operatorKey }: { store: Db; operatorKey: string },
): Promise<Identity> {
  const secret = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (secret === undefined)
    throw new AppError('unauthenticated', 'The Authorization header is not a bearer token.', { hint });
  if (sameText(secret, operatorKey)) return { is: 'operator' };
  const key = await findKeyBySecret(store, secret);
  if (key === undefined)
    throw new AppError('unauthenticated', 'The API key is unknown or revoked.', { hint });
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
