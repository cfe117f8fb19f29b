import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Env, HttpDeps } from '../env.ts';
import { json, refusals } from './answers.ts';

const healthSchema = z.object({ status: z.literal('ok'), engines: z.array(z.string()) }).openapi('Health');

/** Whether this server can serve, and the description of everything it serves. Neither needs a key. */
export function healthRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/healthz',
      summary: 'Whether the server and its database answer',
      responses: { 200: json(healthSchema, 'Both do.'), ...refusals },
    }),
    async (c) => {
      await deps.store.query('select 1');
      return c.json({ status: 'ok' as const, engines: [...deps.engines.keys()] }, 200);
    },
  );

  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'The key of an account: kin_live_… or kin_test_….',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'operator', {
    type: 'http',
    scheme: 'bearer',
    description: 'The operator key, from the file operator-key in the data folder of the server.',
  });
  app.get('/openapi.json', (c) =>
    c.json(
      app.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Kinora',
          version: '1',
          description: 'The Seedance 2.0 Reference API, served from your own machine.',
          license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
        },
        servers: [{ url: deps.links.absolute('') }],
      }),
    ),
  );
}
