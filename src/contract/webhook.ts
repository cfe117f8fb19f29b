import { z } from '@hono/zod-openapi';
import { endEventTypes, eventTypes } from '../domain/event.ts';
import { disabledBy, everyEvent, tryResults, webhookForms } from '../domain/webhook.ts';
import { budgetOwnerQuerySchema } from './budget.ts';
import { moment } from './query.ts';
import { isStorable, text } from './text.ts';

/** What an endpoint takes unless it says otherwise: every end, and everything that somebody should know of. */
export const usualEventTypes = [
  ...endEventTypes,
  'generation.parked',
  'generation.late_output',
  'budget.threshold',
  'budget.blocked',
  'balance.low',
  'credits.expired',
  'payment.paid',
  'payment.refused',
  'payment.refunded',
  'consent.given',
  'consent.revoked',
  'consent.erased',
  'workflow.run.failed',
  'workflow.run.skipped',
  'webhook.disabled',
] as const;

const filterWords = [everyEvent, ...eventTypes] as const;

const url = z
  .url({ protocol: /^https?$/, error: 'url must be an http(s) URL.' })
  .max(2_000, { error: 'url has at most 2,000 characters.' })
  .refine(isStorable, { error: 'url holds a character that cannot be stored.' })
  .openapi({
    description: 'https, and on the public internet; a private one must be trusted by the operator.',
    example: 'https://example.com/hooks/kinora',
  });

const description = text('description')
  .max(500, { error: 'description has at most 500 characters.' })
  .openapi({ description: 'For you.' });

const events = z
  .array(z.enum(filterWords, { error: `events knows ${filterWords.join(', ')}.` }))
  .min(1, { error: 'events must name at least one.' })
  .max(filterWords.length, { error: 'events names one twice.' })
  .openapi({ description: `Which events it takes; "${everyEvent}" is every one.` });

const owner = {
  account_id: z.string().optional().openapi({ description: 'With the operator key: whose it is.' }),
  purse: z
    .enum(['live', 'test'])
    .optional()
    .openapi({ description: 'With the operator key; a key has its own. Default live.' }),
};

export const newEndpointSchema = z
  .strictObject({
    url,
    description: description.default(''),
    events: events.default([...usualEventTypes]),
    ...owner,
  })
  .openapi('NewWebhookEndpoint');

export const endpointChangeSchema = z
  .strictObject({
    url: url.optional(),
    description: description.optional(),
    events: events.optional(),
    enabled: z
      .boolean({ error: 'enabled must be true or false.' })
      .optional()
      .openapi({ description: 'false: it gets nothing, and what is on its way is given up.' }),
  })
  .openapi('WebhookEndpointChange');

export const endpointSchema = z
  .object({
    id: z.string().openapi({ example: 'hook_0123456789abcdefghjkmnpq' }),
    object: z.literal('webhook_endpoint'),
    url: z.string(),
    description: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    disabled_at: z.string().nullable(),
    disabled_by: z.enum(disabledBy).nullable().openapi({
      description: 'owner: you. gone: it answered 410. failing: nothing but failures for five days.',
    }),
    failing_since: z
      .string()
      .nullable()
      .openapi({ description: 'The first failure since it last took something.' }),
    created_at: z.string(),
  })
  .openapi('WebhookEndpoint');

export type Endpoint = z.infer<typeof endpointSchema>;

export const createdEndpointSchema = endpointSchema
  .extend({ secret: z.string().openapi({ example: 'whsec_…' }) })
  .openapi('CreatedWebhookEndpoint');

export type CreatedEndpoint = z.infer<typeof createdEndpointSchema>;

export const endpointListSchema = z
  .object({ object: z.literal('list'), data: z.array(endpointSchema) })
  .openapi('WebhookEndpointList');

export const secretSchema = z
  .object({
    object: z.literal('webhook_secret'),
    secret: z.string().openapi({ example: 'whsec_…' }),
    previous_expires_at: z
      .string()
      .nullable()
      .openapi({ description: 'Until then the secret before signs as well.' }),
  })
  .openapi('WebhookSecret');

export type WebhookSecret = z.infer<typeof secretSchema>;

export const rotationSchema = z
  .strictObject({
    overlap_seconds: z
      .int({ error: 'overlap_seconds must be a whole number of seconds.' })
      .min(0, { error: 'overlap_seconds is at least 0: the old secret ends at once.' })
      .max(604_800, { error: 'overlap_seconds is at most 604800, seven days.' })
      .default(86_400)
      .openapi({ description: 'How long the old secret signs beside the new one. Default one day.' }),
  })
  .openapi('WebhookSecretRotation');

export const testSchema = z
  .object({
    object: z.literal('webhook_test'),
    event_id: z.string().openapi({ example: 'evt_42' }),
  })
  .openapi('WebhookTest');

