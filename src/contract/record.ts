import { z } from '@hono/zod-openapi';
import type { JsonObject } from '../domain/json.ts';
import { recordLimits, rejectReasons, reviews, versionStates } from '../domain/record.ts';
import { outputSchema } from './generation.ts';
import { page } from './query.ts';
import { isStorableJson, text } from './text.ts';

const { keyCharacters, noteCharacters, partsBytes } = recordLimits;

export const recordKey = text('key')
  .min(1, { error: 'key must not be empty.' })
  .max(keyCharacters, { error: `key has at most ${keyCharacters} characters.` })
  .openapi({ description: 'What your own data calls it, such as a SKU.', example: 'MUG-01' });

export const fingerprint = z
  .string({ error: 'fingerprint must be a text.' })
  .regex(/^[0-9a-f]{64}$/, { error: 'fingerprint must be 64 hex digits, in lower case.' })
  .openapi({
    description: 'A hash of everything that the video is made from: the same one is not made twice.',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  });

/** What the fingerprint was made from, to say later what has changed. */
const parts = z
  .record(z.string(), z.unknown(), { error: 'parts must be an object.' })
  .transform((value, context): JsonObject => {
    const refuse = (message: string) => context.addIssue({ code: 'custom', message, input: value });
    if (!isStorableJson(value)) refuse('parts has at most 20 levels, and no text with NUL.');
    else if (new TextEncoder().encode(JSON.stringify(value)).length > partsBytes)
      refuse(`parts has at most ${partsBytes} bytes as JSON.`);
    return value as JsonObject;
  })
  .openapi({
    description: 'What the fingerprint was made from; shown again when it differs.',
    type: 'object',
  });

/** Of a row: the record that its video is for. */
export const rowRecordSchema = z
  .strictObject({ key: recordKey, fingerprint, parts: parts.default({}) })
  .openapi('RowRecord');

const urls = z.object({ video: z.string(), poster: z.string(), embed_html: z.string() }).nullable().openapi({
  description:
    'Where everybody sees the live version: addresses that stay the same. Null until its workflow is published.',
});

const shown = {
  version: z.number().int(),
  generation_id: z.string(),
  output: outputSchema.openapi({ description: 'With signed links, good for a day: for you to look at.' }),
};

const recordFields = {
  id: z.string().openapi({ example: 'rec_3v9k0c7m2q5x8z1b4n6p0r2t' }),
  object: z.literal('record'),
  workflow: z.string(),
  key: z.string(),
  fingerprint: z.string(),
  version: z.number().int().openapi({ description: 'The newest.' }),
  state: z.enum(versionStates).openapi({ description: 'Of the newest version.' }),
  pinned_version: z
    .number()
    .int()
    .nullable()
    .openapi({ description: 'Shown whatever is newer, after a roll-back.' }),
  live: z
    .object({ ...shown, video_url: z.string().nullable(), poster_url: z.string().nullable() })
    .nullable()
    .openapi({
      description:
        'The version that is shown: the newest that was made, was not rejected and, where its workflow is reviewed, was approved. `video_url` and `poster_url` stay the same; they are null until the workflow is published.',
    }),
  awaiting_review: z
    .object(shown)
    .nullable()
    .openapi({ description: 'The newest made version, where somebody has yet to approve or reject it.' }),
  urls,
  created_at: z.string(),
};

export const recordSchema = z.object(recordFields).openapi('Record');

export type VideoRecord = z.infer<typeof recordSchema>;

export const recordPageSchema = z
  .object({ object: z.literal('list'), data: z.array(recordSchema), next_cursor: z.string().nullable() })
  .openapi('RecordPage');

export type RecordPage = z.infer<typeof recordPageSchema>;

const versionSchema = z.object({
  number: z.number().int(),
  state: z.enum(versionStates),
  fingerprint: z.string(),
  review: z.enum(reviews),
  review_reason: z.enum(rejectReasons).nullable(),
  review_note: z.string().nullable(),
  reviewed_at: z.string().nullable(),
  reviewed_by: z.string().nullable().openapi({ description: 'The key that has decided.' }),
  remade_from: z
    .number()
    .int()
    .nullable()
    .openapi({ description: 'The version it was made once more from.' }),
  note: z.string().nullable().openapi({ description: 'What was to be different.' }),
  batch_id: z.string(),
  row_number: z.number().int(),
  generation_id: z.string().nullable(),
  credits: z.number().int().nullable().openapi({ description: 'Charged.' }),
  error: z
    .object({ code: z.string(), message: z.string() })
    .nullable()
    .openapi({ description: 'Why it failed or was refused.' }),
  output: outputSchema.nullable(),
  created_at: z.string(),
});

export const recordDetailSchema = z
  .object({
    ...recordFields,
    parts: z.record(z.string(), z.unknown()).openapi({ description: 'Of the newest version.' }),
    versions: z.array(versionSchema).openapi({ description: 'The last 100, newest first.' }),
  })
  .openapi('RecordDetail');

export type RecordDetail = z.infer<typeof recordDetailSchema>;

export const recordQuerySchema = z.object({
  workflow: text('workflow').max(200).optional(),
  key: text('key').max(200).optional(),
  state: z.enum(versionStates).optional().openapi({ description: 'Of the newest version.' }),
  awaiting_review: z
    .enum(['true', 'false'], { error: 'awaiting_review must be true or false.' })
    .optional()
    .openapi({ description: 'true: those that somebody has yet to approve or reject.' }),
  ...page(50, 500),
  cursor: z.string().max(2_000).optional(),
});

const note = text('note')
  .trim()
  .min(1, { error: 'note must not be empty.' })
  .max(noteCharacters, { error: `note has at most ${noteCharacters} characters.` });

export const rejectionSchema = z
  .strictObject({
    reason: z.enum(rejectReasons, { error: `reason must be one of ${rejectReasons.join(', ')}.` }),
    note: note.optional().openapi({ description: 'In your words, beside the reason.' }),
  })
  .openapi('VersionRejection');

export const regenerationSchema = z
  .strictObject({
    note: note
      .optional()
      .openapi({ description: 'What is to be different: added to the prompt as a sentence.' }),
    seed: z
      .int({ error: 'seed must be a whole number.' })
      .min(0, { error: 'seed must be 0 or more.' })
      .max(2_147_483_647, { error: 'seed must be at most 2147483647.' })
      .optional()
      .openapi({ description: 'Absent: a new one.' }),
    version: z
      .int({ error: 'version must be a whole number.' })
      .min(1, { error: 'version is at least 1.' })
      .max(2_147_483_647)
      .optional()
      .openapi({ description: 'Which version to make once more. Default: the newest.' }),
  })
  .openapi('Regeneration');

export const rollBackSchema = z
  .strictObject({
    version: z
      .int({ error: 'version must be a whole number, or null.' })
      .min(1, { error: 'version is at least 1.' })
      .max(2_147_483_647)
      .nullable()
      .openapi({ description: 'The version to show from now on; null: the newest good one again.' }),
  })
  .openapi('RollBack');
