import { z } from '@hono/zod-openapi';
import { checkNames, checkStatuses } from '../domain/check.ts';
import { generationEventTypes } from '../domain/event.ts';
import { failureCodes, outcomes, statuses, waitingReasons } from '../domain/generation.ts';
import { mediaKinds } from '../domain/media-facts.ts';
import { aspectRatios, endpointNames, referenceRoles } from '../domain/request.ts';
import { blockedBySchema } from './budget.ts';
import { budgetLabels } from './generation-request.ts';
import { text } from './text.ts';

export const noteSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    pointer: z
      .string()
      .optional()
      .openapi({ description: 'The request field that is meant, as a JSON pointer.' }),
  })
  .openapi('Note');

const checkSchema = z
  .object({
    name: z.enum(checkNames),
    status: z.enum(checkStatuses).openapi({
      description: 'A video with a failed check is not delivered; a warning asks for a look at it.',
    }),
    message: z.string(),
    measured: z.number().optional().openapi({ description: 'In the unit that the message names.' }),
    limit: z.number().optional(),
    pointer: z
      .string()
      .optional()
      .openapi({ description: 'The part of the storyboard that is meant, as a JSON pointer.' }),
  })
  .openapi('Check');

export const priceSchema = z
  .object({
    credits: z.number().int(),
    usd_cents: z.number().int(),
    price_book: z.string().openapi({ example: 'published@1' }),
  })
  .openapi('Price');

export const outputSchema = z
  .object({
    url: z
      .string()
      .openapi({ description: 'A signed link to the video; ask again for a fresh one when it expires.' }),
    poster_url: z.string(),
    file_id: z.string(),
    content_type: z.string(),
    duration: z.number().openapi({ description: 'Measured length in seconds.' }),
    resolution: z.string().openapi({ example: '720p' }),
    width: z.number().int(),
    height: z.number().int(),
    fps: z.number(),
    size_bytes: z.number().int(),
    audio: z.boolean(),
  })
  .openapi('Output');

const lateOutputSchema = z
  .object({
    attempt_id: z.string(),
    adopted: z.boolean(),
    url: z.string().nullable().openapi({ description: 'A signed link, once it is adopted.' }),
    poster_url: z.string().nullable(),
    duration: z.number().openapi({ description: 'Measured length in seconds.' }),
    price: priceSchema.nullable().openapi({ description: 'What adopting it costs, or has cost.' }),
  })
  .openapi('LateOutput');

export const planSchema = z
  .object({
    engine: z.string(),
    model: z.string(),
    prompt: z.string().openapi({ description: 'The prompt as the engine gets it.' }),
    duration: z.number().int(),
    aspect_ratio: z.enum(aspectRatios),
    width: z.number().int(),
    height: z.number().int(),
    seed: z.number().int(),
    generate_audio: z.boolean(),
    references: z.array(
      z.object({
        kind: z.enum(mediaKinds),
        tag: z.string().openapi({ description: 'How the prompt names it.', example: '@Image1' }),
        file_id: z.string().nullable().openapi({ description: 'Null in a dry run, which keeps nothing.' }),
        role: z.enum(referenceRoles).nullable(),
        alias: z.string().nullable(),
        content_type: z.string(),
      }),
    ),
    adjustments: z
      .array(noteSchema)
      .openapi({ description: 'What differs from the request, and why. Nothing is dropped in silence.' }),
  })
  .openapi('Plan');

export const queueSchema = z
  .object({
    position: z
      .number()
      .int()
      .openapi({ description: 'Where it stands on its engine, from 1: accounts and batches take turns.' }),
    eta_seconds: z.number().int().nullable().openapi({
      description:
        'Until it is expected to be ready, at the pace of the last 50 of its length; null while something is paused.',
    }),
    eta_at: z.string().nullable(),
  })
  .openapi('Queue');

