import { z } from 'zod';
import { simulateSchema } from '../../contract/simulate.ts';
import { jobRequestSchema } from './wire.ts';

const at = z.number();
const jobId = z.string();

export const endStates = ['succeeded', 'failed', 'canceled'] as const;

/** One line of the book's file. Lines are only ever added. */
export const bookLineSchema = z.discriminatedUnion('line', [
  z.strictObject({
    line: z.literal('accepted'),
    at,
    job_id: jobId,
    idempotency_key: z.string().nullable(),
    fingerprint: z.string(),
    /** As asked, its `simulate` apart, and of its prompt the beginning. */
    request: jobRequestSchema.omit({ simulate: true }),
    /** As asked, over the provider's defaults of that day. */
    simulate: simulateSchema,
  }),
  /** A start that was refused or cut off, and left no job. */
  z.strictObject({
    line: z.literal('turned_away'),
    at,
    attempt_id: z.string(),
    fingerprint: z.string(),
    answer: z.string(),
  }),
  /** A check or a download of the job got the wrong answer that its script wanted. */
  z.strictObject({ line: z.literal('misled'), at, job_id: jobId, about: z.enum(['check', 'output']) }),
  z.strictObject({ line: z.literal('cancel_asked'), at, job_id: jobId }),
  /** Written before anybody is told. A late success is a second end. */
  z.strictObject({
    line: z.literal('ended'),
    at,
    job_id: jobId,
    state: z.enum(endStates),
    billed_seconds: z.number(),
    cost_micro_usd: z.int(),
  }),
  z.strictObject({
    line: z.literal('called_back'),
    at,
    job_id: jobId,
    part: z.string(),
    delivered: z.boolean(),
  }),
]);

export type BookLine = z.infer<typeof bookLineSchema>;
