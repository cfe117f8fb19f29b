import { z } from '@hono/zod-openapi';
import { page } from './query.ts';
import { isStorable, text } from './text.ts';

export const packSchema = z
  .object({
    name: z.string().openapi({ example: 'Max' }),
    price_usd_cents: z.number().int().openapi({ example: 10_000 }),
    credits: z.number().int().openapi({ example: 12_000 }),
  })
  .openapi('Pack');

export const packListSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(packSchema),
    payable: z.boolean().openapi({ description: 'Whether this server takes payments.' }),
  })
  .openapi('PackList');

const returnUrl = (name: string) =>
  z
    .url({ protocol: /^https?$/, error: `${name} must be an http(s) URL.` })
    .max(2_000, { error: `${name} has at most 2,000 characters.` })
    .refine(isStorable, { error: `${name} holds a character that cannot be stored.` });

export const newTopupSchema = z
  .strictObject({
    pack: text('pack').min(1).max(60).openapi({ example: 'Max' }),
    success_url: returnUrl('success_url')
      .optional()
      .openapi({ description: 'Where the buyer goes after paying. Default: a page of this server.' }),
    cancel_url: returnUrl('cancel_url')
      .optional()
      .openapi({ description: 'Where the buyer goes who does not pay. Default: a page of this server.' }),
  })
  .openapi('NewTopup');

export const topupSchema = z
  .object({
    id: z.string().openapi({ example: 'pay_3v9k0c7m2q5x8z1b4n6p0r2t' }),
    object: z.literal('topup'),
    status: z.enum(['open', 'paid', 'expired', 'failed', 'refused', 'refunded']).openapi({
      description:
        'open: to be paid at `url`. paid: the credits are there. refused: money came, but not what was asked for, and no credits were given; ask the operator.',
    }),
    pack: z.string(),
    credits: z.number().int(),
    price_usd_cents: z.number().int(),
    provider: z.string().openapi({ example: 'stripe' }),
    url: z.string().nullable().openapi({ description: 'Where to pay, while it is open.' }),
    problem: z.string().nullable(),
    refund: z
      .object({
        usd_cents: z.number().int(),
        withdrawn_credits: z.number().int().openapi({ description: 'Taken from what was left.' }),
        unrecovered_credits: z.number().int().openapi({
          description: 'Spent or held by then, so not taken; held ones that come back later expire.',
        }),
      })
      .nullable(),
    created_at: z.string(),
    paid_at: z.string().nullable(),
    refunded_at: z.string().nullable(),
  })
  .openapi('Topup');

export type Topup = z.infer<typeof topupSchema>;

export const topupQuerySchema = z.object(page(20, 100));

export const topupPageSchema = z
  .object({ object: z.literal('list'), data: z.array(topupSchema), next_cursor: z.string().nullable() })
  .openapi('TopupPage');

export type TopupPage = z.infer<typeof topupPageSchema>;

export const webhookAnswerSchema = z
  .object({
    received: z.literal(true),
    result: z.enum(['granted', 'refused', 'ended', 'refunded', 'repeated', 'unknown', 'ignored']),
  })
  .openapi('PaymentWebhookAnswer');
