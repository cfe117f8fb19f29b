import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { adoptLateOutput } from '../../actions/adopt-late-output.ts';
import { generationSchema } from '../../contract/generation.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentGeneration } from '../present-generation.ts';
import { json, keyNeeded, mayLackCredits, refusals } from './answers.ts';
import { generationParams } from './generations.ts';

/** What becomes of a video that arrived after its generation had ended. */
export function lateOutputRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/generations/{id}/adopt',
      summary: 'Buy the video that arrived too late; once, however often it is asked for',
      operationId: 'adoptLateVideo',
      tags: ['Videos'],
      description:
        'Charges the price that `late_output.price` names, on balance and budgets. Status, outcome and first charge stay as they are.',
      security: keyNeeded,
      request: { params: generationParams },
      responses: {
        200: json(generationSchema, 'The generation, its late output with links.'),
        ...mayLackCredits,
        ...refusals,
      },
    }),
    async (c) => {
      const generation = await adoptLateOutput(deps, accountOf(c), c.req.valid('param').id);
      return c.json(presentGeneration(generation, deps.links, { waitingOn: null, queue: null }), 200);
    },
  );
}
