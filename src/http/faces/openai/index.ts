import { Hono } from 'hono';
import { AppError } from '../../../domain/errors.ts';
import { authenticate } from '../../auth.ts';
import type { Env, HttpDeps } from '../../env.ts';
import { limitJson } from '../../limit-json.ts';
import { openaiErrors } from './errors.ts';
import { videoRoutes } from './videos.ts';

/** The shape in which OpenAI made videos, and open servers still do: `/v1/videos`. */
export function openaiFace(deps: HttpDeps): Hono<Env> {
  const app = new Hono<Env>();
  app.onError(openaiErrors(deps));
  app.use('/openai/v1/*', authenticate(deps));
  app.use('/openai/v1/*', (c, next) =>
    // A form is streamed, and has limits of its own.
    /^multipart\/form-data\b/i.test(c.req.header('content-type') ?? '') ? next() : limitJson(c, next),
  );
  videoRoutes(app, deps);
  app.all('/openai/v1/*', (c) => {
    throw new AppError('not_found', `There is nothing at ${c.req.method} ${c.req.path}.`, {
      hint: 'docs/clients.md lists what there is of this API.',
    });
  });
  return app;
}