export type WebhookTest = z.infer<typeof testSchema>;

const deliveryShape = {
  id: z.string().openapi({ example: 'del_0123…' }),
  object: z.literal('webhook_delivery'),
  event_id: z.string().openapi({ description: 'Also the webhook-id it is sent under.', example: 'evt_42' }),
  type: z.enum(eventTypes),
  generation_id: z.string().nullable(),
  endpoint_id: z
    .string()
    .nullable()
    .openapi({ description: 'Null for the webhook_url of a generation and for alerts.' }),
  url: z.string(),
  form: z.enum(webhookForms),
  state: z
    .enum(['pending', 'delivered', 'failed'])
    .openapi({ description: 'failed: given up; it may be sent again.' }),
  tries: z.number().int(),
  last_error: z.string().nullable(),
  last_result: z.enum(tryResults).nullable(),
  last_status: z.number().int().nullable().openapi({ description: 'What it last answered.' }),
  next_try_at: z.string().nullable(),
  created_at: z.string(),
  ended_at: z.string().nullable(),
};

export const deliverySchema = z.object(deliveryShape).openapi('WebhookDelivery');

export type Delivery = z.infer<typeof deliverySchema>;

export const deliveryPageSchema = z
  .object({ object: z.literal('list'), data: z.array(deliverySchema), next_cursor: z.string().nullable() })
  .openapi('WebhookDeliveryPage');

export type DeliveryPage = z.infer<typeof deliveryPageSchema>;

const headers = z.record(z.string(), z.string());

export const deliveryDetailSchema = z
  .object({
    ...deliveryShape,
    log: z
      .array(
        z.object({
          number: z.number().int(),
          started_at: z.string(),
          duration_ms: z.number().int(),
          result: z.enum(tryResults),
          message: z.string().nullable(),
          request: z.object({ headers, body: z.string() }),
          response: z
            .object({
              status: z.number().int(),
              headers,
              body: z.string().openapi({ description: 'Its first 2 KB.' }),
            })
            .nullable(),
        }),
      )
      .openapi({ description: 'Every try of the last 30 days, oldest first.' }),
  })
  .openapi('WebhookDeliveryDetail');

export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

const fromQuery = (name: string) => ({ param: { name, in: 'query' as const } });

export const webhookOwnerQuerySchema = budgetOwnerQuerySchema;

export const deliveryQuerySchema = webhookOwnerQuerySchema.extend({
  state: z
    .enum(['pending', 'delivered', 'failed'], { error: 'state must be pending, delivered or failed.' })
    .optional()
    .openapi(fromQuery('state')),
  limit: z.coerce.number().int().min(1).max(200).default(50).openapi(fromQuery('limit')),
  cursor: z.string().max(200).optional().openapi(fromQuery('cursor')),
});

export const eventSchema = z
  .object({
    id: z.string().openapi({ example: 'evt_42' }),
    type: z.enum(eventTypes),
    timestamp: z.string().openapi({ description: 'When it happened.' }),
    data: z.record(z.string(), z.unknown()).openapi({
      description:
        'Of an event of a generation: the generation as GET /v1/generations/{id} shows it, as it stands when this is sent. Of others: what they are about.',
    }),
  })
  .openapi('Event');

export type KinoraEvent = z.infer<typeof eventSchema>;

export const eventFeedSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(eventSchema),
    next_cursor: z.string().openapi({ description: 'Where to go on; also when nothing has happened yet.' }),
    has_more: z.boolean(),
  })
  .openapi('EventFeed');

export type EventFeed = z.infer<typeof eventFeedSchema>;

/** In place of a cursor: what happens from now on. */
export const fromNowOn = 'end';

export const eventFeedQuerySchema = webhookOwnerQuerySchema.extend({
  cursor: z
    .string()
    .max(200)
    .optional()
    .openapi({
      ...fromQuery('cursor'),
      description: `next_cursor of the page before; "${fromNowOn}" answers nothing but the cursor of now.`,
    }),
  since: moment('since').optional().openapi(fromQuery('since')),
  types: z
    .string()
    .optional()
    .transform((list) => list?.split(',').map((type) => type.trim()))
    .pipe(z.array(z.enum(eventTypes, { error: 'types holds a type of event that there is not.' })).optional())
    .openapi({ ...fromQuery('types'), type: 'string', description: 'Only these, separated by commas.' }),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(30, { error: 'wait is at most 30 s.' })
    .default(0)
    .openapi({ ...fromQuery('wait'), description: 'Seconds to wait for something to happen.' }),
  limit: z.coerce.number().int().min(1).max(200).default(100).openapi(fromQuery('limit')),
});
