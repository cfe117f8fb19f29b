import { z } from '@hono/zod-openapi';
import { endpointNames } from '../domain/request.ts';

const range = z.object({ least: z.number(), most: z.number() });

const limitsSchema = z
  .object({
    content_types: z.array(z.string()).optional(),
    video_codecs: z.array(z.string()).optional(),
    max_bytes: z.number().int().optional(),
    seconds: range.optional(),
    side_pixels: range.optional(),
    frame_pixels: range.optional(),
    ratio: range.optional(),
  })
  .openapi({ description: 'What one reference has to be like when it reaches the engine.' });

const counts = z.object({ image: z.number().int(), video: z.number().int(), audio: z.number().int() });

export const capabilitiesSchema = z
  .object({
    endpoints: z.array(z.enum(endpointNames)),
    durations: z.array(z.number().int()).openapi({ description: 'Seconds.' }),
    sizes: z.record(z.string(), z.object({ width: z.number().int(), height: z.number().int() })),
    max_references: counts.extend({ total: z.number().int() }),
    reference_limits: z.object({
      image: limitsSchema.optional(),
      video: limitsSchema.optional(),
      audio: limitsSchema.optional(),
    }),
    adapts_references: z.boolean().openapi({
      description: 'Whether references that are not as they have to be are adapted on their way.',
    }),
    audio: z.enum(['never', 'wanted', 'always']),
    seeds: z.boolean(),
    storyboards: z.boolean(),
  })
  .openapi('EngineCapabilities');

export const engineServerSchema = z
  .object({
    origin: z.string(),
    slots: z.number().int(),
    busy: z.number().int().nullable().openapi({
      description: 'Jobs that it runs or has in line, whoever sent them; null while it does not answer.',
    }),
    state: z.enum(['ready', 'drained', 'down', 'unseen']),
    trouble: z.string().nullable(),
    seen_at: z.string().nullable(),
    drained_at: z.string().nullable(),
  })
  .openapi('EngineServer');

export const engineSchema = z
  .object({
    object: z.literal('engine'),
    name: z.string(),
    state: z.enum(['ready', 'full', 'resting', 'paused', 'not_set_up']).openapi({
      description:
        '`resting`: left alone for a while, since its provider asks for it or keeps failing. `not_set_up`: known from earlier.',
    }),
    model: z.string().nullable(),
    kind: z.enum(['local', 'remote']).nullable(),
    serves: z
      .array(z.enum(['live', 'test']))
      .openapi({ description: 'The kinds of keys that it works for.' }),
    slots: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'Over all processes; null where each process has slots of its own.' }),
    running: z.number().int(),
    paused_at: z.string().nullable(),
    cooling_down_until: z.string().nullable(),
    cooling_down_reason: z.string().nullable(),
    capabilities: capabilitiesSchema.nullable(),
    price: z
      .object({
        price_book: z.string(),
        lengths: z.array(
          z.object({ duration: z.number().int(), credits: z.number().int(), usd_cents: z.number().int() }),
        ),
      })
      .nullable(),
    recovery: z
      .object({ idempotency_key: z.boolean(), look_up: z.boolean(), callback: z.boolean() })
      .nullable()
      .openapi({
        description: 'How a job is found again whose start was not answered; null for a local engine.',
      }),
    statistics: z
      .object({
        window_hours: z.number().int(),
        attempts: z.number().int().openapi({ description: 'That have ended; of the newest thousand.' }),
        succeeded: z.number().int(),
        rejected: z.number().int().openapi({ description: 'By a content filter.' }),
        failed: z.number().int(),
        success_rate: z.number().nullable().openapi({ description: 'Of what was not rejected, 0 to 1.' }),
        rejection_rate: z.number().nullable(),
        latency_p50_seconds: z.number().nullable(),
        latency_p95_seconds: z.number().nullable(),
      })
      .openapi({ description: 'What it has come to lately, over all accounts.' }),
    servers: z
      .array(engineServerSchema)
      .openapi({ description: 'The machines that it runs on, for the operator; else empty.' }),
  })
  .openapi('Engine');

export type Engine = z.infer<typeof engineSchema>;

export const engineListSchema = z
  .object({ object: z.literal('list'), data: z.array(engineSchema) })
  .openapi('EngineList');

export type EngineList = z.infer<typeof engineListSchema>;

export const serverChangeSchema = z
  .strictObject({
    origin: z
      .string({ error: 'origin must be the address of a server, such as http://10.0.0.5:8091.' })
      .max(300)
      .openapi({ example: 'http://10.0.0.5:8091' }),
  })
  .openapi('EngineServerChange');
