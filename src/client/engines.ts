import type { z } from '@hono/zod-openapi';
import type { Engine, EngineList } from '../contract/engine.ts';
import type { newRouteSchema, Route, RouteList } from '../contract/route.ts';
import type { Transport } from './transport.ts';

interface Options {
  signal?: AbortSignal;
}

/** Who makes the videos, and who is asked first. */
export interface EngineCalls {
  engines: {
    list(options?: Options): Promise<Engine[]>;
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
  return {
    engines: {
      list: async ({ signal } = {}) =>
        (await transport.call<EngineList>({ method: 'GET', path: '/v1/engines', signal })).data,
      server: (engine, verb, origin, { signal } = {}) =>
        transport.call({
          method: 'POST',
          path: `/v1/engines/${encodeURIComponent(engine)}/servers/${verb}`,
          json: { origin },
          repeatable: true,
          signal,
        }),
    },
    routes: {
      list: async ({ signal } = {}) =>
        (await transport.call<RouteList>({ method: 'GET', path: '/v1/routes', signal })).data,
      set: (route, { signal } = {}) =>
        transport.call({ method: 'PUT', path: '/v1/routes', json: route, signal }),
      remove: (id, { signal } = {}) =>
        transport.call({ method: 'DELETE', path: `/v1/routes/${encodeURIComponent(id)}`, signal }),
    },
  };
}
