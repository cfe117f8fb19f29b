import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { serverFaults, workflowSchema } from '../../batch/server-workflow.ts';
import { isStorableJson } from '../../contract/text.ts';
import { workflowName } from '../../contract/workflow.ts';
import {
  type Definition,
  definitionSchema,
  newDefinitionSchema,
} from '../../contract/workflow-definition.ts';
import { AppError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { refusalOf } from '../../domain/refusal-of.ts';
import { readCron } from '../../schedules/cron.ts';
import { ensureWorkflows } from '../../store/append-rows.ts';
import { writeAudit } from '../../store/audit.ts';
import { readClock } from '../../store/clock.ts';
import { cancelWaitingRuns, findOpenRun } from '../../store/runs.ts';
import {
  deleteDefinition,
  findDefinition,
  putDefinition,
  putSchedule,
  type StoredDefinition,
} from '../../store/workflow-definitions.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { invalid, refuseInvalid } from '../validation.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ name: workflowName.openapi({ param: { name: 'name', in: 'path' } }) });

const mostBytes = 1_000_000;

/** Workflows that are kept here, so that this server can run them by itself. */
export function workflowDefinitionRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'put',
      path: '/v1/workflows/{name}/definition',
      summary: 'Store a workflow, so that this server runs it: when it is due, and when you say so',
      operationId: 'storeWorkflow',
      tags: ['Runs'],
      description:
        'Checked as a workflow file is; what a server cannot give it is refused with the remedy. A schedule must say what may be spent: `schedule.max_credits`, or `caps`; or that it is a rehearsal. It runs as the key that stores it. Stored again, its schedule goes on where it is.',
      security: keyNeeded,
      request: { params, body: jsonBody(newDefinitionSchema) },
      responses: { 200: json(definitionSchema, 'As it is stored.'), ...refusals },
    }),
    async (c) => {
      const { keyId, ...owner } = accountOf(c);
      const { name } = c.req.valid('param');
      const definition = c.req.valid('json') as JsonObject;
      const { schedule } = readDefinition(deps, { name, definition, accountId: owner.accountId });
      const stored = await deps.store.transaction(async (db) => {
        await ensureWorkflows(db, owner, [name]);
        const kept = await putDefinition(db, owner, { workflow: name, definition, keyId });
        await putSchedule(
          db,
          owner,
          name,
          schedule === undefined
            ? undefined
            : {
                cron: schedule.cron,
                timeZone: schedule.time_zone,
                catchUp: schedule.catch_up,
                overlap: schedule.overlap,
                enabled: schedule.enabled,
                rehearse: schedule.rehearse,
                nextDueAt: readCron(schedule.cron, schedule.time_zone).next(await readClock(db)),
              },
        );
        const audited = { actor: keyId, action: 'workflow.stored', target: name };
        await writeAudit(db, {
          accountId: owner.accountId,
          ...audited,
          details: { version: kept.version, cron: schedule?.cron ?? null },
        });
        return kept;
      });
      return c.json(presentDefinition(stored), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/workflows/{name}/definition',
      summary: 'A stored workflow, as it was given',
      operationId: 'getWorkflowDefinition',
      tags: ['Runs'],
      description: 'The newest version. When it is due next is told by `GET /v1/workflows/{name}`.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(definitionSchema, 'As it is stored.'), ...refusals },
    }),
    async (c) => {
      const { name } = c.req.valid('param');
      const stored = await findDefinition(deps.store, accountOf(c), name);
      if (stored === undefined) throw notStored(name);
      return c.json(presentDefinition(stored), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/workflows/{name}/definition',
      summary: 'Delete a stored workflow: this server runs it no more',
      operationId: 'deleteWorkflowDefinition',
      tags: ['Runs'],
      description:
        'Its schedule ends and runs that wait are canceled. Its records with their addresses, its runs and its caps stay. While a run is under way nothing is deleted, and 409 names it: wait for its end, or cancel it.',
      security: keyNeeded,
      request: { params },
      responses: { 204: { description: 'Deleted.' }, ...refusals },
    }),
    async (c) => {
      const { keyId, ...owner } = accountOf(c);
      const { name } = c.req.valid('param');
      await deps.store.transaction(async (db) => {
        const deleted = await deleteDefinition(db, owner, name);
        if (deleted === undefined) throw notStored(name);
        const canceled = await cancelWaitingRuns(db, owner, name);
        const open = await findOpenRun(db, owner, name);
        if (open !== undefined)
          throw new AppError('invalid_state', `${open.id} of ${name} is under way, so nothing was deleted.`, {
            hint: 'Wait for its end, or end it (kinora workflows cancel); then delete the workflow.',
          });
        const details = { version: deleted.version, canceled_runs: canceled };
        const audited = { actor: keyId, action: 'workflow.deleted', target: name, details };
        await writeAudit(db, { accountId: owner.accountId, ...audited });
      });
      return c.body(null, 204);
    },
  );
}

export const notStored = (name: string) =>
  new AppError('not_found', `No workflow "${name}" is stored in this account.`, {
    hint: 'Store it with PUT /v1/workflows/{name}/definition, or kinora workflows push.',
  });

/** Throws one AppError that names everything that is wrong with it, and everything that a server cannot give it. */
function readDefinition(deps: HttpDeps, given: { name: string; definition: JsonObject; accountId: string }) {
  const { name, definition, accountId } = given;
  if (!isStorableJson(definition) || JSON.stringify(definition).length > mostBytes)
    throw new AppError(
      'invalid_request',
      'A workflow has at most 20 levels, 1 MB as JSON, and no text with NUL or half a surrogate.',
    );
  const parsed = workflowSchema.safeParse(definition, { reportInput: true });
  if (!parsed.success) {
    refuseInvalid({ ...parsed, target: 'json' });
    throw new Error('a workflow was refused for nothing');
  }
  const faults = serverFaults(parsed.data, {
    name,
    allowsVariable: (variable) => deps.allowsVariable(variable, accountId),
    refusePost: (url) => refusalOf(() => deps.fetch.checkPostTarget(url)),
  });
  if (faults.length > 0) throw invalid(faults);
  return parsed.data;
}

function presentDefinition(stored: StoredDefinition): Definition {
  return {
    object: 'workflow_definition',
    workflow: stored.workflow,
    version: stored.version,
    definition: stored.definition,
    key_id: stored.keyId,
    stored_at: stored.storedAt.toISOString(),
  };
}
