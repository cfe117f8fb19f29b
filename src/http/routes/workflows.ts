import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { page } from '../../contract/query.ts';
import { text } from '../../contract/text.ts';
import {
  comparisonRequestSchema,
  comparisonSchema,
  type KeeperGroup,
  keyPageSchema,
  type Workflow,
  workflowChangeSchema,
  workflowDetailSchema,
  workflowListSchema,
  workflowName,
  workflowSchema,
} from '../../contract/workflow.ts';
import { AppError } from '../../domain/errors.ts';
import { recordLimits, type VersionState, versionStates } from '../../domain/record.ts';
import { readCron } from '../../schedules/cron.ts';
import { ensureWorkflows } from '../../store/append-rows.ts';
import { writeAudit } from '../../store/audit.ts';
import { readClock } from '../../store/clock.ts';
import { compareRecords } from '../../store/compare-records.ts';
import type { Db } from '../../store/db.ts';
import { type Keeper, type KeeperGroupBy, readWorkflowStatistics } from '../../store/keeper-statistics.ts';
import { randomText } from '../../store/new-id.ts';
import type { Owner } from '../../store/read-generations.ts';
import { findSchedule, pauseSchedule } from '../../store/workflow-definitions.ts';
import * as workflows from '../../store/workflows.ts';
import { accountOf } from '../auth.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import type { Links } from '../links.ts';
import { presentSchedule } from '../present-run.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({ name: workflowName.openapi({ param: { name: 'name', in: 'path' } }) });

const { keysPerPage } = recordLimits;

/** 130 bits: nobody finds a published workflow by trying. */
const publicIdLetters = 26;

