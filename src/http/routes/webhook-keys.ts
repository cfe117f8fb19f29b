import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env, HttpDeps } from '../env.ts';

/** Where receivers of webhooks in fal's form find the key to verify them with; open, like every public key. */
export function webhookKeyRoutes(app: OpenAPIHono<Env>, deps: Pick<HttpDeps, 'webhookKeys'>): void {
  for (const path of ['/.well-known/jwks.json', '/fal/.well-known/jwks.json'])
    app.get(path, (c) => {
      c.header('Cache-Control', 'public, max-age=3600');
      return c.json(deps.webhookKeys);
    });
}
