import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { reconcileAttempt } from '../../actions/reconcile-attempt.ts';
import {
  attemptListSchema,
  parkedListSchema,
  reconciledSchema,
  verdictSchema,
} from '../../contract/attempt.ts';
import { listParked } from '../../store/parked-attempts.ts';
import { findGeneration, listAttempts } from '../../store/read-generations.ts';
import { accountOf, requireOperator } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { json, jsonBody, keyNeeded, operatorNeeded, refusals } from './answers.ts';
import { generationParams, noGeneration } from './generations.ts';

const mostParked = 1_000;

/** What was tried for a generation; and for the operator, what nobody can tell the end of. */
export function attemptRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/generations/{id}/attempts',
      summary: 'Every submission of a generation to an engine, first to last',
      operationId: 'listAttempts',
      tags: ['Videos'],
      description:
        'Usually one. Each tells what the engine said, what it used and charged, and how the attempt ended.',
      security: keyNeeded,
      request: { params: generationParams },
      responses: { 200: json(attemptListSchema, 'The attempts.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      if ((await findGeneration(deps.store, accountOf(c), id)) === undefined) throw noGeneration(id);
      const attempts = await listAttempts(deps.store, id);
      const data = attempts.map((attempt) => ({
        id: attempt.id,
        number: attempt.number,
        engine: attempt.engine,
        step: attempt.step,
        result: attempt.result,
        code: attempt.code,
        message: attempt.message,
        provider:
          attempt.handle === null
            ? null
            : {
                handle: attempt.handle,
                billed_seconds: attempt.billedSeconds,
                cost_micro_usd: attempt.costMicroUsd,
              },
        late_output: attempt.lateOutputFileId !== null,
        started_at: attempt.startedAt.toISOString(),
        ended_at: attempt.endedAt?.toISOString() ?? null,
      }));
      return c.json({ object: 'list' as const, data }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/parked',
      summary: `Attempts of which nobody can tell whether their provider has them, at most ${mostParked}`,
      operationId: 'listParkedAttempts',
      tags: ['Operator'],
      description:
        'The answer of their provider was lost and cannot be found again. Their credits stay held until you have looked at the provider and said what you found.',
      security: operatorNeeded,
      responses: { 200: json(parkedListSchema, 'The longest parked first.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const parked = await listParked(deps.store, mostParked);
      const data = parked.map((attempt) => ({
        attempt_id: attempt.attemptId,
        generation_id: attempt.generationId,
        account_id: attempt.accountId,
        purse: attempt.purse,
        engine: attempt.engine,
        held_credits: attempt.heldCredits,
        message: attempt.message,
        handle: attempt.handle,
        started_at: attempt.startedAt.toISOString(),
      }));
      return c.json({ object: 'list' as const, data }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/parked/{id}',
      summary: 'Say what you found out about a parked attempt',
      operationId: 'decideParkedAttempt',
      tags: ['Operator'],
      description:
        '`release` gives the credits back, `retry` asks the provider again, `follow` goes on with the job that you found there. The decision is in the audit log.',
      security: operatorNeeded,
      request: {
        params: z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) }),
        body: jsonBody(verdictSchema),
      },
      responses: { 200: json(reconciledSchema, 'Decided.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const { id } = c.req.valid('param');
      const body = c.req.valid('json');
      const { generationId } = await reconcileAttempt(deps, {
        attemptId: id,
        actor: 'operator',
        verdict: body.decision === 'follow' ? { decision: 'follow', jobId: body.job_id } : body,
      });
      deps.onAccepted();
      return c.json({ object: 'reconciled' as const, attempt_id: id, generation_id: generationId }, 200);
    },
  );
}
