import { z } from '@hono/zod-openapi';
import { alertTypes } from '../domain/describe-alert.ts';

export const alertSchema = z
  .object({
    id: z.number().int(),
    object: z.literal('alert'),
    type: z.enum(alertTypes),
    summary: z.string().openapi({
      description: 'For a person.',
      example: 'Budget "Spring" has reached 80 %: 4,000 of 5,000 credits',
    }),
    data: z
      .record(z.string(), z.unknown())
      .openapi({ description: 'For a program: what the event carries, by its type.' }),
    generation_id: z.string().nullable(),
    created_at: z.string(),
    deliveries: z
      .array(
        z.object({
          id: z.string(),
          channel: z.enum(['webhook', 'email']),
          target: z.string(),
          state: z.enum(['pending', 'delivered', 'failed']),
          tries: z.number().int(),
          last_error: z.string().nullable(),
          created_at: z.string(),
          ended_at: z.string().nullable(),
        }),
      )
      .openapi({ description: 'Who is told; nobody where the account had no address at that moment.' }),
  })
  .openapi('Alert');

export const alertPageSchema = z
  .object({ object: z.literal('list'), data: z.array(alertSchema), next_cursor: z.string().nullable() })
  .openapi('AlertPage');

export type AlertPage = z.infer<typeof alertPageSchema>;
