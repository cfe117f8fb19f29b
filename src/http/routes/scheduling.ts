import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { cancelGenerations } from '../../actions/cancel-generations.ts';
import { generationSchema } from '../../contract/generation.ts';
import {
  accountPauseSchema,
  canceledManySchema,
  cancelManySchema,
  generationChangeSchema,
  waitSchema,
} from '../../contract/scheduling.ts';
import { AppError } from '../../domain/errors.ts';
import { waitReasons } from '../../domain/waiting.ts';
import { countCancelable } from '../../store/cancel-many.ts';
import { pauseAccount, resumeAccount } from '../../store/pauses.ts';
import { findGeneration, setPriority } from '../../store/read-generations.ts';
import { accountOf, signedIn } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentGeneration } from '../present-generation.ts';
import { createQueueView } from '../queue-view.ts';
import { json, jsonBody, keyNeeded, operatorNeeded, refusals } from './answers.ts';
import { generationParams, noGeneration } from './generations.ts';

const accountParams = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

/** Who goes when: why something waits, what goes first, what is paused, what is canceled together. */
export function schedulingRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const queue = createQueueView(deps);
  generationScheduling(app, deps, queue);
  accountPauses(app, deps);
}

function generationScheduling(
  app: OpenAPIHono<Env>,
  deps: HttpDeps,
  queue: ReturnType<typeof createQueueView>,
): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/generations/{id}/wait',
      summary: 'Why a generation is not moving, where it stands, and what would help',
      operationId: 'explainWait',
      tags: ['Videos'],
      description:
        'Every reason in the order in which it has to go, with limits, numbers and who can lift it.',
      security: keyNeeded,
      request: { params: generationParams },
      responses: { 200: json(waitSchema, 'All that keeps it.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id } = c.req.valid('param');
      const row = await findGeneration(deps.store, owner, id);
      if (row === undefined) throw noGeneration(id);
      const explained = (await queue.explain(owner.accountId, [row])).get(id);
      const reasons = explained === undefined ? [] : waitReasons(explained.facts);
      const place = explained?.place ?? null;
      return c.json(
        {
          object: 'wait' as const,
          generation_id: id,
          status: row.status,
          reasons: reasons.map(({ until, ...reason }) => ({
            ...reason,
            ...(until === undefined ? {} : { until: until.toISOString() }),
          })),
          queue: explained?.queue ?? null,
          ahead:
            place === null
              ? null
              : { in_lane: place.aheadInLane, in_account: place.aheadInAccount, on_engine: place.ahead },
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/generations/{id}',
      summary: 'Move a waiting generation up or down',
      operationId: 'moveGeneration',
      tags: ['Videos'],
      description: 'Among what waits of the same account; from -100 to 100.',
      security: keyNeeded,
      request: { params: generationParams, body: jsonBody(generationChangeSchema) },
      responses: { 200: json(generationSchema, 'The generation.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id } = c.req.valid('param');
      const row = await setPriority(deps.store, owner, id, c.req.valid('json').priority);
      if (row === undefined) {
        const found = await findGeneration(deps.store, owner, id);
        if (found === undefined) throw noGeneration(id);
        throw new AppError(
          'invalid_state',
          `The generation ${id} is ${found.status}; only a pending one can be moved.`,
        );
      }
      const waiting = await queue.explain(owner.accountId, [row]);
      return c.json(presentGeneration(row, deps.links, waiting.get(id)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/generations/cancel',
      summary: 'Cancel exactly what a filter matches, after counting it',
      operationId: 'cancelGenerations',
      tags: ['Videos'],
      description:
        'The filter is the one of `GET /v1/generations`. Send `"dry_run": true` first: it counts and stops nothing.',
      security: keyNeeded,
      request: { body: jsonBody(cancelManySchema) },
      responses: { 200: json(canceledManySchema, 'What was canceled, or would be.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const body = c.req.valid('json');
      const asked = {
        ids: body.ids,
        status: body.status,
        engine: body.engine,
        workflow: body.workflow,
        batchId: body.batch_id,
        tag: body.tag,
        endUserId: body.end_user_id,
        createdAfter: dateOf(body.created_after),
        createdBefore: dateOf(body.created_before),
      };
      const { now, ...matched } = await countCancelable(deps.store, owner, asked);
      const dry = body.dry_run ?? false;
      const answer = { object: 'cancellation' as const, dry_run: dry, matched };
      if (dry) return c.json({ ...answer, canceled: 0, canceling: 0 }, 200);
      // What is submitted from now on was not meant.
      const createdBefore =
        asked.createdBefore === undefined || asked.createdBefore > now ? now : asked.createdBefore;
      return c.json(
        {
          ...answer,
          ...(await cancelGenerations(deps.store, owner, { ...asked, createdBefore }, owner.keyId)),
        },
        200,
      );
    },
  );
}

/** Of the account itself with its own key, of any with the operator's. */
function accountPauses(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const who = (c: Context<Env>, id: string) => {
    const identity = signedIn(c);
    if (identity.is === 'operator') return { by: 'operator', actor: 'operator' } as const;
    if (identity.accountId !== id) throw noAccount(id);
    if (identity.purse === 'test')
      throw new AppError('forbidden', 'A test key does not stop live work.', {
        hint: 'Use a live key of the account.',
      });
    return { by: 'owner', actor: identity.keyId } as const;
  };
  for (const [verb, change, summary] of [
    ['pause', pauseAccount, 'Begin nothing more of an account; what is being made goes on'],
    ['resume', resumeAccount, 'Let a paused account go on'],
  ] as const)
    app.openapi(
      createRoute({
        method: 'post',
        path: `/v1/accounts/{id}/${verb}`,
        summary,
        operationId: `${verb}Account`,
        tags: ['Account and keys'],
        description:
          'Pausing lets what is being made end and begins nothing new. The owner lifts a pause of their own; only the operator lifts one of the operator.',
        security: [...keyNeeded, ...operatorNeeded],
        request: { params: accountParams },
        responses: { 200: json(accountPauseSchema, 'How it stands now.'), ...refusals },
      }),
      async (c) => {
        const { id } = c.req.valid('param');
        const { by, actor } = who(c, id);
        const pause = await change(deps.store, id, by, actor);
        if (pause === undefined) throw noAccount(id);
        if (verb === 'resume' && pause.pausedAt !== null)
          throw new AppError('forbidden', 'The operator has paused this account.', {
            hint: 'Ask the operator to resume it.',
          });
        return c.json(
          {
            object: 'account_pause' as const,
            account_id: id,
            paused_at: pause.pausedAt?.toISOString() ?? null,
            paused_by: pause.pausedBy,
          },
          200,
        );
      },
    );
}

const dateOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

const noAccount = (id: string) => new AppError('not_found', `There is no account ${id}.`);
