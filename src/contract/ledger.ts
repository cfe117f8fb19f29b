import { z } from '@hono/zod-openapi';
import { grantSources, imbalanceKinds, purses } from '../domain/credits.ts';
import { text } from './text.ts';

const purse = z.enum(purses);

const reason = text('reason')
  .trim()
  .min(1, { error: 'reason must not be empty: the ledger keeps it.' })
  .max(500, { error: 'reason has at most 500 characters.' });

const most = 1_000_000_000;

const kept = (description: string) => z.number().int().openapi({ description });

const grantBookSchema = z
  .object({
    id: z.string(),
    source: z.enum(grantSources),
    reason: z.string(),
    pack: z.string().nullable(),
    priority: z.number().int().openapi({ description: 'Lower is taken earlier.' }),
    expires_at: z.string().nullable(),
    created_at: z.string(),
    amount: kept('What was given: the sum of the next five.'),
    remaining: kept('What can be spent.'),
    held: kept('Set aside for videos in the making.'),
    spent: kept('What videos were charged.'),
    expired: kept('What was left when it ran out.'),
    withdrawn: kept('What the operator took back.'),
  })
  .openapi('GrantBook');

export type GrantBook = z.infer<typeof grantBookSchema>;

export const grantPageSchema = z
  .object({ object: z.literal('list'), data: z.array(grantBookSchema), next_cursor: z.string().nullable() })
  .openapi('GrantPage');

export const adjustmentRequestSchema = z
  .strictObject({
    credits: z
      .int({ error: 'credits must be a whole number.' })
      .min(-most, { error: 'credits is at least -1,000,000,000.' })
      .max(most, { error: 'credits is at most 1,000,000,000.' })
      .refine((credits) => credits !== 0, { error: 'credits must not be 0: that would adjust nothing.' })
      .openapi({ description: 'Given where positive, taken where negative.' }),
    purse: purse.default('live'),
    reason,
  })
  .openapi('AdjustmentRequest');

const orderFields = {
  id: z.string(),
  account_id: z.string(),
  purse,
  credits: z.number().int(),
  reason: z.string(),
  created_at: z.string(),
};

export const adjustmentSchema = z
  .object({ object: z.literal('adjustment'), ...orderFields })
  .openapi('Adjustment');

export type Adjustment = z.infer<typeof adjustmentSchema>;

export const refundRequestSchema = z
  .strictObject({
    credits: z
      .int({ error: 'credits must be a whole number.' })
      .min(1, { error: 'credits must be at least 1.' })
      .max(most, { error: 'credits is at most 1,000,000,000.' }),
    reason,
    of: z.enum(['delivery', 'late_output']).optional().openapi({
      description: 'Which charge: needed only where a generation was charged for both.',
    }),
  })
  .openapi('RefundRequest');

export const refundSchema = z
  .object({ object: z.literal('refund'), ...orderFields, generation_id: z.string() })
  .openapi('Refund');

export type Refund = z.infer<typeof refundSchema>;

export const ledgerCheckSchema = z
  .object({
    object: z.literal('ledger_check'),
    balanced: z.boolean(),
    imbalances: z.array(
      z.object({
        what: z.enum(imbalanceKinds),
        id: z.string().openapi({ description: 'Of the generation, the grant, the budget or the purse.' }),
      }),
    ),
  })
  .openapi('LedgerCheck');

export type LedgerCheck = z.infer<typeof ledgerCheckSchema>;
