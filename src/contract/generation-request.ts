import { z } from '@hono/zod-openapi';
import { endEventTypes, generationEventTypes } from '../domain/event.ts';
import { aspectRatios, requestLimits } from '../domain/request.ts';
import { referenceSchema } from './reference.ts';
import { storyboardSchema } from './storyboard.ts';
import { isStorable, metadataSchema, text } from './text.ts';

const {
  images,
  videos,
  audios,
  minDurationSeconds: shortest,
  maxDurationSeconds: longest,
  promptCharacters,
} = requestLimits;

const label = (name: string) =>
  text(name)
    .min(1, { error: `${name} must not be empty.` })
    .max(200, { error: `${name} has at most 200 characters.` });

const many = (most: number, name: string) =>
  z.array(referenceSchema, { error: `${name} must be a list.` }).max(most, {
    error: (issue) => `${name} takes at most ${most}, not ${(issue.input as unknown[]).length}.`,
  });

const longestDeadlineSeconds = 30 * 86_400;

const seconds = (name: string) =>
  z
    .int({ error: `${name} must be a whole number of seconds.` })
    .min(1, { error: `${name} must be at least 1 s.` })
    .max(longestDeadlineSeconds, { error: `${name} is at most ${longestDeadlineSeconds} s, 30 days.` })
    .optional();
/** What budgets and reports tell generations apart by. */
export const budgetLabels = {
  tags: z
    .array(label('a tag'))
    .max(20, { error: 'tags takes at most 20.' })
    .optional()
    .openapi({ example: ['spring'] }),
  workflow: label('workflow')
    .optional()
    .openapi({ description: 'What it belongs to, for caps and reports.' }),
  batch_id: label('batch_id').optional(),
  end_user_id: label('end_user_id')
    .optional()
    .openapi({ description: 'Your own id of the person it is made for.' }),
};

const common = {
  prompt: text('prompt')
    .max(promptCharacters, { error: `prompt has at most ${promptCharacters} characters.` })
    .refine((text) => text.trim() !== '', { error: 'prompt must not be empty: say what the video shows.' })
    .openapi({ example: '@Image1 rotates slowly on a clean surface, soft studio lighting' }),
  duration: z
    .int({
      error: (issue) =>
        `duration must be a whole number of seconds from ${shortest} to ${longest}${shown(issue.input)}.`,
    })
    .min(shortest, { error: (issue) => `duration must be at least ${shortest} s${shown(issue.input)}.` })
    .max(longest, { error: (issue) => `duration must be at most ${longest} s${shown(issue.input)}.` })
    .openapi({ description: 'Length of the video in seconds.', example: 5 }),
  aspect_ratio: z
    .enum(aspectRatios, {
      error: (issue) => `aspect_ratio must be one of ${aspectRatios.join(', ')}${shown(issue.input)}.`,
    })
    .openapi({ example: '16:9' }),
  seed: z
    .int({ error: (issue) => `seed must be a whole number${shown(issue.input)}.` })
    .min(0, { error: 'seed must be 0 or more.' })
    .max(2_147_483_647, { error: 'seed must be at most 2147483647.' })
    .optional()
    .openapi({
      description: 'The same request with the same seed gives the same video. Chosen and told when absent.',
    }),
  generate_audio: z
    .boolean()
    .optional()
    .openapi({ description: 'Whether the video has sound. Default true.' }),
  metadata: metadataSchema
    .optional()
    .openapi({ description: 'Anything of yours to find again on the generation.', type: 'object' }),
  ...budgetLabels,
  priority: z
    .int()
    .min(-100, { error: 'priority is from -100 to 100.' })
    .max(100, { error: 'priority is from -100 to 100.' })
    .optional()
    .openapi({ description: 'Higher goes first within your account. Default 0.' }),
  webhook_url: z
    .url({ protocol: /^https?$/, error: 'webhook_url must be an http(s) URL.' })
    .max(2_000)
    .refine(isStorable, { error: 'webhook_url holds a character that cannot be stored.' })
    .optional()
    .openapi({
      description: 'Told how it ended, as a signed Standard Webhook: https, and on the public internet.',
      example: 'https://example.com/hooks/kinora',
    }),
  webhook_events: z
    .array(
      z.enum(generationEventTypes, {
        error: (issue) => `webhook_events knows ${generationEventTypes.join(', ')}${shown(issue.input)}.`,
      }),
    )
    .min(1, { error: 'webhook_events must name at least one event.' })
    .max(generationEventTypes.length, { error: 'webhook_events names an event twice.' })
    .optional()
    .openapi({
      description: `What webhook_url is told of. Default: ${endEventTypes.join(' or ')}, whichever comes.`,
    }),
  engine: label('engine').optional().openapi({
    description: 'By name, as GET /healthz lists them; absent: the one the endpoint is served by.',
  }),
  simulate: metadataSchema.optional().openapi({
    description: 'With a test key: how the simulated engine is to behave.',
  }),
  quote_id: z
    .string({ error: 'quote_id must be a text.' })
    .max(2_000, { error: 'quote_id is longer than any of ours.' })
    .optional()
    .openapi({ description: 'Of POST /v1/estimates: pay the price that was quoted, whatever it is today.' }),
  max_credits: z
    .int({ error: 'max_credits must be a whole number.' })
    .min(0, { error: 'max_credits must be 0 or more.' })
    .optional()
    .openapi({ description: 'Refuse the request if it costs more than this.' }),
  start_within: seconds('start_within').openapi({
    description: 'Seconds: if it has not begun by then, it expires and its credits are given back.',
  }),
  expires_in: seconds('expires_in').openapi({
    description:
      'Seconds: if it has not ended by then, it expires and its credits are given back. One that a provider is already making is seen to its end.',
  }),
  storyboard: storyboardSchema.optional().openapi({
    description:
      'A storyboard to be filmed as it stands, such as an edited one of an earlier generation. The embedded engine alone takes one; then the prompt directs nothing.',
  }),
  dry_run: z.boolean().optional().openapi({
    description: 'Check, plan and price everything, fetch the references, but make and charge nothing.',
  }),
};

