import { Hono } from 'hono';
import { AppError } from '../../../domain/errors.ts';
import { accountSecret } from '../../../store/webhook-secrets.ts';
import { accountOf, authenticate } from '../../auth.ts';
import type { Env, HttpDeps } from '../../env.ts';
import { limitJson } from '../../limit-json.ts';
import { replicateErrors } from './errors.ts';
import { fileRoutes, filesPath } from './files.ts';
import { predictionRoutes } from './predictions.ts';

/** The API of Replicate's clients: predictions, files, and the secret that webhooks are signed with. */
export function replicateFace(deps: HttpDeps): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(replicateErrors(deps));
  app.use('/replicate/v1/*', authenticate({ ...deps, schemes: ['Bearer', 'Token'] }));
  app.use('/replicate/v1/*', (c, next) => (c.req.path === filesPath ? next() : limitJson(c, next)));
  predictionRoutes(app, deps);
  fileRoutes(app, deps);
  app.get('/replicate/v1/webhooks/default/secret', async (c) =>
    c.json({ key: await accountSecret(deps.store, accountOf(c)) }),
  );
  app.all('/replicate/v1/*', (c) => {
    throw new AppError('not_found', `There is nothing at ${c.req.method} ${c.req.path}.`, {
      hint: 'docs/clients.md lists what there is of this API.',
    });
  });
  return app;
}
