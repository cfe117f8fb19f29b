import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { unsetEngines } from '../../actions/unset-engines.ts';
import {
  type Engine,
  engineListSchema,
  engineSchema,
  engineServerSchema,
  serverChangeSchema,
} from '../../contract/engine.ts';
import { AppError } from '../../domain/errors.ts';
import { listServers, setServerDrained } from '../../store/engine-servers.ts';
import { readEngineStatistics } from '../../store/engine-statistics.ts';
import { listEngines } from '../../store/engines.ts';
import { setEnginePaused } from '../../store/pauses.ts';
import { requireOperator, signedIn } from '../auth.ts';
import type { Env, HttpDeps, Identity } from '../env.ts';
import { presentEngine, presentServer, presentUnsetEngine } from '../present-engine.ts';
import { json, jsonBody, keyNeeded, operatorNeeded, refusals } from './answers.ts';

const engineParams = z.object({ name: z.string().openapi({ param: { name: 'name', in: 'path' } }) });

/** Who makes the videos: what each can do, what it costs, how it is doing, and which of its machines get work. */
export function engineRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/engines',
      summary: 'The engines: what they can do and cost, how busy they are, and how they have done lately',
      operationId: 'listEngines',
      tags: ['Engines'],
      description:
        'With its limits, price, state and the statistics of its latest attempts. An account sees the engines that serve its key; the operator sees all, and their servers. `not_set_up=true` adds those that could be set up, with what they take and cost.',
      security: [...keyNeeded, ...operatorNeeded],
      request: { query: z.object({ not_set_up: z.enum(['true', 'false']).default('false') }) },
      responses: {
        200: json(
          engineListSchema,
          'Those that work for the key; for the operator every one that was ever set up.',
        ),
        ...refusals,
      },
    }),
    async (c) => {
      const data = await enginesFor(signedIn(c), deps);
      if (c.req.valid('query').not_set_up === 'false') return c.json({ object: 'list' as const, data }, 200);
      const unset = unsetEngines(deps).map(presentUnsetEngine);
      const known = data.filter(({ name }) => unset.every((other) => other.name !== name));
      return c.json({ object: 'list' as const, data: [...known, ...unset] }, 200);
    },
  );

  for (const [verb, paused, summary] of [
    ['pause', true, 'Begin nothing more on an engine; what runs goes on'],
    ['resume', false, 'Let an engine go on, also before the end of a rest that its provider asked for'],
  ] as const)
    app.openapi(
      createRoute({
        method: 'post',
        path: `/v1/engines/{name}/${verb}`,
        summary,
        operationId: `${verb}Engine`,
        tags: ['Engines'],
        description: 'For the operator. What is being made goes on; nothing new begins until it is resumed.',
        security: operatorNeeded,
        request: { params: engineParams },
        responses: { 200: json(engineSchema, 'How it stands now.'), ...refusals },
      }),
      async (c) => {
        requireOperator(c);
        const { name } = c.req.valid('param');
        await setEnginePaused(deps.store, name, paused);
        const engine = (await enginesFor({ is: 'operator' }, deps)).find((one) => one.name === name);
        if (engine === undefined)
          throw new AppError('not_found', `There is no engine "${name}".`, {
            hint: 'GET /v1/engines lists them.',
          });
        return c.json(engine, 200);
      },
    );

  serverRoutes(app, deps);
}

function serverRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  for (const [verb, drained, summary] of [
    ['drain', true, 'Send no new work to a server of an engine; its jobs go on'],
    ['resume', false, 'Send work to a server of an engine again'],
  ] as const)
    app.openapi(
      createRoute({
        method: 'post',
        path: `/v1/engines/{name}/servers/${verb}`,
        summary,
        operationId: `${verb}EngineServer`,
        tags: ['Engines'],
        description: 'For the operator, where an engine has several machines: name one by its origin.',
        security: operatorNeeded,
        request: { params: engineParams, body: jsonBody(serverChangeSchema) },
        responses: { 200: json(engineServerSchema, 'How it stands now.'), ...refusals },
      }),
      async (c) => {
        requireOperator(c);
        const { name: engine } = c.req.valid('param');
        const { origin } = c.req.valid('json');
        const server = await setServerDrained(deps.store, { engine, origin, drained });
        if (server === undefined)
          throw new AppError('not_found', `The engine "${engine}" has no server ${origin}.`, {
            hint: 'GET /v1/engines lists the servers of each.',
          });
        return c.json(presentServer(server), 200);
      },
    );
}

async function enginesFor(identity: Identity, { store, engines }: HttpDeps): Promise<Engine[]> {
  const isOperator = identity.is === 'operator';
  const [rows, statistics, servers] = await Promise.all([
    listEngines(store),
    readEngineStatistics(store),
    // Where they stand is nobody else's business.
    isOperator ? listServers(store) : [],
  ]);
  return rows.flatMap((row) => {
    const priced = engines.get(row.name);
    if (!isOperator && priced?.serves.includes(identity.purse) !== true) return [];
    return [
      presentEngine(row, {
        priced,
        statistics: statistics.get(row.name),
        servers: servers.filter(({ engine }) => engine === row.name),
      }),
    ];
  });
}
