import { z } from '@hono/zod-openapi';
import { versionStates } from '../domain/record.ts';
import { outputSchema } from './generation.ts';
import { recordKey } from './record.ts';

/** How many records one question about results may name. */
export const resultsAtOnce = 500;

export const resultsRequestSchema = z
  .strictObject({
    keys: z
      .array(recordKey, { error: 'keys must be a list.' })
      .min(1, { error: 'keys must name at least one.' })
      .max(resultsAtOnce, { error: `keys takes at most ${resultsAtOnce} a call.` }),
  })
  .openapi('RecordResultsRequest');

const resultSchema = z.object({
  key: z.string(),
  record_id: z.string(),
  version: z.number().int().openapi({ description: 'The newest.' }),
  state: z.enum(versionStates).openapi({ description: 'Of the newest version, as are the next four.' }),
  generation_id: z.string().nullable(),
  credits: z.number().int().nullable().openapi({ description: 'Charged; null until it has ended.' }),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  output: outputSchema.nullable(),
  live: z
    .object({
      version: z.number().int(),
      generation_id: z.string(),
      credits: z.number().int(),
      output: outputSchema,
      video_url: z.string().nullable(),
      poster_url: z.string().nullable(),
    })
    .nullable()
    .openapi({
      description:
        'The version that is shown. `video_url` and `poster_url` stay the same; they are null until the workflow is published.',
    }),
});

export type RecordResult = z.infer<typeof resultSchema>;

export const resultsSchema = z
  .object({ object: z.literal('list'), data: z.array(resultSchema) })
  .openapi('RecordResults');

export type RecordResults = z.infer<typeof resultsSchema>;
