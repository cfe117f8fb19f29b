import { createHash } from 'node:crypto';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { noBatch } from '../../actions/add-rows.ts';
import type { Caller } from '../../actions/caller.ts';
import { cancelBatch } from '../../actions/cancel-batch.ts';
import { onceOnly } from '../../actions/once-only.ts';
import { likelyEngine } from '../../actions/route-request.ts';
import {
  type Batch,
  type BatchListItem,
  batchChangeSchema,
  batchPageSchema,
  batchSchema,
  newBatchSchema,
} from '../../contract/batch.ts';
import { batchStatus } from '../../domain/batch.ts';
import { AppError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { etaOfMany } from '../../domain/queue.ts';
import { findAccount } from '../../store/accounts.ts';
import { writeAudit } from '../../store/audit.ts';
import * as batches from '../../store/batches.ts';
import type { Db } from '../../store/db.ts';
import { completeIdempotencyKey } from '../../store/idempotency.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import { createQueueView } from '../queue-view.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

export const batchParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, example: 'batch_3v9k0c7m2q5x8z1b4n6p0r2t' }),
});

/** Many videos at once: rows are kept, and made in their turn by the server itself, whoever is gone. */
export function batchRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const queue = createQueueView(deps);
  const show = async (caller: Caller, id: string): Promise<Batch> => {
    const row = await batches.findBatch(deps.store, caller, id);
    if (row === undefined) throw noBatch(id);
    const counts = await batches.countBatch(deps.store, caller, id);
    const open =
      counts.rows.waiting +
      counts.rows.waiting_budget +
      counts.generations.pending +
      counts.generations.processing;
    const canceled = row.canceledAt !== null;
    const [paused, stopped] = [row.pausedAt !== null, row.stoppedBy !== null];
    const status = batchStatus({ canceled, paused, stopped, open });
    const next = { workflow: row.workflow ?? undefined, durationSeconds: counts.nextDurationSeconds ?? 5 };
    const eta = status === 'running' ? await etaOf(caller, open, next) : undefined;
    return {
      ...presentItem(row),
      status,
      rows: counts.rows,
      generations: counts.generations,
      parked: counts.parked,
      credits: { held: counts.creditsHeld, charged: counts.creditsCharged },
      failures: counts.failures,
      eta_seconds: eta ?? null,
      eta_at: eta === undefined ? null : new Date(Date.now() + eta * 1000).toISOString(),
    };
  };
  const etaOf = async (
    caller: Caller,
    open: number,
    next: { workflow: string | undefined; durationSeconds: number },
  ) => {
    const account = await findAccount(deps.store, caller.accountId);
    if (account === undefined || account.paused) return undefined;
    const { name } = (await likelyEngine(deps, { ...caller, ...next, endpoint: 'reference-to-video' }))
      .engine;
    const secondsEach = await queue.secondsEach(name, next.durationSeconds);
    return etaOfMany(open, {
      slots: queue.slotsOf(name),
      accountLimit: account.concurrencyLimit,
      secondsEach,
    });
  };

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/batches',
      summary: 'Make a batch; its rows are added next',
      operationId: 'createBatch',
      tags: ['Batches'],
      description:
        'A batch lives on the server: once its rows are there, the caller may go away. With an `Idempotency-Key` a repeated call finds the same batch.',
      security: keyNeeded,
      request: { headers: idempotencyHeaders, body: jsonBody(newBatchSchema) },
      responses: { 201: json(batchSchema, 'The batch, still empty.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const body = c.req.valid('json');
      const make = async (db: Db) => {
        const batch = await batches.insertBatch(db, {
          owner: caller,
          keyId: caller.keyId,
          name: body.name,
          priority: body.priority,
          ahead: body.ahead,
          workflow: body.workflow,
          tags: [...new Set(body.tags)],
          rehearsal: body.rehearsal,
        });
        await audit(db, caller, 'batch.created', batch.id);
        return batch.id;
      };
      const { result, replayed } = await onceOnly(deps.store, {
        scope: `${caller.accountId}:${caller.purse}`,
        key: idempotencyKeyOf(c),
        requestHash: () =>
          createHash('sha256')
            .update(JSON.stringify(['batch', body]))
            .digest('hex'),
        run: (ticket) =>
          deps.store.transaction(async (db) => {
            const id = await make(db);
            if (ticket !== undefined && !(await completeIdempotencyKey(db, ticket, id)))
              throw new AppError('idempotency_in_progress', 'Another call with this key has taken over.', {
                retryable: true,
              });
            return id;
          }),
        replay: async (id) => id,
      });
      if (replayed) c.header('Idempotent-Replayed', 'true');
      c.header('Location', deps.links.absolute(`/v1/batches/${result}`));
      return c.json(await show(caller, result), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/batches',
      summary: 'Your batches, newest first',
      operationId: 'listBatches',
      tags: ['Batches'],
      description: 'Page by page: send `next_cursor` as `cursor`.',
      security: keyNeeded,
      request: {
        query: z.object({
          limit: z.coerce.number().int().min(1).max(100).default(20),
          cursor: z.string().optional(),
        }),
      },
      responses: { 200: json(batchPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const rows = await batches.listBatches(deps.store, { owner: accountOf(c), after: cursor, limit });
      const last = rows.length === limit ? rows.at(-1) : undefined;
      return c.json(
        { object: 'list' as const, data: rows.map(presentItem), next_cursor: last?.id ?? null },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/batches/{id}',
      summary: 'One batch: how many rows and videos are where, what it cost, what stops it, when it is ready',
      operationId: 'getBatch',
      tags: ['Batches'],
      description:
        '`stopped_by` names the budget or balance that keeps its rows, `eta_at` when the last one may be ready.',
      security: keyNeeded,
      request: { params: batchParams },
      responses: { 200: json(batchSchema, 'The batch.'), ...refusals },
    }),
    async (c) => c.json(await show(accountOf(c), c.req.valid('param').id), 200),
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/batches/{id}',
      summary: 'Change the name, the priority or how far a batch is held ahead',
      operationId: 'changeBatch',
      tags: ['Batches'],
      description:
        'Only what you send changes. Batches of one account take turns; a higher `priority` goes first.',
      security: keyNeeded,
      request: { params: batchParams, body: jsonBody(batchChangeSchema) },
      responses: { 200: json(batchSchema, 'The batch.'), ...refusals },
    }),
    (c) =>
      changed(c, c.req.valid('param').id, 'batch.changed', (db, caller, id) =>
        batches.changeBatch(db, caller, id, c.req.valid('json')),
      ),
  );

  const changed = async (
    c: Context<Env>,
    id: string,
    action: string,
    change: (db: Db, caller: Caller, id: string) => Promise<batches.BatchRow | undefined>,
  ) => {
    const caller = accountOf(c);
    const row = await deps.store.transaction(async (db) => {
      const made = await change(db, caller, id);
      if (made !== undefined) await audit(db, caller, action, id);
      return made;
    });
    if (row === undefined) {
      if ((await batches.findBatch(deps.store, caller, id)) === undefined) throw noBatch(id);
      throw new AppError('invalid_state', `The batch ${id} is canceled.`);
    }
    return c.json(await show(caller, id), 200);
  };

  for (const [verb, summary, action, change] of [
    [
      'pause',
      'Hold and begin nothing more of a batch; what is being made goes on',
      'batch.paused',
      batches.pauseBatch,
    ],
    [
      'resume',
      'Let a batch go on, and look at its rows now; it spends as the key that resumes it',
      'batch.resumed',
      (db: Db, caller: Caller, id: string) => batches.resumeBatch(db, caller, id, caller.keyId),
    ],
  ] as const)
    app.openapi(
      createRoute({
        method: 'post',
        path: `/v1/batches/{id}/${verb}`,
        summary,
        operationId: `${verb}Batch`,
        tags: ['Batches'],
        description:
          'Pausing lets what is being made end and begins nothing new. Asking twice is not a fault.',
        security: keyNeeded,
        request: { params: batchParams },
        responses: { 200: json(batchSchema, 'The batch.'), ...refusals },
      }),
      (c) => changed(c, c.req.valid('param').id, action, change),
    );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/batches/{id}/cancel',
      summary: 'Cancel a batch: its rows, and its videos that are not ready',
      operationId: 'cancelBatch',
      tags: ['Batches'],
      description: 'What waits ends at once and costs nothing; what is being made is asked to stop.',
      security: keyNeeded,
      request: { params: batchParams },
      responses: { 200: json(batchSchema, 'Canceled; what was being made is asked to stop.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const { id } = c.req.valid('param');
      if (!(await cancelBatch(deps.store, caller, id))) throw noBatch(id);
      await audit(deps.store, caller, 'batch.canceled', id);
      return c.json(await show(caller, id), 200);
    },
  );
}

async function audit(db: Db, caller: Caller, action: string, target: string): Promise<void> {
  await writeAudit(db, { accountId: caller.accountId, actor: caller.keyId, action, target });
}

function presentItem(row: batches.BatchRow): BatchListItem {
  return {
    id: row.id,
    object: 'batch',
    name: row.name,
    priority: row.priority,
    ahead: row.ahead,
    workflow: row.workflow,
    tags: row.tags,
    rehearsal: row.rehearsal,
    row_count: row.rowCount,
    paused_at: row.pausedAt?.toISOString() ?? null,
    canceled_at: row.canceledAt?.toISOString() ?? null,
    stopped_by: row.stoppedBy as JsonObject | null,
    created_at: row.createdAt.toISOString(),
  };
}
