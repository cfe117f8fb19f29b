import { z } from '@hono/zod-openapi';
import { failureCodes } from '../domain/generation.ts';
import { text } from './text.ts';

export const attemptSchema = z
  .object({
    id: z.string().openapi({ example: 'att_3v9k0c7m2q5x8z1b4n6p0r2t' }),
    number: z.number().int(),
    engine: z.string(),
    step: z.enum(['starting', 'running', 'collecting', 'unknown', 'late']).nullable().openapi({
      description:
        'What is done next about it at a provider; `unknown`: parked. Null when nothing is left to do.',
    }),
    result: z.string().nullable().openapi({ description: 'Null until it has ended.' }),
    code: z.enum(failureCodes).nullable(),
    message: z.string().nullable().openapi({ description: 'What the engine said.' }),
    provider: z
      .object({
        handle: z.unknown().openapi({ description: 'How the provider calls the job.' }),
        billed_seconds: z.number().nullable(),
        cost_micro_usd: z.number().int().nullable().openapi({
          description: 'Millionths of a US dollar, as the provider says; apart from your credits.',
        }),
      })
      .nullable(),
    late_output: z
      .boolean()
      .openapi({ description: 'Whether a video came of it after the generation had ended.' }),
    started_at: z.string(),
    ended_at: z.string().nullable(),
  })
  .openapi('Attempt');

export const attemptListSchema = z
  .object({ object: z.literal('list'), data: z.array(attemptSchema) })
  .openapi('AttemptList');

export type AttemptList = z.infer<typeof attemptListSchema>;

export const parkedSchema = z
  .object({
    attempt_id: z.string(),
    generation_id: z.string(),
    account_id: z.string(),
    purse: z.enum(['live', 'test']),
    engine: z.string(),
    held_credits: z.number().int(),
    message: z.string().nullable(),
    handle: z.unknown(),
    started_at: z.string(),
  })
  .openapi('ParkedAttempt');

export const parkedListSchema = z
  .object({ object: z.literal('list'), data: z.array(parkedSchema) })
  .openapi('ParkedList');

export type ParkedList = z.infer<typeof parkedListSchema>;

export const verdictSchema = z
  .discriminatedUnion('decision', [
    z.strictObject({ decision: z.literal('release') }),
    z.strictObject({ decision: z.literal('retry') }),
    z.strictObject({
      decision: z.literal('follow'),
      job_id: text('job_id').min(1).max(200).openapi({ description: 'The id of the job at the provider.' }),
    }),
  ])
  .openapi('Verdict', {
    description:
      'release: it was never taken, give the credits back. retry: it was never taken, ask again. follow: it was taken, and this is how the provider calls it.',
  });

export type VerdictBody = z.infer<typeof verdictSchema>;

export const reconciledSchema = z
  .object({ object: z.literal('reconciled'), attempt_id: z.string(), generation_id: z.string() })
  .openapi('Reconciled');

export type Reconciled = z.infer<typeof reconciledSchema>;
