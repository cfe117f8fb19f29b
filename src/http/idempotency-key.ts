import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { AppError } from '../domain/errors.ts';
import type { Env } from './env.ts';

export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .openapi({ description: 'The same key with the same body gives the first answer again, for 30 days.' }),
});

/** The caller's key for "do this once", if there is one. */
export function idempotencyKeyOf(c: Context<Env>): string | undefined {
  const key = c.req.header('idempotency-key');
  if (key !== undefined && (key.trim() === '' || key.length > 255))
    throw new AppError('invalid_request', 'The Idempotency-Key header must have 1 to 255 characters.');
  return key;
}
