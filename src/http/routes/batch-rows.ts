import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { addRows, type GivenRow, noBatch } from '../../actions/add-rows.ts';
import type { Caller } from '../../actions/caller.ts';
import {
  addedRowsSchema,
  batchRowPageSchema,
  batchRowSchema,
  newRowsSchema,
  retriedRowsSchema,
  rowChangeSchema,
} from '../../contract/batch.ts';
import { rowStates } from '../../domain/batch.ts';
import { AppError, type ErrorCode, type Fault } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { writeAudit } from '../../store/audit.ts';
import { type BatchRowRow, findRow, listRows } from '../../store/batch-rows.ts';
import { findBatch } from '../../store/batches.ts';
import { changeRow, type FixedWorkflow, type RowChange } from '../../store/change-row.ts';
import type { Owner } from '../../store/read-generations.ts';
import { retryRows } from '../../store/retry-rows.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import type { Links } from '../links.ts';
import { readKeptRequest } from '../read-request.ts';
import { invalid } from '../validation.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';
import { batchParams as params } from './batches.ts';

const rowParams = params.extend({
  number: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .openapi({ param: { name: 'number', in: 'path' } }),
});

/** The rows of a batch: added, shown, changed before they begin, tried again. */
export function batchRowRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const rowOf = async (owner: Owner, id: string, number: number) => {
    const row = await findRow(deps.store, owner, id, number);
    if (row === undefined) throw noRow(id, number);
    return row;
  };
  const retry = (owner: Caller, id: string, number?: number) =>
    deps.store.transaction(async (db) => {
      const retried = await retryRows(db, owner, id, number);
      // Thrown, so that nothing of it stays.
      if (retried === undefined) throw notChanged('batch_canceled', id, 0);
      const target = number === undefined ? id : `${id}/${number}`;
      await writeAudit(db, {
        accountId: owner.accountId,
        actor: owner.keyId,
        action: 'batch.retried',
        target,
      });
      return retried;
    });

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/batches/{id}/rows',
      summary: 'Add rows to a batch: request bodies of the endpoint each names, numbered in order',
      operationId: 'addBatchRows',
      tags: ['Batches'],
      description:
        'Up to 1,000 a call. A bad row is refused by itself, never the others. A row with a `record` whose newest version has the same fingerprint, made or on its way, is not added but told in `skipped`. With an `Idempotency-Key` a repeated call adds nothing twice.',
      security: keyNeeded,
      request: { params, headers: idempotencyHeaders, body: jsonBody(newRowsSchema) },
      responses: { 201: json(addedRowsSchema, 'The numbers that they got.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const { id } = c.req.valid('param');
      const { rows } = c.req.valid('json');
      const given = rows.map(({ record, ...request }): GivenRow => ({ request: plain(request), record }));
      const faults = given.flatMap(({ request }, index) => faultsBetween(request, `/rows/${index}`));
      if (faults.length > 0) throw invalid(faults);
      const { added, replayed } = await addRows(deps.store, {
        owner: caller,
        batchId: id,
        rows: given,
        idempotencyKey: idempotencyKeyOf(c),
      });
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.json({ object: 'batch_rows' as const, batch_id: id, ...added }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/batches/{id}/rows',
      summary: 'The rows of a batch in their order, each with its state and its generation',
      operationId: 'listBatchRows',
      tags: ['Batches'],
      description: 'Page by page; `state` filters.',
      security: keyNeeded,
      request: {
        params,
        query: z.object({
          state: z.enum(rowStates).optional(),
          limit: z.coerce.number().int().min(1).max(500).default(50),
          cursor: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
        }),
      },
      responses: { 200: json(batchRowPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id } = c.req.valid('param');
      const { state, limit, cursor } = c.req.valid('query');
      if ((await findBatch(deps.store, owner, id)) === undefined) throw noBatch(id);
      const rows = await listRows(deps.store, { owner, batchId: id, state, after: cursor ?? 0, limit });
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return c.json(
        {
          object: 'list' as const,
          data: rows.map((row) => presentRow(row, deps.links)),
          next_cursor: last === undefined ? null : String(last.number),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/batches/{id}/rows/{number}',
      summary: 'Change the request of a row that has not begun',
      operationId: 'changeBatchRow',
      tags: ['Batches'],
      description:
        'Fields that you send replace those of the row, null takes one away. A refused row waits again. Its record and the fingerprint of that stay, so its workflow does too: a plan of the same data still calls it unchanged.',
      security: keyNeeded,
      request: { params: rowParams, body: jsonBody(rowChangeSchema) },
      responses: { 200: json(batchRowSchema, 'The row.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id, number } = c.req.valid('param');
      const change = plain(c.req.valid('json'));
      await deps.store.transaction(async (db) => {
        const done = await changeRow(db, owner, { batchId: id, number }, (request, fixed) => {
          const changed = merged(request, change);
          const faults = [...faultsBetween(changed, ''), ...leftWorkflow(changed, fixed)];
          if (faults.length > 0) throw invalid(faults);
          return changed;
        });
        if (done !== 'changed') throw notChanged(done, id, number);
        const audited = { actor: owner.keyId, action: 'batch_row.changed', target: `${id}/${number}` };
        await writeAudit(db, { accountId: owner.accountId, ...audited });
      });
      return c.json(presentRow(await rowOf(owner, id, number), deps.links), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/batches/{id}/rows/{number}/retry',
      summary: 'Let a row wait again that was refused, or whose video failed',
      operationId: 'retryBatchRow',
      tags: ['Batches'],
      description: 'After you have mended what its `reason`, or the error of its generation, says.',
      security: keyNeeded,
      request: { params: rowParams },
      responses: { 200: json(batchRowSchema, 'The row.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id, number } = c.req.valid('param');
      const before = await rowOf(owner, id, number);
      const done = await retry(owner, id, number);
      if (done.superseded > 0) throw notChanged('superseded', id, number);
      const row = await rowOf(owner, id, number);
      if (done.retried === 0)
        throw new AppError(
          'invalid_state',
          `Row ${number} is ${before.generationStatus ?? before.state}; only a refused or failed one of a batch that is not canceled can be retried.`,
        );
      return c.json(presentRow(row, deps.links), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/batches/{id}/retry',
      summary: 'Let every row wait again that was refused, or whose video failed',
      operationId: 'retryBatch',
      tags: ['Batches'],
      description:
        'What was made, is in the making or was canceled stays as it is. Rows whose records have newer versions are left. Each video is held and charged as any other.',
      security: keyNeeded,
      request: { params },
      responses: { 200: json(retriedRowsSchema, 'How many.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id } = c.req.valid('param');
      if ((await findBatch(deps.store, owner, id)) === undefined) throw noBatch(id);
      const done = await retry(owner, id);
      return c.json({ object: 'retried_rows' as const, batch_id: id, ...done }, 200);
    },
  );
}

/** What the schema of one field cannot see, with pointers below `parent`. */
function faultsBetween(request: JsonObject, parent: string): Fault[] {
  try {
    readKeptRequest(request);
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.faults.map((fault) => ({ ...fault, pointer: `${parent}${fault.pointer}` }));
  }
}

/** A record belongs to its workflow: under another one its video would count and be capped where nobody looks for it. */
function leftWorkflow(request: JsonObject, fixed: FixedWorkflow | undefined): Fault[] {
  if (fixed === undefined || (request['workflow'] ?? fixed.ofBatch) === fixed.ofRecord) return [];
  const message = `The record of this row belongs to the workflow "${fixed.ofRecord}", so the row stays there. Add a row for another record instead.`;
  return [{ pointer: '/workflow', code: 'invalid_request', message }];
}

/** As it is kept: JSON has no undefined. */
const plain = (body: object): JsonObject => JSON.parse(JSON.stringify(body));

function merged(request: JsonObject, change: JsonObject): JsonObject {
  const all = Object.entries({ ...request, ...change });
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

function notChanged(why: Exclude<RowChange, 'changed'>, id: string, number: number): AppError {
  switch (why) {
    case 'no_row':
      return noRow(id, number);
    case 'begun':
      return new AppError('invalid_state', `Row ${number} of ${id} has begun, or was canceled.`, {
        hint: 'Only a row that waits or was refused can be changed. Add another row instead.',
      });
    case 'superseded':
      return new AppError('invalid_state', `The record of row ${number} has a newer version by now.`, {
        hint: 'GET /v1/records/{id} shows its versions; regenerate makes one of them once more.',
      });
    case 'batch_canceled':
      return new AppError('invalid_state', `The batch ${id} is canceled.`, {
        hint: 'Make a new one with POST /v1/batches.',
      });
  }
}

const noRow = (id: string, number: number) =>
  new AppError('not_found', `There is no row ${number} in the batch ${id}.`);

function presentRow(row: BatchRowRow, links: Links) {
  return {
    number: row.number,
    object: 'batch_row' as const,
    state: row.state,
    request: row.request,
    generation_id: row.generationId,
    generation_status: row.generationStatus,
    reason: presentReason(row.reason as JsonObject | null, links),
    record: row.record,
  };
}

/** A refusal names the page of its code, as that of a single submit does. */
function presentReason(reason: JsonObject | null, links: Links): JsonObject | null {
  if (reason?.['reason'] !== 'refused') return reason;
  return { ...reason, doc_url: links.codePage(reason['code'] as ErrorCode) };
}
