import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { changeBudget, endBudget, noBudget } from '../../actions/change-budget.ts';
import { createBudget } from '../../actions/create-budget.ts';
import {
  budgetChangeSchema,
  budgetDetailQuerySchema,
  budgetDetailSchema,
  budgetOwnerQuerySchema,
  budgetPageSchema,
  budgetQuerySchema,
  budgetSchema,
  newBudgetSchema,
} from '../../contract/budget.ts';
import { isStorable } from '../../contract/text.ts';
import { AppError } from '../../domain/errors.ts';
import { listPastPeriods, listValueUsage, readCurrentUsage } from '../../store/budget-usage.ts';
import { type Budget, findBudget, listBudgets } from '../../store/budgets.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import type { Env, HttpDeps } from '../env.ts';
import { managedPurse } from '../managed-purse.ts';
import { presentBudget, presentValue } from '../present-budget.ts';
import { json, jsonBody, keyNeeded, operatorNeeded, refusals } from './answers.ts';

const params = z.object({ id: z.string().openapi({ param: { name: 'id', in: 'path' } }) });
const security = [...keyNeeded, ...operatorNeeded];

const storable = z.string().refine(isStorable);
const budgetCursor = z.strictObject({ madeAt: z.int().min(0).max(1e16), id: storable });
const valueCursor = z.strictObject({ used: z.int(), value: storable });

const mostPastPeriods = 31;

/** Caps on what is spent. A key manages those of the purse it spends from, the operator everybody's. */
export function budgetRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  const { store } = deps;
  const present = async (budget: Budget) => presentBudget(budget, await usageOf(budget));
  const usageOf = async ({ id }: Budget) => {
    const [usage] = await readCurrentUsage(store, [id]);
    if (usage === undefined) throw noBudget(id);
    return usage;
  };

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/budgets',
      summary: 'Make a budget: a cap that blocks, or one that only tells',
      operationId: 'createBudget',
      tags: ['Budgets and alerts'],
      description:
        'Counts what is held and charged, in the transaction that accepts a video, so a cap is never exceeded. `*` as `scope_value` gives each value an allowance of its own.',
      security,
      request: { body: jsonBody(newBudgetSchema) },
      responses: {
        201: json(budgetSchema, 'The budget, with what its current period has used already.'),
        ...refusals,
      },
    }),
    async (c) => {
      const { account_id, purse, scope_value, limit_credits, ...body } = c.req.valid('json');
      const managed = await managedPurse(c, store, { account_id, purse });
      const budget = { ...body, scopeValue: scope_value ?? null, limitCredits: limit_credits };
      const made = await createBudget(store, { ...managed, budget });
      c.header('Location', deps.links.absolute(`/v1/budgets/${made.id}`));
      return c.json(await present(made), 201);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/budgets',
      summary: 'Budgets with what they have used, newest first',
      operationId: 'listBudgets',
      tags: ['Budgets and alerts'],
      description: 'Ended ones too, if you ask for them.',
      security,
      request: { query: budgetQuerySchema },
      responses: { 200: json(budgetPageSchema, 'One page.'), ...refusals },
    }),
    async (c) => {
      const query = c.req.valid('query');
      const { owner } = await managedPurse(c, store, query);
      const { budgets, next } = await listBudgets(store, owner, {
        ended: query.status === 'all' ? undefined : query.status === 'ended',
        after: query.cursor === undefined ? undefined : readCursor(query.cursor, budgetCursor),
        limit: query.limit,
      });
      const usages = await readCurrentUsage(
        store,
        budgets.map(({ id }) => id),
      );
      const data = budgets.flatMap((budget) => {
        const usage = usages.find(({ budgetId }) => budgetId === budget.id);
        return usage === undefined ? [] : [presentBudget(budget, usage)];
      });
      const next_cursor = next === undefined ? null : writeCursor(next);
      return c.json({ object: 'list' as const, data, next_cursor }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/budgets/{id}',
      summary: 'One budget: usage of each value, and past periods',
      operationId: 'getBudget',
      tags: ['Budgets and alerts'],
      description: 'What each value has used in the current period, and what earlier periods came to.',
      security,
      request: { params, query: budgetDetailQuerySchema },
      responses: {
        200: json(budgetDetailSchema, '`period_start` asks for the values of a past period.'),
        ...refusals,
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const query = c.req.valid('query');
      const { owner } = await managedPurse(c, store, query);
      const budget = await findBudget(store, owner, id);
      if (budget === undefined) throw noBudget(id);
      const usage = await usageOf(budget);
      if (usage.periodStart === null && query.period_start !== undefined)
        throw new AppError('invalid_request', `The budget ${id} has no periods: leave period_start out.`);
      const periodStart = query.period_start ?? usage.periodStart;
      const { values, next } = await listValueUsage(store, {
        budgetId: id,
        periodStart,
        after: query.cursor === undefined ? undefined : readCursor(query.cursor, valueCursor),
        limit: query.limit,
      });
      const past =
        usage.periodStart === null
          ? []
          : await listPastPeriods(store, {
              budgetId: id,
              before: usage.periodStart,
              limit: mostPastPeriods,
            });
      return c.json(
        {
          ...presentBudget(budget, usage),
          values: {
            period_start: periodStart,
            data: values.map((value) => presentValue(value, budget.limitCredits)),
            next_cursor: next === undefined ? null : writeCursor(next),
          },
          past_periods: past.map((period) => ({
            period_start: period.periodStart,
            used: period.used,
            values: period.values,
          })),
        },
        200,
      );
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/budgets/{id}',
      summary: 'Change name, limit, action or thresholds of a budget',
      operationId: 'changeBudget',
      tags: ['Budgets and alerts'],
      description: 'Only what you send changes. Raising the limit wakes waiting rows at once.',
      security,
      request: { params, query: budgetOwnerQuerySchema, body: jsonBody(budgetChangeSchema) },
      responses: { 200: json(budgetSchema, 'The budget as it now is.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { limit_credits, ...body } = c.req.valid('json');
      const managed = await managedPurse(c, store, c.req.valid('query'));
      const wanted = { ...body, limitCredits: limit_credits };
      const change = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
      return c.json(await present(await changeBudget(store, { ...managed, id, change })), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/budgets/{id}',
      summary: 'End a budget; what is held in it stays booked',
      operationId: 'endBudget',
      tags: ['Budgets and alerts'],
      description: 'It stops counting. To change it, use PATCH; an ended budget cannot be taken up again.',
      security,
      request: { params, query: budgetOwnerQuerySchema },
      responses: { 200: json(budgetSchema, 'The ended budget.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const managed = await managedPurse(c, store, c.req.valid('query'));
      return c.json(await present(await endBudget(store, { ...managed, id })), 200);
    },
  );
}
