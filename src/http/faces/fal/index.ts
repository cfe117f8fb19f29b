import { type Context, Hono } from 'hono';
import { authenticate } from '../../auth.ts';
import type { Env, HttpDeps } from '../../env.ts';
import { limitJson } from '../../limit-json.ts';
import { createQueueView } from '../../queue-view.ts';
import { cancel } from './cancel.ts';
import type { FalContext } from './context.ts';
import { falErrors } from './errors.ts';
import { initiateUpload } from './initiate-upload.ts';
import { locate, locateTarget } from './locate.ts';
import { readCall } from './read-call.ts';
import { result } from './result.ts';
import { run } from './run.ts';
import { status, streamStatus } from './status.ts';
import { submit } from './submit.ts';
import { uploadRoutes } from './uploads.ts';

/** Where fal's clients can be pointed at. The Python one takes a host alone, and so needs the queue at the root. */
const mounts = ['/fal/*', '/bytedance/*', '/fal-ai/*'] as const;

/** The API of fal's clients: queue, synchronous calls, uploads, and the route that stands in for all of its hosts. */
export function falFace(deps: HttpDeps): Hono<Env> {
  const app = new Hono<Env>();
  const queue = createQueueView(deps);
  app.onError(falErrors(deps));
  // An upload address carries its own right.
  uploadRoutes(app, deps);
  const context = (c: Context<Env>): Omit<FalContext, 'addressed'> => ({
    c,
    deps,
    links: deps.links.seenFrom(c.req.url),
    queue,
  });
  for (const mount of mounts)
    app.use(mount, authenticate({ ...deps, schemes: ['Key', 'Bearer'] }), limitJson);
  app.all('/fal/proxy', (c) => {
    const given = context(c);
    const target = c.req.header('x-fal-target-url');
    return answer({ ...given, addressed: locateTarget(c.req.method, target, given.links) });
  });
  for (const mount of mounts)
    app.all(mount, (c) => answer({ ...context(c), addressed: locate(c.req.method, new URL(c.req.url)) }));
  return app;
}

function answer(context: FalContext): Promise<Response> {
  const call = readCall(context.addressed);
  switch (call.is) {
    case 'submit':
      return submit(context, call.endpoint);
    case 'run':
      return run(context, call.endpoint);
    case 'status':
      return status(context, call.id);
    case 'stream':
      return streamStatus(context, call.id);
    case 'result':
      return result(context, call.id);
    case 'cancel':
      return cancel(context, call.id);
    case 'upload':
    case 'multipart-upload':
      return initiateUpload(context);
  }
}
