import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { setRoute } from '../../actions/set-route.ts';
import {
  newRouteSchema,
  type Route,
  routeListSchema,
  routeQuerySchema,
  routeSchema,
} from '../../contract/route.ts';
import { AppError } from '../../domain/errors.ts';
import { deleteRoute, listRoutes, type RouteRow } from '../../store/routes.ts';
import { actorOf, signedIn } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { json, jsonBody, keyNeeded, operatorNeeded, refusals } from './answers.ts';

const security = [...keyNeeded, ...operatorNeeded];
const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

/** Which engines requests are led to, in order. A key manages the routes of its account, the operator all. */
export function routeRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'put',
      path: '/v1/routes',
      summary: 'Lead an endpoint to engines, in order; what was there for the same requests is replaced',
      operationId: 'setRoute',
      tags: ['Engines'],
      description:
        'The first engine of the list that can make a request, and begins work just now, makes it; the others stand in for it when it fails in a way that can pass, never after a rejection and never for more credits.',
      security,
      request: { body: jsonBody(newRouteSchema) },
      responses: { 200: json(routeSchema, 'The route.'), ...refusals },
    }),
    async (c) => {
      const { account_id: accountId, scope_value: scopeValue, scope, ...body } = c.req.valid('json');
      const route = await setRoute(deps, {
        ...body,
        identity: signedIn(c),
        actor: actorOf(c),
        accountId,
        scope,
        scopeValue,
      });
      return c.json(presentRoute(route), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/routes',
      summary: 'The routes that lead your requests: everybody’s and your own',
      operationId: 'listRoutes',
      tags: ['Engines'],
      description: 'The narrowest counts: of the key, of the workflow, of the account, of everybody.',
      security,
      request: { query: routeQuerySchema },
      responses: { 200: json(routeListSchema, 'For the operator all of them.'), ...refusals },
    }),
    async (c) => {
      const identity = signedIn(c);
      const { account_id: wanted } = c.req.valid('query');
      const accountId = identity.is === 'operator' ? wanted : identity.accountId;
      if (identity.is !== 'operator' && wanted !== undefined && wanted !== accountId)
        throw new AppError('not_found', `There is no account ${wanted}.`);
      const rows = await listRoutes(deps.store, accountId);
      return c.json({ object: 'list' as const, data: rows.map(presentRoute) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/routes/{id}',
      summary: 'Remove a route; the next wider one counts then',
      operationId: 'deleteRoute',
      tags: ['Engines'],
      description: 'An account removes its own; only the operator those of everybody.',
      security,
      request: { params },
      responses: { 204: { description: 'Removed.' }, ...refusals },
    }),
    async (c) => {
      const identity = signedIn(c);
      const { id } = c.req.valid('param');
      const accountId = identity.is === 'operator' ? undefined : identity.accountId;
      if (!(await deleteRoute(deps.store, id, { accountId, actor: actorOf(c) })))
        throw new AppError('not_found', `There is no route ${id} of yours.`, {
          hint: 'GET /v1/routes lists them.',
        });
      return c.body(null, 204);
    },
  );
}

function presentRoute(row: RouteRow): Route {
  return {
    object: 'route',
    id: row.id,
    account_id: row.accountId,
    endpoint: row.endpoint,
    scope: row.scope,
    scope_value: row.scopeValue,
    engines: row.engines,
    created_at: row.createdAt.toISOString(),
    changed_at: row.changedAt.toISOString(),
  };
}
