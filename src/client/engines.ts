import type { z } from '@hono/zod-openapi';
import type { Engine } from '../contract/engine.ts';
import type { newRouteSchema, Route } from '../contract/route.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

interface Options {
  signal?: AbortSignal;
}

/** Who makes the videos, and who is asked first. */
export interface EngineCalls {
  engines: {
    list(options?: Options): Promise<Engine[]>;
    /** Those that could be set up too, with what they take and cost. */
    known(options?: Options): Promise<Engine[]>;
    /** As the operator: sends no new work to a server, or does so again. */
    server(
      engine: string,
      verb: 'drain' | 'resume',
      origin: string,
      options?: Options,
    ): Promise<Engine['servers'][number]>;
  };
  routes: {
    list(options?: Options): Promise<Route[]>;
    set(route: z.input<typeof newRouteSchema>, options?: Options): Promise<Route>;
    remove(id: string, options?: Options): Promise<void>;
  };
}

export function engineCalls(transport: Transport): EngineCalls {
  const route = routesOf(transport);
  const server = route<
    (engine: string, verb: string, body: object, options?: Options) => Promise<Engine['servers'][number]>
  >('POST /v1/engines/{}/servers/{} body again');
  return {
    engines: {
      list: route('GET /v1/engines data'),
      known: route('GET /v1/engines?not_set_up=true data'),
      server: (engine, verb, origin, options) => server(engine, verb, { origin }, options),
    },
    routes: {
      list: route('GET /v1/routes data'),
      set: route('PUT /v1/routes body'),
      remove: route('DELETE /v1/routes/{}'),
    },
  };
}