export const referenceToVideoSchema = z
  .strictObject({
    ...common,
    reference_images: many(images, 'reference_images').optional(),
    reference_videos: many(videos, 'reference_videos').optional(),
    reference_audio: many(audios, 'reference_audio').optional(),
    reference_audios: many(audios, 'reference_audios')
      .optional()
      .openapi({ description: 'Another spelling of reference_audio. Give one of the two.' }),
  })
  .openapi('ReferenceToVideo');

export const textToVideoSchema = z.strictObject(common).openapi('TextToVideo');

export const imageToVideoSchema = z
  .strictObject({
    ...common,
    image: referenceSchema.openapi({ description: 'The picture the video begins with.' }),
  })
  .openapi('ImageToVideo');

const fromQuery = (name: string) => ({ param: { name, in: 'query' as const } });

export const generationQuerySchema = z.object({
  status: z.enum(['pending', 'processing', 'complete', 'failed']).optional().openapi(fromQuery('status')),
  outcome: z
    .enum(['succeeded', 'canceled', 'rejected', 'expired', 'error'])
    .optional()
    .openapi(fromQuery('outcome')),
  engine: z.string().optional().openapi(fromQuery('engine')),
  endpoint: z.string().optional().openapi(fromQuery('endpoint')),
  workflow: z.string().optional().openapi(fromQuery('workflow')),
  batch_id: z.string().optional().openapi(fromQuery('batch_id')),
  tag: z.string().optional().openapi(fromQuery('tag')),
  end_user_id: z.string().optional().openapi(fromQuery('end_user_id')),
  created_after: z.iso.datetime({ offset: true }).optional().openapi(fromQuery('created_after')),
  created_before: z.iso.datetime({ offset: true }).optional().openapi(fromQuery('created_before')),
  limit: z.coerce.number().int().min(1).max(100).default(20).openapi(fromQuery('limit')),
  cursor: z.string().optional().openapi(fromQuery('cursor')),
});

/** `, not 16:9`: the value that was sent, if one was and it is short enough to show. */
function shown(input: unknown): string {
  if (input === undefined) return '; it is missing';
  const text = JSON.stringify(input);
  return text === undefined || text.length > 60 ? '' : `, not ${text}`;
}
