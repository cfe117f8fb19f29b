import { z } from '@hono/zod-openapi';
import { budgetActions, budgetPeriods, budgetScopes } from '../domain/budget.ts';
import { text } from './text.ts';

const name = text('name')
  .trim()
  .min(1, { error: 'name must not be empty.' })
  .max(200, { error: 'name has at most 200 characters.' })
  .openapi({ example: 'Spring campaign' });

const limit = z
  .int({ error: 'limit_credits must be a whole number of credits.' })
  .min(0, { error: 'limit_credits is at least 0, which blocks everything.' })
  .max(1_000_000_000_000, { error: 'limit_credits is at most 1,000,000,000,000.' })
  .openapi({ example: 5_000 });

const action = z.enum(budgetActions, { error: 'action must be block or alert.' }).openapi({
  description: 'block: refuse what would go over it. alert: only tell.',
});

const thresholds = z
  .array(
    z
      .int({ error: 'a threshold is a whole percentage.' })
      .min(1, { error: 'a threshold is at least 1 percent.' })
      .max(1_000, { error: 'a threshold is at most 1,000 percent.' }),
    { error: 'thresholds must be a list of percentages.' },
  )
  .max(10, { error: 'thresholds takes at most 10.' })
  .refine(
    (percents) => percents.every((percent, index) => index === 0 || percent > (percents[index - 1] ?? 0)),
    {
      error: 'thresholds must rise, each once, as in [50, 80, 100].',
    },
  )
  .openapi({ description: 'Percentages of the limit, rising; each is told of once per period.' });

const owner = {
  account_id: z.string().optional().openapi({ description: 'With the operator key: whose budget it is.' }),
  purse: z
    .enum(['live', 'test'])
    .optional()
    .openapi({ description: 'With the operator key; a key has its own. Default live.' }),
};

export const newBudgetSchema = z
  .strictObject({
    name,
    scope: z
      .enum(budgetScopes, { error: `scope must be one of ${budgetScopes.join(', ')}.` })
      .openapi({ description: 'What it is about.' }),
    scope_value: text('scope_value')
      .min(1, { error: 'scope_value must not be empty.' })
      .max(200, { error: 'scope_value has at most 200 characters.' })
      .optional()
      .openapi({
        description:
          'Which one, such as the id of a key or a tag; "*" is each by itself. None for the account.',
        example: '*',
      }),
    period: z
      .enum(budgetPeriods, { error: `period must be one of ${budgetPeriods.join(', ')}.` })
      .openapi({ description: 'By the calendar of the account, in its time zone.' }),
    limit_credits: limit,
    action: action.default('block'),
    thresholds: thresholds.default([50, 80, 100]),
    ...owner,
  })
  .openapi('NewBudget');

export const budgetChangeSchema = z
  .strictObject({
    name: name.optional(),
    limit_credits: limit.optional(),
    action: action.optional(),
    thresholds: thresholds.optional(),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'Say what is to change: name, limit_credits, action or thresholds.',
  })
  .openapi('BudgetChange');

const day = z.string().openapi({ example: '2026-03-01' });

const amount = {
  used: z.number().int().openapi({ description: 'Credits held and charged.' }),
  left: z.number().int().openapi({ description: 'Until the limit; never below 0.' }),
  percent: z.number().int().openapi({ description: 'Of the limit, rounded down.' }),
};

export const budgetSchema = z
  .object({
    id: z.string(),
    object: z.literal('budget'),
    account_id: z.string(),
    purse: z.enum(['live', 'test']),
    name: z.string(),
    scope: z.enum(budgetScopes),
    scope_value: z.string().nullable(),
    period: z.enum(budgetPeriods),
    limit_credits: z.number().int(),
    action: z.enum(budgetActions),
    thresholds: z.array(z.number().int()),
    usage: z
      .object({
        value: z.string().nullable().openapi({
          description: 'Whose usage this is: where each counts by itself, of the one that has used most.',
        }),
        ...amount,
        limit: z.number().int(),
        values: z.number().int().openapi({ description: 'How many values have used anything.' }),
        period_start: day
          .nullable()
          .openapi({ description: 'First day, in time_zone; null without a period.' }),
        resets_at: z.string().nullable(),
        time_zone: z.string(),
      })
      .openapi({ description: 'Of the current period.' }),
    made_by: z.string().openapi({
      description:
        '`operator`, `system` or the id of a key. What the operator has made, only the operator changes.',
    }),
    created_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .openapi('Budget');

export type Budget = z.infer<typeof budgetSchema>;

export const budgetPageSchema = z
  .object({ object: z.literal('list'), data: z.array(budgetSchema), next_cursor: z.string().nullable() })
  .openapi('BudgetPage');

export type BudgetPage = z.infer<typeof budgetPageSchema>;

export const budgetDetailSchema = budgetSchema
  .extend({
    values: z.object({
      period_start: day.nullable(),
      data: z.array(z.object({ value: z.string(), ...amount })),
      next_cursor: z.string().nullable(),
    }),
    past_periods: z
      .array(z.object({ period_start: day, used: z.number().int(), values: z.number().int() }))
      .openapi({ description: 'Before the current one, newest first, at most 31; only those with usage.' }),
  })
  .openapi('BudgetDetail');

export type BudgetDetail = z.infer<typeof budgetDetailSchema>;

const fromQuery = (name: string) => ({ param: { name, in: 'query' as const } });

const ownerQuery = {
  account_id: owner.account_id.openapi(fromQuery('account_id')),
  purse: owner.purse.openapi(fromQuery('purse')),
};

export const budgetOwnerQuerySchema = z.object(ownerQuery);

export const budgetQuerySchema = z.object({
  ...ownerQuery,
  status: z
    .enum(['active', 'ended', 'all'], { error: 'status must be active, ended or all.' })
    .default('active')
    .openapi(fromQuery('status')),
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi(fromQuery('limit')),
  cursor: z.string().optional().openapi(fromQuery('cursor')),
});

export const budgetDetailQuerySchema = z.object({
  ...ownerQuery,
  period_start: z.iso
    .date({ error: 'period_start must be a day such as 2026-03-01.' })
    .optional()
    .openapi(fromQuery('period_start')),
  limit: z.coerce.number().int().min(1).max(500).default(50).openapi(fromQuery('limit')),
  cursor: z.string().optional().openapi(fromQuery('cursor')),
});

/** Of a dry run and an estimate: the budget that would refuse it now. */
export const blockedBySchema = z
  .object({
    budget_id: z.string(),
    name: z.string(),
    scope: z.enum(budgetScopes),
    value: z.string(),
    limit: z.number().int(),
    used: z.number().int(),
    left: z.number().int(),
    resets_at: z.string().nullable(),
  })
  .nullable()
  .openapi({ description: 'The budget that would refuse this now; null if none would.' });
