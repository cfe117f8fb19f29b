import type { MiddlewareHandler } from 'hono';
import { AppError } from '../domain/errors.ts';
import type { Db } from '../store/db.ts';
import { findUploadTokenBySecret, type UploadToken } from '../store/upload-tokens.ts';
import { type AuthOptions, authenticate, uploadTokenIn } from './auth.ts';
import type { Env } from './env.ts';

const askAgain = 'Ask your server for a new one: POST /v1/upload-tokens.';

/** Finds out who uploads, before any byte is read: an account by its key, or a page by its upload token. */
export function identifyUploader(options: AuthOptions): MiddlewareHandler<Env> {
  const byKey = authenticate(options);
  return async function identify(c, next) {
    const secret = uploadTokenIn(c.req.header('authorization'));
    if (secret === undefined) return byKey(c, next);
    c.set('uploadToken', await usableToken(options.store, secret, c.req.header('origin')));
    await next();
  };
}

async function usableToken(store: Db, secret: string, origin: string | undefined): Promise<UploadToken> {
  const token = await findUploadTokenBySecret(store, secret);
  if (token === undefined || token.revokedAt !== null)
    throw new AppError('unauthenticated', 'The upload token is unknown or revoked.', { hint: askAgain });
  if (token.expired)
    throw new AppError(
      'unauthenticated',
      `The upload token ${token.id} ended at ${token.expiresAt.toISOString()}.`,
      { hint: askAgain },
    );
  if (token.origin !== null && token.origin !== origin)
    throw new AppError(
      'forbidden',
      `The upload token ${token.id} is for pages of ${token.origin}, not of ${origin ?? 'nowhere'}.`,
      { hint: 'Make it with the origin of the page that uploads, or with none.' },
    );
  return token;
}
