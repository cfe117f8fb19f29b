import { z } from '@hono/zod-openapi';
import { purses } from '../domain/credits.ts';

export const receiptSchema = z
  .object({
    object: z.literal('receipt'),
    number: z.number().int().openapi({ description: 'Of its chain, from 1, without a gap.' }),
    account_id: z.string(),
    purse: z.enum(purses),
    generation_id: z.string(),
    body: z.string().openapi({
      description:
        'JSON as text, verbatim: quote, hold, what the provider used, what was delivered, and how it ended. The hash is of these bytes.',
    }),
    previous_hash: z.string().openapi({ description: 'Of the receipt before; empty for the first.' }),
    hash: z
      .string()
      .openapi({ description: 'SHA-256 of previous_hash, a newline (\\n) and body, in hexadecimal.' }),
    created_at: z.string(),
  })
  .openapi('Receipt');

export type Receipt = z.infer<typeof receiptSchema>;

export const generationReceiptSchema = receiptSchema
  .extend({
    earlier: z
      .array(receiptSchema)
      .openapi({ description: 'What was written before it about the same generation, latest first.' }),
  })
  .openapi('GenerationReceipt');

export type GenerationReceipt = z.infer<typeof generationReceiptSchema>;

export const chainHeadSchema = z
  .object({
    receipts: z.number().int().openapi({ description: 'How many there are.' }),
    hash: z.string().openapi({ description: 'Of the last one; empty where there is none.' }),
  })
  .openapi('ChainHead');

export type ChainHead = z.infer<typeof chainHeadSchema>;

export const receiptPageSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(receiptSchema),
    next_cursor: z.string().nullable(),
    head: chainHeadSchema.openapi({ description: 'The end of the chain when this page was read.' }),
  })
  .openapi('ReceiptPage');

export type ReceiptPage = z.infer<typeof receiptPageSchema>;

/** What the body of a receipt says. Fields may be added; the text is what counts. */
export const receiptBodySchema = z.object({
  number: z.number(),
  account_id: z.string(),
  purse: z.enum(purses),
  generation_id: z.string(),
  endpoint: z.string(),
  engine: z.string(),
  model: z.string(),
  requested_seconds: z.number(),
  price_book: z.string(),
  quote: z.object({ credits: z.number(), expires_at: z.string() }).nullable(),
  hold: z.object({ credits: z.number(), usd_cents: z.number(), at: z.string() }),
  attempts: z.array(
    z.object({
      id: z.string(),
      engine: z.string(),
      result: z.string().nullable(),
      provider_billed_seconds: z.number().nullable(),
      provider_cost_micro_usd: z.number().nullable(),
    }),
  ),
  output: z.object({ durationSeconds: z.number().optional() }).nullable(),
  end: z.object({
    kind: z.enum(['settle', 'release', 'refund', 'adopt']),
    charged: z.number(),
    returned: z.number(),
    reason: z.string(),
    outcome: z.string(),
    at: z.string(),
  }),
});

export type ReceiptBody = z.infer<typeof receiptBodySchema>;
