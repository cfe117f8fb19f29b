import { z } from '@hono/zod-openapi';
import { budgetScopes } from '../domain/budget.ts';

const end = {
  days: z.number().openapi({ description: 'From now, to a tenth.', example: 3.2 }),
  at: z.string(),
  date: z.string().openapi({ description: 'The day in time_zone.', example: '2026-03-04' }),
};

const paceSchema = z.object({
  credits: z.number().int().openapi({ description: 'Held and charged, less what was given back.' }),
  credits_per_day: z.number(),
  over_days: z
    .number()
    .openapi({ description: 'Seven, or fewer where the account has booked for less, but at least one.' }),
  runs_out: z.object(end).nullable(),
  reason: z.enum(['no_pace', 'beyond_ten_years']).nullable().openapi({
    description: 'Why runs_out is null: nothing was spent, or it lasts for longer than ten years.',
  }),
});

export const forecastSchema = z
  .object({
    object: z.literal('forecast'),
    account_id: z.string(),
    purse: z.enum(['live', 'test']),
    time_zone: z.string(),
    available: z.number().int(),
    summary: z.string().openapi({ example: 'Runs out in 3.2 days at this pace, on 4 March 2026.' }),
    last_7_days: paceSchema,
    last_24_hours: paceSchema,
    budgets: z
      .array(
        z.object({
          budget_id: z.string(),
          name: z.string(),
          scope: z.enum(budgetScopes),
          value: z.string(),
          left: z.number().int(),
          credits_per_day: z.number(),
          stops: z.object(end),
          resets_at: z.string().nullable(),
        }),
      )
      .openapi({
        description: 'Budgets that will block before they begin again, the first first; at most 50.',
      }),
  })
  .openapi('Forecast');

export type Forecast = z.infer<typeof forecastSchema>;
