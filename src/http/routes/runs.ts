import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { page } from '../../contract/query.ts';
import { newRunSchema, runPageSchema, runSchema } from '../../contract/run.ts';
import { workflowName } from '../../contract/workflow.ts';
import { AppError } from '../../domain/errors.ts';
import { writeAudit } from '../../store/audit.ts';
import { cancelRun, findOpenRun, findRun, insertRun, listRuns } from '../../store/runs.ts';
import { holdDefinition } from '../../store/workflow-definitions.ts';
import { accountOf } from '../auth.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentRun } from '../present-run.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';
import { notStored } from './workflow-definitions.ts';

const workflowParams = z.object({ name: workflowName.openapi({ param: { name: 'name', in: 'path' } }) });

const runParams = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });

const cursorSchema = z.object({ id: z.string().regex(/^run_[0-9a-z]{24}$/) });

/** Runs of stored workflows by the server itself: what each found, made, spent and wrote. */
export function runRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/workflows/{name}/runs',
      summary: 'Run a stored workflow now',
      operationId: 'runWorkflow',
      tags: ['Runs'],
      description:
        'As the key that asks. It begins when the run before of the same workflow has ended, and makes only what is new or has changed; or, with `rehearse`, free drafts of that. One of each waits at most: asked for again meanwhile, 409 names it.',
      security: keyNeeded,
      request: { params: workflowParams, body: jsonBody(newRunSchema) },
      responses: { 202: json(runSchema, 'It waits for its turn.'), ...refusals },
    }),
    async (c) => {
      const { keyId, ...owner } = accountOf(c);
      const { name } = c.req.valid('param');
      const { max_credits: maxCredits, accept_drift: acceptDrift, rehearse } = c.req.valid('json');
      const run = await deps.store.transaction(async (db) => {
        const stored = await holdDefinition(db, owner, name);
        if (stored === undefined) throw notStored(name);
        const made = await insertRun(db, owner, {
          workflow: name,
          version: stored.version,
          keyId,
          acceptDrift,
          rehearse,
          ...(maxCredits === undefined ? {} : { maxCredits }),
        });
        if (made === undefined) {
          const open = await findOpenRun(db, owner, name);
          throw new AppError(
            'invalid_state',
            `A ${rehearse ? 'rehearsal' : 'run'} of ${name} waits already${open === undefined ? '' : `, behind ${open.id}`}.`,
            {
              hint: 'It will find all that is new; or cancel it, and ask again.',
            },
          );
        }
        const audited = {
          actor: keyId,
          action: 'run.asked',
          target: made.id,
          details: { workflow: name, ...(rehearse ? { rehearse } : {}) },
        };
        await writeAudit(db, { accountId: owner.accountId, ...audited });
        return made;
      });
      deps.onQueued();
      return c.json(presentRun(run), 202);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/workflows/{name}/runs',
      summary: 'Runs of a workflow, newest first',
      operationId: 'listRuns',
      tags: ['Runs'],
      description:
        'Those that were left out too, with the reason. Page by page: send `next_cursor` as `cursor`.',
      security: keyNeeded,
      request: { params: workflowParams, query: z.object(page(20, 100)) },
      responses: { 200: json(runPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid('query');
      const rows = await listRuns(deps.store, {
        owner: accountOf(c),
        workflow: c.req.valid('param').name,
        before: cursor === undefined ? undefined : readCursor(cursor, cursorSchema).id,
        limit,
      });
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return c.json(
        {
          object: 'list' as const,
          data: rows.map(presentRun),
          next_cursor: last === undefined ? null : writeCursor({ id: last.id }),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/runs/{id}',
      summary: 'One run of a stored workflow',
      operationId: 'getRun',
      tags: ['Runs'],
      description: 'How it stands, why it failed, what it found, made and wrote. `batch_ids` have its rows.',
      security: keyNeeded,
      request: { params: runParams },
      responses: { 200: json(runSchema, 'The run.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const row = await findRun(deps.store, accountOf(c), id);
      if (row === undefined) throw noRun(id);
      return c.json(presentRun(row), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/runs/{id}/cancel',
      summary: 'End a run: what has not begun is not made',
      operationId: 'cancelRun',
      tags: ['Runs'],
      description:
        'One that waits ends at once; one under way within seconds, and its batches are canceled. What was made stays, and is paid.',
      security: keyNeeded,
      request: { params: runParams },
      responses: { 200: json(runSchema, 'The run.'), ...refusals },
    }),
    async (c) => {
      const { keyId, ...owner } = accountOf(c);
      const { id } = c.req.valid('param');
      const row = await deps.store.transaction(async (db) => {
        const canceled = await cancelRun(db, owner, id);
        if (canceled === undefined) return undefined;
        const details = { workflow: canceled.workflow };
        const audited = { actor: keyId, action: 'run.canceled', target: id, details };
        await writeAudit(db, { accountId: owner.accountId, ...audited });
        return canceled;
      });
      if (row !== undefined) return c.json(presentRun(row), 200);
      const ended = await findRun(deps.store, owner, id);
      if (ended === undefined) throw noRun(id);
      throw new AppError('invalid_state', `${id} has ended already: it is ${ended.state}.`);
    },
  );
}

const noRun = (id: string) =>
  new AppError('not_found', `There is no run ${id} in this account.`, {
    hint: 'GET /v1/workflows/{name}/runs lists those of a workflow.',
  });
