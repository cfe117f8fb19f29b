import { z } from '@hono/zod-openapi';
import { endpointNames } from '../domain/request.ts';
import { text } from './text.ts';

const mostEngines = 10;

const name = (what: string) =>
  text(what)
    .min(1, { error: `${what} must not be empty.` })
    .max(200, { error: `${what} has at most 200 characters.` });

export const routeScopes = ['everybody', 'account', 'workflow', 'key'] as const;

export const newRouteSchema = z
  .strictObject({
    endpoint: z.enum(endpointNames, { error: `endpoint must be one of ${endpointNames.join(', ')}.` }),
    engines: z
      .array(name('an engine'), { error: 'engines must be a list of names.' })
      .min(1, { error: 'engines must name at least one.' })
      .max(mostEngines, { error: `engines names at most ${mostEngines}.` })
      .refine((list) => new Set(list).size === list.length, { error: 'engines must name each once.' })
      .openapi({ description: 'In the order in which they are asked.', example: ['videos', 'fal'] }),
    scope: z
      .enum(routeScopes, { error: `scope must be one of ${routeScopes.join(', ')}.` })
      .optional()
      .openapi({
        description:
          'Of an account, one of its workflows or keys; `everybody` is the operator’s. The narrowest counts.',
      }),
    scope_value: name('scope_value')
      .optional()
      .openapi({ description: 'Which workflow, or the id of which key.' }),
    account_id: name('account_id')
      .optional()
      .openapi({ description: 'With the operator key: whose route it is.' }),
  })
  .refine(
    ({ scope, scope_value: value }) => (scope === 'workflow' || scope === 'key') === (value !== undefined),
    { error: 'scope_value goes with the scopes workflow and key, and has to.', path: ['scope_value'] },
  )
  .openapi('NewRoute');

export const routeSchema = z
  .object({
    object: z.literal('route'),
    id: z.string(),
    account_id: z.string().nullable().openapi({ description: 'Null for everybody’s.' }),
    endpoint: z.enum(endpointNames),
    scope: z.enum(routeScopes),
    scope_value: z.string().nullable(),
    engines: z.array(z.string()),
    created_at: z.string(),
    changed_at: z.string(),
  })
  .openapi('Route');

export type Route = z.infer<typeof routeSchema>;

export const routeListSchema = z
  .object({ object: z.literal('list'), data: z.array(routeSchema) })
  .openapi('RouteList');

export type RouteList = z.infer<typeof routeListSchema>;

export const routeQuerySchema = z.strictObject({
  account_id: z
    .string()
    .max(200)
    .optional()
    .openapi({ description: 'With the operator key: of one account only.' }),
});