/** What records belong to: how they stand, how often what was made is kept, and whether everybody may see it. */
export function workflowRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/workflows',
      summary: 'Your workflows by name',
      operationId: 'listWorkflows',
      tags: ['Records'],
      description: 'Every workflow that a record belongs to. Page by page: send `next_cursor` as `cursor`.',
      security: keyNeeded,
      request: { query: z.object({ ...page(50, 200), cursor: z.string().max(2_000).optional() }) },
      responses: { 200: json(workflowListSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { cursor, limit } = c.req.valid('query');
      const after = cursor === undefined ? '' : readCursor(cursor, z.object({ name: z.string() })).name;
      const rows = await workflows.listWorkflows(deps.store, { owner: accountOf(c), after, limit });
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return c.json(
        {
          object: 'list' as const,
          data: rows.map((row) => presentWorkflow(row, deps.links)),
          next_cursor: last === undefined ? null : writeCursor({ name: last.name }),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/workflows/{name}',
      summary: 'One workflow: how its records stand, how often what was made is kept, at what cost',
      operationId: 'getWorkflow',
      tags: ['Records'],
      description:
        'Keeper rate and credits for each accepted clip, of all and by template, bundle and engine: the 50 most used of each.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(workflowDetailSchema, 'The workflow.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { name } = c.req.valid('param');
      const row = await workflows.findWorkflow(deps.store, owner, name);
      if (row === undefined)
        throw new AppError('not_found', `There is no workflow "${name}" in this account.`, {
          hint: 'A workflow is there once a row with a record has named it, it was stored, or PATCH has made it.',
        });
      const schedule = await findSchedule(deps.store, owner, name);
      const { records, all, groups, awaitingReview, rejections } = await readWorkflowStatistics(
        deps.store,
        owner,
        name,
      );
      const by = (what: KeeperGroupBy): KeeperGroup[] =>
        groups
          .filter((group) => group.by === what)
          .map((group) => ({ name: group.name, ...presentKeeper(group) }));
      return c.json(
        {
          ...presentWorkflow(row, deps.links),
          schedule: schedule === undefined ? null : presentSchedule(schedule, await readClock(deps.store)),
          records: Object.fromEntries(versionStates.map((state) => [state, records[state] ?? 0])) as Record<
            VersionState,
            number
          >,
          awaiting_review: awaitingReview,
          keeper: presentKeeper(all),
          rejections,
          by_template: by('template'),
          by_bundle: by('bundle'),
          by_engine: by('engine'),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/workflows/{name}',
      summary: 'Review versions before they are shown, publish records, pause the schedule; or revoke that',
      operationId: 'changeWorkflow',
      tags: ['Records'],
      description:
        'Makes the workflow if it is not there yet, so that it can be reviewed from its first row on. Publishing gives every record an address that stays the same; revoked and published again, they get others.',
      security: keyNeeded,
      request: { params, body: jsonBody(workflowChangeSchema) },
      responses: { 200: json(workflowSchema, 'The workflow.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { name } = c.req.valid('param');
      const { review, published, paused } = c.req.valid('json');
      const change = { review, published, publicId: randomText(publicIdLetters) };
      const row = await deps.store.transaction(async (db) => {
        await ensureWorkflows(db, owner, [name]);
        const made = await workflows.changeWorkflow(db, owner, name, change);
        if (paused !== undefined) await pause(db, owner, name, paused);
        const details = {
          ...(review === undefined ? {} : { review }),
          ...(published === undefined ? {} : { published }),
          ...(paused === undefined ? {} : { paused }),
        };
        const audited = { actor: owner.keyId, action: 'workflow.changed', target: made.id, details };
        await writeAudit(db, { accountId: owner.accountId, ...audited });
        return made;
      });
      return c.json(presentWorkflow(row, deps.links), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/workflows/{name}/compare',
      summary: 'Which rows are new, changed, on their way, failed or unchanged',
      operationId: 'compareRecords',
      tags: ['Records'],
      description:
        'Against the newest version of each record; up to 10,000 a call, and nothing is written. Unchanged ones are only counted.',
      security: keyNeeded,
      request: { params, body: jsonBody(comparisonRequestSchema) },
      responses: {
        200: json(comparisonSchema, 'Those that are not unchanged, in the order given.'),
        ...refusals,
      },
    }),
    async (c) => {
      const { rows } = c.req.valid('json');
      const others = await compareRecords(deps.store, accountOf(c), c.req.valid('param').name, rows);
      return c.json(
        {
          object: 'comparison' as const,
          unchanged: rows.length - others.length,
          others: others.map(({ index, key, state, ...found }) => ({
            index,
            key,
            state,
            ...(found.version === null ? {} : { version: found.version }),
            ...(found.parts === null ? {} : { parts: found.parts }),
            ...(found.reason === null ? {} : { reason: found.reason }),
            ...(found.message === null ? {} : { message: found.message }),
            ...(found.generationId === null ? {} : { generation_id: found.generationId }),
            ...(found.batchId === null ? {} : { batch_id: found.batchId }),
          })),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/workflows/{name}/keys',
      summary: 'The keys of its records, many at once',
      operationId: 'listRecordKeys',
      tags: ['Records'],
      description:
        'In the order of their bytes, to find records that your own data has no more. Send `next_cursor` as `after`.',
      security: keyNeeded,
      request: {
        params,
        query: z.object({
          after: text('after').max(200).default(''),
          limit: z.coerce.number().int().min(1).max(keysPerPage).default(keysPerPage),
        }),
      },
      responses: { 200: json(keyPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { after, limit } = c.req.valid('query');
      const workflow = c.req.valid('param').name;
      const keys = await workflows.listKeys(deps.store, { owner: accountOf(c), workflow, after, limit });
      const last = keys.length === limit ? keys.at(-1) : undefined;
      return c.json({ object: 'list' as const, data: keys, next_cursor: last ?? null }, 200);
    },
  );
}

async function pause(db: Db, owner: Owner, name: string, paused: boolean): Promise<void> {
  const schedule = await findSchedule(db, owner, name);
  if (schedule === undefined)
    throw new AppError('invalid_state', `The workflow "${name}" has no schedule.`, {
      hint: 'Say schedule: in its file, and store it: kinora workflows push.',
    });
  if (paused) await pauseSchedule(db, owner, name, { paused });
  else {
    const nextDueAt = readCron(schedule.cron, schedule.timeZone).next(await readClock(db));
    await pauseSchedule(db, owner, name, { paused, nextDueAt });
  }
}

function presentWorkflow(row: workflows.WorkflowRow, links: Links): Workflow {
  return {
    id: row.id,
    object: 'workflow',
    name: row.name,
    review: row.review,
    published: row.publicId !== null,
    public_id: row.publicId,
    definition_version: row.definitionVersion,
    public_url: row.publicId === null ? null : links.absolute(`/r/${row.publicId}/`),
    created_at: row.createdAt.toISOString(),
  };
}

function presentKeeper({ made, approved, rejected, credits, reviewedCredits }: Keeper) {
  const reviewed = approved + rejected;
  return {
    made,
    approved,
    rejected,
    keeper_rate: reviewed === 0 ? null : Number((approved / reviewed).toFixed(4)),
    credits,
    credits_per_accepted: approved === 0 ? null : Number((reviewedCredits / approved).toFixed(2)),
  };
}
