import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import { generationEventSchema } from '../../contract/generation.ts';
import { isFinal } from '../../domain/generation.ts';
import { waitingOn } from '../../domain/waiting.ts';
import { findGeneration } from '../../store/read-generations.ts';
import { readWaitFacts } from '../../store/waiting.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { followGeneration } from '../follow-generation.ts';
import { presentEvent } from '../present-generation.ts';
import { keyNeeded, refusals } from './answers.ts';
import { generationParams, noGeneration } from './generations.ts';

/** Server-sent events: the state now, each change of status or progress, and the end; then the stream closes. */
export function generationEventRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/generations/{id}/events',
      summary: 'Follow a generation as server-sent events',
      operationId: 'streamGeneration',
      tags: ['Videos'],
      description:
        '`text/event-stream`: one event for every change of state and progress, the last one when it has ended. Then the stream closes.',
      security: keyNeeded,
      request: { params: generationParams },
      responses: {
        200: {
          description: 'Events `status` and `progress`, each with the whole state. Ends with the generation.',
          content: { 'text/event-stream': { schema: generationEventSchema } },
        },
        ...refusals,
      },
    }),
    async (c) => {
      const caller = accountOf(c);
      const { id } = c.req.valid('param');
      if ((await findGeneration(deps.store, caller, id)) === undefined) throw noGeneration(id);
      const gone = new AbortController();
      const follow = async (stream: SSEStreamingApi) => {
        stream.onAbort(() => gone.abort());
        let lastStatus: string | undefined;
        let lastSent: string | undefined;
        for await (const row of followGeneration(deps, caller, { id, signal: gone.signal })) {
          const facts = isFinal(row.status) ? undefined : (await readWaitFacts(deps.store, [id])).get(id);
          const waiting = facts === undefined ? undefined : { waitingOn: waitingOn(facts) };
          const data = JSON.stringify(presentEvent(row, waiting));
          if (data !== lastSent) {
            await stream.writeSSE({ event: row.status === lastStatus ? 'progress' : 'status', data });
            lastSent = data;
            lastStatus = row.status;
          } else await stream.write(': still here\n\n');
        }
      };
      const { requestId } = c.var;
      return streamSSE(c, follow, async (error) => {
        deps.onUnexpected(error, { id: requestId, method: c.req.method, path: c.req.path });
      });
    },
  );
}
