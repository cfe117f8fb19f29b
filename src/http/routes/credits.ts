import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { chooseEngine } from '../../actions/choose-engine.ts';
import { forecastCredits } from '../../actions/forecast-credits.ts';
import { creditsSchema, ledgerPageSchema } from '../../contract/account.ts';
import { forecastSchema } from '../../contract/forecast.ts';
import { estimateRequestSchema, estimateSchema } from '../../contract/generation.ts';
import { AppError } from '../../domain/errors.ts';
import { priceOf } from '../../domain/price-book.ts';
import { endpointId } from '../../domain/request.ts';
import { findBlockingBudget } from '../../store/budget-refusals.ts';
import { listLedger, readBalances } from '../../store/ledger.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentBlock } from '../present-budget.ts';
import { presentForecast } from '../present-forecast.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

/** What there is, where it went, and what something would cost. */
export function creditRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/credits',
      summary: 'Your credits: available and held, live and test',
      security: keyNeeded,
      responses: { 200: json(creditsSchema, 'The balances.'), ...refusals },
    }),
    async (c) => {
      const { accountId } = accountOf(c);
      const balances = await readBalances(deps.store, accountId);
      return c.json({ object: 'credits' as const, account_id: accountId, ...balances }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/credits/entries',
      summary: 'Every grant, hold, settle and release, newest first',
      security: keyNeeded,
      request: {
        query: z.object({
          limit: z.coerce.number().int().min(1).max(500).default(50),
          cursor: z.coerce.number().int().optional(),
        }),
      },
      responses: { 200: json(ledgerPageSchema, 'One page of the purse of this key.'), ...refusals },
    }),
    async (c) => {
      const { accountId, purse } = accountOf(c);
      const { limit, cursor } = c.req.valid('query');
      const rows = await listLedger(deps.store, {
        accountId,
        purse,
        limit,
        ...(cursor === undefined ? {} : { before: cursor }),
      });
      const data = rows.map((row) => ({
        id: row.id,
        kind: row.kind,
        generation_id: row.generationId,
        available: row.available,
        held: row.held,
        reason: row.reason,
        created_at: row.createdAt.toISOString(),
      }));
      const last = rows.at(-1);
      const next = rows.length === limit && last !== undefined ? String(last.id) : null;
      return c.json({ object: 'list' as const, data, next_cursor: next }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/credits/forecast',
      summary: 'How long your credits and budgets last at this pace',
      security: keyNeeded,
      responses: { 200: json(forecastSchema, 'Of the purse of this key.'), ...refusals },
    }),
    async (c) => {
      const { accountId, purse } = accountOf(c);
      const owner = { accountId, purse };
      return c.json(presentForecast(owner, await forecastCredits(deps.store, owner)), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/estimates',
      summary: 'What videos would cost, before anything is sent',
      security: keyNeeded,
      request: { body: jsonBody(estimateRequestSchema) },
      responses: { 200: json(estimateSchema, 'The price of each and of all.'), ...refusals },
    }),
    async (c) => {
      const caller = accountOf(c);
      const { accountId, purse } = caller;
      const { endpoint, duration, count, ...labels } = c.req.valid('json');
      const { engine, priceBook } = chooseEngine(deps.engines, { purse });
      const price = priceOf(priceBook, duration);
      if (price === undefined) throw noPrice(duration, [...priceBook.rows.keys()]);
      const { available } = (await readBalances(deps.store, accountId))[purse];
      const total = { credits: price.credits * count, usd_cents: price.usdCents * count };
      const labelled = {
        ...caller,
        workflow: labels.workflow,
        batchId: labels.batch_id,
        tags: labels.tags ?? [],
        endUserId: labels.end_user_id,
      };
      const blockedBy = await findBlockingBudget(deps.store, labelled, total.credits);
      return c.json(
        {
          object: 'estimate' as const,
          engine: engine.name,
          endpoint: endpointId(endpoint),
          duration,
          count,
          each: { credits: price.credits, usd_cents: price.usdCents, price_book: priceBook.id },
          total,
          available_credits: available,
          affordable: available >= total.credits && blockedBy === undefined,
          blocked_by: presentBlock(blockedBy),
        },
        200,
      );
    },
  );
}

function noPrice(duration: number, priced: number[]): AppError {
  const message = `duration must be from ${Math.min(...priced)} to ${Math.max(...priced)} s, not ${duration}.`;
  return new AppError('invalid_duration', message, {
    faults: [{ pointer: '/duration', code: 'invalid_duration', message }],
  });
}
