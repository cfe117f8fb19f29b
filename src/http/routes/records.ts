import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { regenerateRecord } from '../../actions/regenerate-record.ts';
import { noRecord, reviewRecord, rollBackRecord, type Verdict } from '../../actions/review-record.ts';
import {
  type RecordDetail,
  recordDetailSchema,
  recordPageSchema,
  recordQuerySchema,
  regenerationSchema,
  rejectionSchema,
  rollBackSchema,
} from '../../contract/record.ts';
import type { Owner } from '../../store/read-generations.ts';
import { findRecord, listRecords, listVersions } from '../../store/read-records.ts';
import { accountOf } from '../auth.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import { presentRecord, presentVersion } from '../present-record.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

const params = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'rec_3v9k0c7m2q5x8z1b4n6p0r2t' }),
});

const versionParams = params.extend({
  number: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .openapi({ param: { name: 'number', in: 'path' } }),
});

const cursorSchema = z.object({ workflow: z.string().max(200), key: z.string().max(200) });

const mostVersions = 100;

/** What videos are made for: listed, shown, reviewed, made once more, rolled back. */
export function recordRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const show = async (owner: Owner, id: string): Promise<RecordDetail> => {
    const row = await findRecord(deps.store, owner, id);
    if (row === undefined) throw noRecord(id);
    const versions = await listVersions(deps.store, id, mostVersions);
    return {
      ...presentRecord(row, deps.links),
      parts: row.parts,
      versions: versions.map((version) => presentVersion(version, deps.links)),
    };
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/records',
      summary: 'Your records by workflow and key, each with what is shown of it',
      operationId: 'listRecords',
      tags: ['Records'],
      description:
        'A record is what a video is made for, such as a product. Filters combine; page by page: send `next_cursor` as `cursor`.',
      security: keyNeeded,
      request: { query: recordQuerySchema },
      responses: { 200: json(recordPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { cursor, limit, awaiting_review: awaiting, ...filter } = c.req.valid('query');
      const rows = await listRecords(deps.store, {
        owner: accountOf(c),
        filter: { ...filter, awaitingReview: awaiting === undefined ? undefined : awaiting === 'true' },
        after: cursor === undefined ? undefined : readCursor(cursor, cursorSchema),
        limit,
      });
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return c.json(
        {
          object: 'list' as const,
          data: rows.map((row) => presentRecord(row, deps.links)),
          next_cursor: last === undefined ? null : writeCursor({ workflow: last.workflow, key: last.key }),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/records/{id}',
      summary: 'One record with its versions',
      operationId: 'getRecord',
      tags: ['Records'],
      description: 'The newest version stands first; `live` says which of them is shown, `urls` where.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(recordDetailSchema, 'The record.'), ...refusals },
    }),
    async (c) => c.json(await show(accountOf(c), c.req.valid('param').id), 200),
  );

  const decide = async (c: Context<Env>, id: string, number: number, verdict: Verdict) => {
    const caller = accountOf(c);
    await reviewRecord(deps.store, caller, { id, number }, verdict);
    return c.json(await show(caller, id), 200);
  };

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/records/{id}/versions/{number}/approve',
      summary: 'Approve a version: where its workflow is reviewed, only then it is shown',
      operationId: 'approveVersion',
      tags: ['Records'],
      description:
        'For a version that is made. Deciding again replaces what was decided before; approving one newer than the pinned one lifts the pin.',
      security: keyNeeded,
      request: { params: versionParams },
      responses: { 200: json(recordDetailSchema, 'The record.'), ...refusals },
    }),
    (c) => {
      const { id, number } = c.req.valid('param');
      return decide(c, id, number, { review: 'approved' });
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/records/{id}/versions/{number}/reject',
      summary: 'Reject a version, with a reason: the last good one before it is shown',
      operationId: 'rejectVersion',
      tags: ['Records'],
      description:
        'It is not deleted and stays charged. Reasons are a closed list, so that they can be counted; say more in `note`.',
      security: keyNeeded,
      request: { params: versionParams, body: jsonBody(rejectionSchema) },
      responses: { 200: json(recordDetailSchema, 'The record.'), ...refusals },
    }),
    (c) => {
      const { id, number } = c.req.valid('param');
      const { reason, note } = c.req.valid('json');
      return decide(c, id, number, { review: 'rejected', reason, note });
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/records/{id}/regenerate',
      summary: 'Make a version once more, with a note or another seed',
      operationId: 'regenerateRecord',
      tags: ['Records'],
      description:
        'A new version of the same fingerprint: the note becomes a sentence at the end of its prompt. It waits in a batch of its own and is charged as any other; what is shown stays until it is made. Refused while the newest version is on its way.',
      security: keyNeeded,
      request: { params, headers: idempotencyHeaders, body: jsonBody(regenerationSchema) },
      responses: { 201: json(recordDetailSchema, 'The record, with its new version.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const { id } = c.req.valid('param');
      const { note, seed, version } = c.req.valid('json');
      const wanted = { note, seed, version };
      const { replayed } = await regenerateRecord(deps.store, caller, id, wanted, idempotencyKeyOf(c));
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.json(await show(caller, id), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/records/{id}/roll-back',
      summary: 'Show an older version from now on, or the newest good one again',
      operationId: 'rollBackRecord',
      tags: ['Records'],
      description:
        'The version stays shown whatever is made after it, until you roll back to null or approve a newer one. It must be made and not rejected; where its workflow is reviewed, approved.',
      security: keyNeeded,
      request: { params, body: jsonBody(rollBackSchema) },
      responses: { 200: json(recordDetailSchema, 'The record.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const { id } = c.req.valid('param');
      await rollBackRecord(deps.store, caller, id, c.req.valid('json').version);
      return c.json(await show(caller, id), 200);
    },
  );
}
