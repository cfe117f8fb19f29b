import { z } from '@hono/zod-openapi';
import { failureCodes, outcomes } from '../domain/generation.ts';
import { usageGroupings } from '../domain/usage.ts';
import { momentOrDay } from './query.ts';

/** Which generations are meant, by when they were submitted and by what they are. */
export const usageFilterShape = {
  from: momentOrDay('from').optional().openapi({
    description:
      'A day in the time zone of the account, from its first moment, or a time. Default: 30 days ago.',
    example: '2026-11-01',
  }),
  to: momentOrDay('to').optional().openapi({
    description: 'A day, to its last moment, or a time, before it. Default: now.',
    example: '2026-11-30',
  }),
  engine: z.string().optional(),
  outcome: z.enum(outcomes).optional(),
  workflow: z.string().optional(),
  batch_id: z.string().optional(),
  tag: z.string().optional(),
  end_user_id: z.string().optional(),
  key_id: z.string().optional(),
  account_id: z.string().optional().openapi({ description: 'With the operator key: of this account alone.' }),
  purse: z
    .enum(['live', 'test'])
    .optional()
    .openapi({ description: 'With the operator key; a key of an account sees its own. Default live.' }),
};

export const usageQuerySchema = z.object({
  ...usageFilterShape,
  group_by: z.enum(usageGroupings).default('day').openapi({
    description: '`account` needs the operator key. With `tag`, a video counts once for each of its tags.',
  }),
});

const secondsSchema = z
  .object({ p50: z.number().nullable(), p95: z.number().nullable() })
  .openapi('Percentiles');

const usageSchema = z.object({
  generations: z.number().int(),
  counts: z.object({
    waiting: z.number().int(),
    processing: z.number().int(),
    ...(Object.fromEntries(outcomes.map((outcome) => [outcome, z.number().int()])) as Record<
      (typeof outcomes)[number],
      z.ZodNumber
    >),
  }),
  credits: z.object({
    charged: z
      .number()
      .int()
      .openapi({ description: 'After refunds, and with late videos that were adopted.' }),
    held: z.number().int().openapi({ description: 'Set aside for those that have not ended.' }),
    refunded: z.number().int(),
  }),
  seconds_delivered: z.number().openapi({ description: 'Measured length of the delivered videos.' }),
  queue_seconds: secondsSchema.openapi({ description: 'From submit to begin, of those that began.' }),
  processing_seconds: secondsSchema.openapi({ description: 'From begin to end, of those delivered.' }),
  failures: z
    .partialRecord(z.enum(failureCodes), z.number().int())
    .openapi({ description: 'How many failed for which reason.' }),
});

const usageGroupSchema = usageSchema
  .extend({
    group: z
      .string()
      .nullable()
      .openapi({ description: 'A day, or the value grouped by; null for those that have none.' }),
    name: z.string().nullable().openapi({ description: 'Of a key or an account.' }),
  })
  .openapi('UsageGroup');

export const usageReportSchema = z
  .object({
    object: z.literal('usage'),
    from: z.string(),
    to: z.string(),
    time_zone: z.string(),
    group_by: z.enum(usageGroupings),
    groups: z.array(usageGroupSchema),
    truncated: z
      .boolean()
      .openapi({ description: 'Whether there are more groups; `total` counts them all the same.' }),
    total: usageSchema,
  })
  .openapi('Usage');

export type UsageGroup = z.infer<typeof usageGroupSchema>;

export type UsageReport = z.infer<typeof usageReportSchema>;