export const generationSchema = z
  .object({
    id: z.string().openapi({ example: 'gen_3v9k0c7m2q5x8z1b4n6p0r2t' }),
    object: z.literal('generation'),
    endpoint: z.string().openapi({ example: 'bytedance/seedance-2.0/reference-to-video' }),
    status: z.enum(statuses),
    outcome: z.enum(outcomes).nullable(),
    waiting_on: z
      .enum(waitingReasons)
      .nullable()
      .openapi({ description: 'What it waits for; null while it moves and when it has ended.' }),
    queue: queueSchema
      .nullable()
      .openapi({ description: 'While it waits: where it stands. Null for one that is very far behind.' }),
    progress: z.object({
      phase: z.string().nullable(),
      fraction: z.number().openapi({ description: 'Of the whole, 0 to 1.' }),
    }),
    engine: z.string(),
    model: z.string(),
    rehearsal_of: z.string().optional().openapi({
      description: 'Only of a rehearsal: the engine that this video stands in for. It belongs to no record.',
    }),
    prompt: z.string(),
    duration: z.number().int().openapi({ description: 'Seconds asked for.' }),
    aspect_ratio: z.enum(aspectRatios),
    seed: z.number().int(),
    price: priceSchema,
    credits: z.object({
      held: z.number().int().openapi({ description: 'Set aside until it ends.' }),
      charged: z.number().int().nullable().openapi({ description: 'Null until it ends; 0 if it failed.' }),
    }),
    plan: planSchema,
    output: outputSchema.nullable(),
    late_output: lateOutputSchema.nullable().openapi({
      description:
        'A video that arrived after the generation had ended otherwise. POST …/adopt makes it yours, as a charge of its own.',
    }),
    error: z
      .object({
        code: z.enum(failureCodes).openapi({ description: 'Why, from a closed list. Branch on this.' }),
        message: z.string(),
        charged: z.literal(false),
        doc_url: z.string().openapi({ description: 'A page that explains the code, and what to do.' }),
      })
      .nullable()
      .openapi({ description: 'Why it failed; null for everything else.' }),
    notes: z
      .array(noteSchema)
      .openapi({ description: 'What the engine understood, ignored or could not use.' }),
    checks: z
      .array(checkSchema)
      .openapi({ description: 'What was found when the finished video was opened and looked at.' }),
    storyboard: z
      .unknown()
      .openapi({ description: 'What the embedded engine filmed, shot by shot; else null.' }),
    attempts: z.number().int(),
    workflow: z.string().nullable(),
    batch_id: z.string().nullable(),
    tags: z.array(z.string()),
    end_user_id: z.string().nullable(),
    priority: z.number().int(),
    metadata: z.record(z.string(), z.unknown()),
    webhook_url: z.string().nullable(),
    webhook_events: z
      .array(z.enum(generationEventTypes))
      .nullable()
      .openapi({ description: 'Which of its events go to webhook_url. Null: how it ended.' }),
    quote_id: z.string().nullable(),
    start_by: z.string().nullable().openapi({ description: 'If it has not begun by then, it expires.' }),
    expires_at: z.string().nullable().openapi({ description: 'If it has not ended by then, it expires.' }),
    created_at: z.string(),
    started_at: z.string().nullable(),
    finished_at: z.string().nullable(),
    timings: z.object({
      queued_seconds: z.number().nullable(),
      processing_seconds: z.number().nullable(),
    }),
  })
  .openapi('Generation');

export type Generation = z.infer<typeof generationSchema>;

export const generationPageSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(generationSchema),
    next_cursor: z
      .string()
      .nullable()
      .openapi({ description: 'Send as `cursor` for the next page; null at the end.' }),
  })
  .openapi('GenerationPage');

export type GenerationPage = z.infer<typeof generationPageSchema>;

export const dryRunSchema = z
  .object({
    object: z.literal('dry_run'),
    price: priceSchema,
    plan: planSchema,
    affordable: z.boolean(),
    blocked_by: blockedBySchema,
  })
  .openapi('DryRun');

/** What each event of the stream of `GET /v1/generations/{id}/events` carries. */
export const generationEventSchema = z
  .object({
    id: z.string(),
    status: z.enum(statuses),
    outcome: z.enum(outcomes).nullable(),
    waiting_on: generationSchema.shape.waiting_on,
    progress: generationSchema.shape.progress,
  })
  .openapi('GenerationEvent');

export type GenerationEvent = z.infer<typeof generationEventSchema>;

export const estimateRequestSchema = z
  .strictObject({
    endpoint: z.enum(endpointNames).default('reference-to-video'),
    duration: z.int({ error: 'duration must be a whole number of seconds.' }).openapi({ example: 5 }),
    count: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(1)
      .openapi({ description: 'How many such videos.', example: 500 }),
    engine: text('engine')
      .max(200)
      .optional()
      .openapi({ description: 'By name; absent: the one the endpoint is served by.' }),
    ...budgetLabels,
  })
  .openapi('EstimateRequest');

export const estimateSchema = z
  .object({
    object: z.literal('estimate'),
    engine: z.string(),
    endpoint: z.string(),
    duration: z.number().int(),
    count: z.number().int(),
    each: priceSchema,
    total: z.object({ credits: z.number().int(), usd_cents: z.number().int() }),
    available_credits: z.number().int(),
    affordable: z.boolean(),
    eta_seconds: z.number().int().openapi({
      description:
        'Until all are ready if they are asked for now and nobody else is: at the pace of the last ones.',
    }),
    quote_id: z.string().openapi({
      description: 'Signed. A submit that carries it pays this price, also after the price book has changed.',
    }),
    expires_at: z.string().openapi({ description: 'Until when the quote holds.' }),
    blocked_by: blockedBySchema,
  })
  .openapi('Estimate');
