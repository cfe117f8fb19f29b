import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { adjustCredits } from '../../actions/adjust-credits.ts';
import { refundGeneration } from '../../actions/refund-generation.ts';
import {
  adjustmentRequestSchema,
  adjustmentSchema,
  ledgerCheckSchema,
  refundRequestSchema,
  refundSchema,
} from '../../contract/ledger.ts';
import { findImbalances, type LedgerRow } from '../../store/ledger.ts';
import { requireOperator } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import { json, jsonBody, operatorNeeded, refusals } from './answers.ts';
import { generationParams } from './generations.ts';

/** What the operator does with the books: correct a balance, give back a charge, check them all. */
export function ledgerRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/accounts/{id}/adjustments',
      summary: 'Correct the balance of an account, up or down',
      operationId: 'adjustCredits',
      tags: ['Operator'],
      description:
        'With a reason, as an entry of its own; nothing that was written is changed. Send an `Idempotency-Key`.',
      security: operatorNeeded,
      request: {
        params: z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) }),
        headers: idempotencyHeaders,
        body: jsonBody(adjustmentRequestSchema),
      },
      responses: { 201: json(adjustmentSchema, 'The adjustment.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const { entry, replayed } = await adjustCredits(deps.store, {
        accountId: c.req.valid('param').id,
        ...c.req.valid('json'),
        idempotencyKey: idempotencyKeyOf(c),
      });
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.json({ object: 'adjustment' as const, ...present(entry) }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/generations/{id}/refund',
      summary: 'Give back what a generation was charged, or a part of it; once for each charge',
      operationId: 'refundGeneration',
      tags: ['Operator'],
      description:
        'The credits return to the grants they came from. `of` says which charge is meant where a late video was adopted too.',
      security: operatorNeeded,
      request: {
        params: generationParams,
        headers: idempotencyHeaders,
        body: jsonBody(refundRequestSchema),
      },
      responses: { 201: json(refundSchema, 'The refund.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const { id } = c.req.valid('param');
      const { of, ...order } = c.req.valid('json');
      const { entry, replayed } = await refundGeneration(deps.store, {
        generationId: id,
        ...order,
        of,
        idempotencyKey: idempotencyKeyOf(c),
      });
      if (replayed) c.header('Idempotent-Replayed', 'true');
      return c.json({ object: 'refund' as const, generation_id: id, ...present(entry) }, 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/ledger/check',
      summary: 'Sum up all books again, and name everything that does not balance',
      operationId: 'checkLedger',
      tags: ['Operator'],
      description:
        'Every balance, grant, budget and receipt is computed anew from the entries. `problems` is empty when all is well.',
      security: operatorNeeded,
      responses: { 200: json(ledgerCheckSchema, 'What was found.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const imbalances = await findImbalances(deps.store);
      return c.json({ object: 'ledger_check' as const, balanced: imbalances.length === 0, imbalances }, 200);
    },
  );
}

function present({ id, accountId, purse, available, reason, createdAt }: LedgerRow) {
  return {
    id: String(id),
    account_id: accountId,
    purse,
    credits: available,
    reason,
    created_at: createdAt.toISOString(),
  };
}
