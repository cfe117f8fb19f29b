import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { generationPageSchema, generationSchema } from '../../contract/generation.ts';
import { generationQuerySchema } from '../../contract/generation-request.ts';
import { AppError } from '../../domain/errors.ts';
import { deleteGeneration } from '../../store/delete-generation.ts';
import { cancelGeneration } from '../../store/end-generation.ts';
import { findGeneration, listGenerations, type Owner } from '../../store/read-generations.ts';
import { accountOf } from '../auth.ts';
import { generationCursorSchema, readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentGeneration } from '../present-generation.ts';
import { createQueueView } from '../queue-view.ts';
import { json, keyNeeded, refusals } from './answers.ts';

export const generationParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'gen_3v9k0c7m2q5x8z1b4n6p0r2t' }),
});

export function generationRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const queue = createQueueView(deps);
  const show = async (owner: Owner, id: string) => {
    const row = await findGeneration(deps.store, owner, id);
    if (row === undefined) throw noGeneration(id);
    const waiting = await queue.explain(owner.accountId, [row]);
    return presentGeneration(row, deps.links, waiting.get(id));
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/generations/{id}',
      summary: 'One generation: its state, and its video once complete',
      operationId: 'getGeneration',
      tags: ['Videos'],
      description:
        'Poll it every second or two, or follow `…/events`. `status` ends as `complete`, with `output`, or as `failed`, with `error` and nothing charged. Links are fresh with every answer.',
      security: keyNeeded,
      request: { params: generationParams },
      responses: { 200: json(generationSchema, 'The generation.'), ...refusals },
    }),
    async (c) => c.json(await show(accountOf(c), c.req.valid('param').id), 200),
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/generations',
      summary: 'Your generations, newest first',
      operationId: 'listGenerations',
      tags: ['Videos'],
      description: 'Filters combine. Page by page: send `next_cursor` as `cursor`.',
      security: keyNeeded,
      request: { query: generationQuerySchema },
      responses: { 200: json(generationPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const query = c.req.valid('query');
      const page = await listGenerations(deps.store, {
        owner,
        filter: {
          status: query.status,
          outcome: query.outcome,
          engine: query.engine,
          endpoint: query.endpoint?.split('/').at(-1),
          workflow: query.workflow,
          batchId: query.batch_id,
          tag: query.tag,
          endUserId: query.end_user_id,
          createdAfter: asDate(query.created_after),
          createdBefore: asDate(query.created_before),
        },
        after: query.cursor === undefined ? undefined : readCursor(query.cursor, generationCursorSchema),
        limit: query.limit,
      });
      const waiting = await queue.explain(owner.accountId, page.generations);
      return c.json(
        {
          object: 'list' as const,
          data: page.generations.map((row) => presentGeneration(row, deps.links, waiting.get(row.id))),
          next_cursor: page.next === undefined ? null : writeCursor(page.next),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/generations/{id}/cancel',
      summary: 'Cancel a generation; its credits are given back',
      operationId: 'cancelGeneration',
      tags: ['Videos'],
      description:
        'What waits ends at once. What is being made is asked to stop; `status` stays `processing` until it has. Nothing is charged either way. Asking twice is not a fault.',
      security: keyNeeded,
      request: { params: generationParams },
      responses: {
        200: json(generationSchema, 'Canceled, or about to be: then `status` is still `processing`.'),
        ...refusals,
      },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id } = c.req.valid('param');
      const canceled = await cancelGeneration(deps.store, owner, id, owner.keyId);
      if (canceled === undefined) throw noGeneration(id);
      const generation = await show(owner, id);
      // Asking twice is not a fault; asking for what has already ended otherwise is.
      if (canceled === 'too_late' && generation.outcome !== 'canceled')
        throw new AppError('invalid_state', `The generation ${id} has already ended: ${generation.status}.`);
      return c.json(generation, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/generations/{id}',
      summary: 'Delete the video of a generation that has ended; its receipt stays',
      operationId: 'deleteGeneration',
      tags: ['Videos'],
      description:
        'Its files are gone for good and it is listed no more; ledger, receipt and log keep what it was and cost. Where it was the live version of a record, the last good one before it is shown. Deleting twice is not a fault; one that has not ended must be canceled first.',
      security: keyNeeded,
      request: { params: generationParams },
      responses: { 204: { description: 'Deleted.' }, ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id } = c.req.valid('param');
      const done = await deleteGeneration(deps.store, owner, id, owner.keyId);
      if (done === undefined) throw noGeneration(id);
      if (done === 'not_ended')
        throw new AppError('invalid_state', `The generation ${id} has not ended.`, {
          hint: 'Cancel it first: POST /v1/generations/{id}/cancel.',
        });
      return c.body(null, 204);
    },
  );
}

export function noGeneration(id: string): AppError {
  return new AppError('not_found', `There is no generation ${id} in this account.`);
}

function asDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
