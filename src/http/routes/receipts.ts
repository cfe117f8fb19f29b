import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { generationReceiptSchema, type Receipt, receiptPageSchema } from '../../contract/receipt.ts';
import { purses } from '../../domain/credits.ts';
import { AppError } from '../../domain/errors.ts';
import { findGeneration, type Owner } from '../../store/read-generations.ts';
import { findReceipts, listReceipts, type ReceiptRow } from '../../store/receipts.ts';
import { accountOf, requireOperator } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { json, keyNeeded, operatorNeeded, refusals } from './answers.ts';
import { generationParams, noGeneration } from './generations.ts';

const query = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
});

/** What every video cost and why, in a chain that shows when one was changed afterwards. */
export function receiptRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const page = async (owner: Owner, { limit, cursor }: z.infer<typeof query>) => {
    const listed = await listReceipts(deps.store, { ...owner, after: cursor, limit });
    if (listed === undefined) throw new AppError('not_found', `There is no account ${owner.accountId}.`);
    const { receipts, head } = listed;
    const last = receipts.at(-1);
    const next = last !== undefined && last.number < head.receipts ? String(last.number) : null;
    return { object: 'list' as const, data: receipts.map(present), next_cursor: next, head };
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/generations/{id}/receipt',
      summary: 'What a generation cost and why: its latest receipt, and those before it',
      operationId: 'getReceipt',
      tags: ['Reports'],
      description:
        'Quote, hold, what the provider used, measured length, what was taken and given back. Each receipt carries the hash of the one before.',
      security: keyNeeded,
      request: { params: generationParams },
      responses: { 200: json(generationReceiptSchema, 'The receipt.'), ...refusals },
    }),
    async (c) => {
      const owner = accountOf(c);
      const { id } = c.req.valid('param');
      const [latest, ...earlier] = await findReceipts(deps.store, owner, id);
      if (latest === undefined) {
        if ((await findGeneration(deps.store, owner, id)) === undefined) throw noGeneration(id);
        throw new AppError('invalid_state', `The generation ${id} has no receipt yet.`, {
          hint: 'It is written when the generation ends.',
        });
      }
      return c.json({ ...present(latest), earlier: earlier.map(present) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/receipts',
      summary: 'Every receipt of your key’s purse in order, with the head of the chain',
      operationId: 'listReceipts',
      tags: ['Reports'],
      description: 'In order, so that the chain of hashes can be checked: `kinora receipts verify` does.',
      security: keyNeeded,
      request: { query },
      responses: { 200: json(receiptPageSchema, 'One page, oldest first.'), ...refusals },
    }),
    async (c) => c.json(await page(accountOf(c), c.req.valid('query')), 200),
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/accounts/{id}/receipts',
      summary: 'Every receipt of an account in order, with the head of the chain',
      operationId: 'listAccountReceipts',
      tags: ['Operator'],
      description: 'As `GET /v1/receipts`, for the operator.',
      security: operatorNeeded,
      request: {
        params: z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) }),
        query: query.extend({ purse: z.enum(purses).default('live') }),
      },
      responses: { 200: json(receiptPageSchema, 'One page, oldest first.'), ...refusals },
    }),
    async (c) => {
      requireOperator(c);
      const { purse, ...wanted } = c.req.valid('query');
      return c.json(await page({ accountId: c.req.valid('param').id, purse }, wanted), 200);
    },
  );
}

function present(row: ReceiptRow): Receipt {
  return {
    object: 'receipt',
    number: row.number,
    account_id: row.accountId,
    purse: row.purse,
    generation_id: row.generationId,
    body: row.body,
    previous_hash: row.previousHash,
    hash: row.hash,
    created_at: row.createdAt.toISOString(),
  };
}
