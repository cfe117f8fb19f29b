import { z } from 'zod';
import { simulateSchema } from '../../contract/simulate.ts';
import { aspectRatios } from '../../domain/request.ts';

/** What both sides say to each other. The provider parses what it is asked; the engine, what it is answered. */
export const jobRequestSchema = z.strictObject({
  prompt: z.string().min(1).max(5_000),
  duration: z.int().min(4).max(15),
  aspect_ratio: z.enum(aspectRatios),
  width: z.int().min(32).max(4_096).multipleOf(4),
  height: z.int().min(32).max(4_096).multipleOf(4),
  audio: z.boolean(),
  seed: z.int().min(0),
  references: z.strictObject({ image: z.int().min(0), video: z.int().min(0), audio: z.int().min(0) }),
  attempt_id: z.string().min(1).max(200),
  callback_url: z.url({ protocol: /^https?$/ }).optional(),
  simulate: simulateSchema.optional(),
});

export type JobRequest = z.infer<typeof jobRequestSchema>;

/** `status` is a text: a provider may say a word that nobody has heard of. */
export const jobAnswerSchema = z.object({
  job_id: z.string().min(1),
  attempt_id: z.string(),
  status: z.string(),
  progress: z.number().optional(),
  check_after_seconds: z.number().min(0).optional(),
  output: z.object({ url: z.url({ protocol: /^https?$/ }) }).nullish(),
  error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }).nullish(),
  usage: z.object({ billed_seconds: z.number().min(0), cost_micro_usd: z.int().min(0) }).nullish(),
});

export type JobAnswer = z.infer<typeof jobAnswerSchema>;

export const jobListSchema = z.object({ jobs: z.array(jobAnswerSchema) });

/** `accepted: false` is a clear word that no job was made. */
export const refusalSchema = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
  accepted: z.literal(false).optional(),
});

export type Refusal = z.infer<typeof refusalSchema>;

export const callbackBodySchema = z.object({
  job_id: z.string().min(1),
  attempt_id: z.string(),
  status: z.string(),
});

export const idempotencyHeader = 'idempotency-key';

/** One line of `GET /book`: what one job has come to, for comparing with the other side's books. */
export interface BookEntry {
  job_id: string;
  attempt_id: string;
  idempotency_key: string | null;
  /** Its first 200 characters. */
  prompt: string;
  accepted_at: string;
  /** `queued` or `running` if it has not ended. */
  state: string;
  ended_at: string | null;
  billed_seconds: number;
  cost_micro_usd: number;
  output: string;
  callbacks_delivered: number;
}
