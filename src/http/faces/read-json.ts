import type { Context } from 'hono';
import { AppError } from '../../domain/errors.ts';
import type { Env } from '../env.ts';

/** A body as an object that nobody has judged yet. */
export type Unread = Record<string, unknown>;

/** The JSON object that a call carries. Throws an AppError for any other body. */
export async function readJsonObject(c: Context<Env>): Promise<Unread> {
  const text = await c.req.text();
  const value = parse(text);
  if (value === undefined)
    throw new AppError(
      'invalid_request',
      text === '' ? 'The body is empty.' : 'The body is not valid JSON.',
      {
        hint: 'Send a JSON object with Content-Type: application/json.',
      },
    );
  return asObject(value, 'The body');
}

/** Throws an AppError that calls the value by `name` if it is no object. */
export function asObject(value: unknown, name: string): Unread {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new AppError('invalid_request', `${name} must be a JSON object.`);
  return value as Unread;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
