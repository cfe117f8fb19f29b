import { z } from '@hono/zod-openapi';
import { failureCodes } from '../domain/generation.ts';
import { failureDimensions } from '../domain/systematic-failure.ts';
import { usageFilterShape } from './usage.ts';

const { outcome: _, ...filterShape } = usageFilterShape;

export const failureQuerySchema = z.object(filterShape);

const failureGroupSchema = z
  .object({
    engine: z.string(),
    code: z.enum([...failureCodes, 'worker_lost']),
    pattern: z.string().nullable().openapi({
      description: 'The message without its ids, numbers, links and quotes.',
      example: 'the job <id> failed after <n> s',
    }),
    example: z.string().nullable().openapi({ description: 'The latest message as it was.' }),
    count: z.number().int().openapi({ description: 'Failed attempts, also those that a retry made good.' }),
    generations: z.number().int(),
    retried_successfully: z
      .number()
      .int()
      .openapi({ description: 'How many of `count` belong to generations that succeeded in the end.' }),
    attempts_of_engine: z.number().int().openapi({ description: 'Finished attempts of the engine in all.' }),
    share: z.number().openapi({ description: 'Of the finished attempts of the engine, 0 to 1.' }),
    first_seen: z.string(),
    last_seen: z.string(),
    sample_generation_ids: z.array(z.string()).openapi({ description: 'Up to three, the latest first.' }),
    systematic: z.boolean().openapi({
      description:
        'At least 5 failures that are at least 20 % of the finished attempts of the engine, or of those of it with one workflow, tag, reference, duration or aspect ratio.',
    }),
    concentration: z
      .object({
        dimension: z.enum(failureDimensions),
        value: z.string().openapi({ description: 'Of a reference: its sha256.' }),
        failures: z.number().int(),
        attempts: z.number().int(),
        share: z.number(),
      })
      .nullable()
      .openapi({ description: 'What explains a systematic failure best.' }),
    advice: z.string(),
  })
  .openapi('FailureGroup');

export const failureReportSchema = z
  .object({
    object: z.literal('failure_report'),
    from: z.string(),
    to: z.string(),
    time_zone: z.string(),
    groups: z.array(failureGroupSchema).openapi({ description: 'At most 100.' }),
  })
  .openapi('FailureReport');

export type FailureReport = z.infer<typeof failureReportSchema>;
