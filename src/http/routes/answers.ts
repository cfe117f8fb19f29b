import type { z } from '@hono/zod-openapi';
import { problemSchema } from '../../contract/problem.ts';

/** The JSON body of an answer, for a route's description. */
export function json<Schema extends z.ZodType>(schema: Schema, description: string) {
  return { description, content: { 'application/json': { schema } } };
}

/** A required JSON body of a request. */
export function jsonBody<Schema extends z.ZodType>(schema: Schema) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** Every refusal has this shape. */
export const refusals = {
  default: { description: 'Refused.', content: { 'application/problem+json': { schema: problemSchema } } },
} as const;

/** Beside `refusals`, for what spends credits. */
export const mayLackCredits = { 402: refusals.default } as const;

export const keyNeeded = [{ key: [] }];

export const operatorNeeded = [{ operator: [] }];
