import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { estimate } from '../../actions/estimate.ts';
import { forecastCredits } from '../../actions/forecast-credits.ts';
import { creditsSchema, ledgerPageSchema } from '../../contract/account.ts';
import { forecastSchema } from '../../contract/forecast.ts';
import { estimateRequestSchema, estimateSchema } from '../../contract/generation.ts';
import { grantPageSchema } from '../../contract/ledger.ts';
import { etaOfMany } from '../../domain/queue.ts';
import { endpointId } from '../../domain/request.ts';
import { findAccount } from '../../store/accounts.ts';
import { listGrants } from '../../store/grants.ts';
import { listLedger, readBalances } from '../../store/ledger.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { presentBlock } from '../present-budget.ts';
import { presentForecast } from '../present-forecast.ts';
import { createQueueView } from '../queue-view.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

/** What there is, where it went, and what something would cost. */
export function creditRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const queue = createQueueView(deps);
  const etaOf = async (
    engine: string,
    asked: { accountId: string; duration: number; count: number },
  ): Promise<number> => {
    const account = await findAccount(deps.store, asked.accountId);
    return etaOfMany(asked.count, {
      slots: queue.slotsOf(engine),
      accountLimit: account?.concurrencyLimit ?? 1,
      secondsEach: await queue.secondsEach(engine, asked.duration),
    });
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/credits',
      summary: 'Your credits: available and held, live and test',
      operationId: 'getCredits',
      tags: ['Credits'],
      description: '`available` can be spent now, `held` is set aside for videos in the making.',
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
      operationId: 'listCreditEntries',
      tags: ['Credits'],
      description: 'The append-only ledger of your account. Page by page: send `next_cursor` as `cursor`.',
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
      path: '/v1/credits/grants',
      summary: 'Where your credits came from, what is left of each, and until when; newest first',
      operationId: 'listCreditGrants',
      tags: ['Credits'],
      description:
        'Of every grant, `amount` is the sum of what remains, is held, spent, expired and withdrawn.',
      security: keyNeeded,
      request: {
        query: z.object({
          limit: z.coerce.number().int().min(1).max(500).default(50),
          cursor: z
            .string()
            .regex(/^grant_[0-9a-z]{24}$/, {
              error: 'The cursor is not one of ours: send next_cursor of the page before.',
            })
            .optional(),
        }),
      },
      responses: { 200: json(grantPageSchema, 'One page of the purse of this key.'), ...refusals },
    }),
    async (c) => {
      const { accountId, purse } = accountOf(c);
      const { limit, cursor } = c.req.valid('query');
      const rows = await listGrants(deps.store, { accountId, purse, before: cursor, limit });
      const data = rows.map(({ expiresAt, createdAt, ...grant }) => ({
        ...grant,
        expires_at: expiresAt?.toISOString() ?? null,
        created_at: createdAt.toISOString(),
      }));
      const next = rows.length === limit ? (rows.at(-1)?.id ?? null) : null;
      return c.json({ object: 'list' as const, data, next_cursor: next }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/credits/forecast',
      summary: 'How long your credits and budgets last at this pace',
      operationId: 'forecastCredits',
      tags: ['Credits'],
      description: 'When credits run out if work goes on as in the last seven days, and as in the last day.',
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
      summary: 'What videos would cost, before anything is sent, as a quote that holds for a day',
      operationId: 'createEstimate',
      tags: ['Credits'],
      description:
        'Costs nothing and reserves nothing. A submit that carries `quote_id` pays this price for a day, whatever the price is by then.',
      security: keyNeeded,
      request: { body: jsonBody(estimateRequestSchema) },
      responses: { 200: json(estimateSchema, 'The price of each and of all, and the quote.'), ...refusals },
    }),
    async (c) => {
      const { endpoint, duration, count, engine, ...labels } = c.req.valid('json');
      const made = await estimate(deps, accountOf(c), {
        endpoint,
        durationSeconds: duration,
        count,
        engine,
        workflow: labels.workflow,
        batchId: labels.batch_id,
        tags: labels.tags ?? [],
        endUserId: labels.end_user_id,
      });
      const { each, total, availableCredits, blockedBy } = made;
      return c.json(
        {
          object: 'estimate' as const,
          engine: made.engine,
          endpoint: endpointId(endpoint),
          duration,
          count,
          each: { credits: each.credits, usd_cents: each.usdCents, price_book: made.priceBook },
          total: { credits: total.credits, usd_cents: total.usdCents },
          available_credits: availableCredits,
          affordable: availableCredits >= total.credits && blockedBy === undefined,
          eta_seconds: await etaOf(made.engine, { accountId: accountOf(c).accountId, duration, count }),
          blocked_by: presentBlock(blockedBy),
          quote_id: made.quoteId,
          expires_at: made.expiresAt,
        },
        200,
      );
    },
  );
}
