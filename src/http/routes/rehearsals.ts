import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { rehearsalsRequestSchema, rehearsalsSchema } from '../../contract/rehearsal.ts';
import { workflowName } from '../../contract/workflow.ts';
import { readRehearsals } from '../../store/rehearsals.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentVideo } from '../present-generation.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ name: workflowName.openapi({ param: { name: 'name', in: 'path' } }) });

/** What was rehearsed of a workflow: videos that stand in for those of the engine that it names. */
export function rehearsalRoutes(app: OpenAPIHono<Env>, { store, links }: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/workflows/{name}/rehearsals',
      summary: 'The newest rehearsals of up to 500 rows, with their videos',
      operationId: 'getRehearsals',
      tags: ['Records'],
      description:
        'Rows get here through a batch with `rehearsal: true`. Keys that were never rehearsed are not in the answer. Changes nothing; a POST, since keys are many.',
      security: keyNeeded,
      request: { params, body: jsonBody(rehearsalsRequestSchema) },
      responses: { 200: json(rehearsalsSchema, 'In no particular order.'), ...refusals },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const rows = await readRehearsals(store, accountOf(c), name, c.req.valid('json').keys);
      const data = rows.map(({ key, fingerprint, batchId, state, generationId, made, ...row }) => ({
        key,
        fingerprint,
        batch_id: batchId,
        state,
        generation_id: generationId,
        error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
        output: made === null ? null : presentVideo(made, links),
      }));
      return c.json({ object: 'list' as const, data }, 200);
    },
  );
}
