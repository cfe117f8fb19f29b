import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Env, HttpDeps } from '../env.ts';
import { describeSecurity, openApiDocument } from '../openapi/document.ts';
import { json, refusals } from './answers.ts';

const healthSchema = z.object({ status: z.literal('ok'), engines: z.array(z.string()) }).openapi('Health');

/** Whether this server can serve, and the description of everything it serves. Neither needs a key. */
export function healthRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/healthz',
      summary: 'Whether the server and its database answer',
      operationId: 'getHealth',
      tags: ['Server'],
      description:
        'Answers 200 as long as the server and its database do, and names the engines. Needs no key.',
      responses: { 200: json(healthSchema, 'Both do.'), ...refusals },
    }),
    async (c) => {
      await deps.store.query('select 1');
      return c.json({ status: 'ok' as const, engines: [...deps.engines.keys()] }, 200);
    },
  );

  describeSecurity(app);
  app.get('/openapi.json', (c) => c.json(openApiDocument(app, deps.links.absolute(''))));
}
