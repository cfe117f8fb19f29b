import { z } from '@hono/zod-openapi';
import { versionStates } from '../domain/record.ts';
import { outputSchema } from './generation.ts';
import { recordKey } from './record.ts';
import { resultsAtOnce } from './record-results.ts';

export const rehearsalsRequestSchema = z
  .strictObject({
    keys: z
      .array(recordKey, { error: 'keys must be a list.' })
      .min(1, { error: 'keys must name at least one.' })
      .max(resultsAtOnce, { error: `keys takes at most ${resultsAtOnce} a call.` }),
  })
  .openapi('RehearsalsRequest');

const rehearsalSchema = z.object({
  key: z.string(),
  fingerprint: z.string().openapi({ description: 'Of what was rehearsed; the same again needs no other.' }),
  batch_id: z.string(),
  state: z.enum(versionStates),
  generation_id: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  output: outputSchema.nullable(),
});

export type Rehearsal = z.infer<typeof rehearsalSchema>;

export const rehearsalsSchema = z
  .object({ object: z.literal('list'), data: z.array(rehearsalSchema) })
  .openapi('Rehearsals');

export type Rehearsals = z.infer<typeof rehearsalsSchema>;
