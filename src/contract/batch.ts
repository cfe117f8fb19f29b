import { z } from '@hono/zod-openapi';
import { batchLimits, batchStatuses, rowStates } from '../domain/batch.ts';
import { statuses } from '../domain/generation.ts';
import { liveStates } from '../domain/record.ts';
import { endpointNames } from '../domain/request.ts';
import { referenceToVideoSchema } from './generation-request.ts';
import { rowRecordSchema } from './record.ts';
import { referenceSchema } from './reference.ts';
import { isStorable, text } from './text.ts';

const name = text('name')
  .trim()
  .min(1, { error: 'name must not be empty.' })
  .max(200, { error: 'name has at most 200 characters.' });

const priority = z
  .int({ error: 'priority must be a whole number.' })
  .min(-100, { error: 'priority is from -100 to 100.' })
  .max(100, { error: 'priority is from -100 to 100.' })
  .openapi({ description: 'Batches with a higher one go first within your account; equal ones take turns.' });

const ahead = z
  .int({ error: 'ahead must be a whole number.' })
  .min(1, { error: 'ahead is at least 1.' })
  .max(batchLimits.mostAhead, { error: `ahead is at most ${batchLimits.mostAhead}.` })
  .openapi({
    description: 'How many of its videos may wait or be made at once: so many are held ahead of their turn.',
  });

const label = (what: string) =>
  text(what)
    .min(1, { error: `${what} must not be empty.` })
    .max(200, { error: `${what} has at most 200 characters.` });

export const newBatchSchema = z
  .strictObject({
    name,
    priority: priority.default(0),
    ahead: ahead.default(100),
    workflow: label('workflow')
      .optional()
      .openapi({ description: 'What rows without a workflow of their own belong to, for caps and reports.' }),
    tags: z
      .array(label('a tag'))
      .max(20, { error: 'tags takes at most 20.' })
      .default([])
      .openapi({ description: 'For each of its videos, beside the tags of its row.' }),
    rehearsal: z.boolean({ error: 'rehearsal must be true or false.' }).default(false).openapi({
      description:
        'A rehearsal plans each row against the limits of the engine that it names, set up or not, and makes it on the embedded one: at 0 credits, and for no record, even where a row names one.',
    }),
  })
  .openapi('NewBatch');

export const batchChangeSchema = z
  .strictObject({ name: name.optional(), priority: priority.optional(), ahead: ahead.optional() })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'Say what to change: name, priority or ahead.',
  })
  .openapi('BatchChange');

/** The fields of every endpoint; which belong to which, `readRow` tells. Both left out are the batch's to say. */
const rowFields = referenceToVideoSchema.omit({ batch_id: true, dry_run: true }).extend({
  endpoint: z
    .enum(endpointNames, { error: `endpoint must be one of ${endpointNames.join(', ')}.` })
    .optional()
    .openapi({ description: 'Whose request body this is. Default reference-to-video.' }),
  image: referenceSchema
    .optional()
    .openapi({ description: 'With the endpoint image-to-video: the picture the video begins with.' }),
});

const rowSchema = rowFields
  .extend({
    record: rowRecordSchema.optional().openapi({
      description:
        'What the video is for. A row is not added while the newest version of its record has the same fingerprint and is made or on its way. Needs a workflow, of the row or of the batch.',
    }),
  })
  .refine(isStorableThroughout, { error: 'It holds a character that cannot be stored.' })
  .openapi('BatchRowRequest');

/** What is to be other: fields that are there replace those of the row, null takes one away. */
export const rowChangeSchema = z
  .strictObject(
    Object.fromEntries(Object.keys(rowFields.shape).map((name) => [name, z.unknown().optional()])) as Record<
      keyof typeof rowFields.shape,
      z.ZodOptional<z.ZodUnknown>
    >,
  )
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'Say what to change: fields of the request, or null to take one away.',
  })
  .openapi('BatchRowChange');

export const newRowsSchema = z
  .strictObject({
    rows: z
      .array(rowSchema, { error: 'rows must be a list of request bodies.' })
      .min(1, { error: 'rows must not be empty.' })
      .max(batchLimits.rowsPerCall, { error: `rows takes at most ${batchLimits.rowsPerCall} a call.` }),
  })
  .openapi('NewBatchRows');

export const addedRowsSchema = z
  .object({
    object: z.literal('batch_rows'),
    batch_id: z.string(),
    first: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'The number of the first row that was added; null if none was.' }),
    last: z.number().int().nullable(),
    skipped: z
      .array(
        z.object({
          index: z.number().int().openapi({ description: 'Its place in `rows`, from 0.' }),
          key: z.string(),
          state: z.enum(liveStates),
          version: z.number().int(),
        }),
      )
      .openapi({
        description: 'Rows that were not added: this version of their record is there, or on its way.',
      }),
  })
  .openapi('AddedBatchRows');

export type AddedRows = z.infer<typeof addedRowsSchema>;

const batchFields = {
  id: z.string().openapi({ example: 'batch_3v9k0c7m2q5x8z1b4n6p0r2t' }),
  object: z.literal('batch'),
  name: z.string(),
  priority: z.number().int(),
  ahead: z.number().int(),
  workflow: z.string().nullable(),
  tags: z.array(z.string()),
  rehearsal: z
    .boolean()
    .openapi({ description: 'Its videos stand in for those of other engines: free, and of no record.' }),
  row_count: z.number().int(),
  paused_at: z.string().nullable(),
  canceled_at: z.string().nullable(),
  stopped_by: z.record(z.string(), z.unknown()).nullable().openapi({
    description:
      'What rows could not be held for at the last look: `reason` is credits, budget or key_revoked, with its numbers.',
  }),
  created_at: z.string(),
};

export const batchListItemSchema = z.object(batchFields).openapi('BatchListItem');

export type BatchListItem = z.infer<typeof batchListItemSchema>;

const countOf = <Name extends string>(names: readonly Name[]) =>
  z.object(Object.fromEntries(names.map((word) => [word, z.number().int()])) as Record<Name, z.ZodNumber>);

export const batchSchema = z
  .object({
    ...batchFields,
    status: z.enum(batchStatuses),
    rows: countOf(rowStates).openapi({ description: 'How many rows are in each state.' }),
    generations: countOf(statuses).openapi({ description: 'How many of its videos are in each status.' }),
    parked: z
      .object({
        videos: z.number().int(),
        first: z.array(z.object({ generation_id: z.string(), key: z.string().nullable() })),
      })
      .openapi({
        description:
          'Of those that are processing: jobs of which nobody can tell whether their provider has them, until that or the operator says so. The first 20, with the keys of their rows.',
      }),
    credits: z.object({ held: z.number().int(), charged: z.number().int() }),
    failures: z
      .array(
        z.object({
          code: z.string(),
          rows: z.number().int(),
          message: z.string().openapi({ description: 'Of one of them.' }),
        }),
      )
      .openapi({
        description: 'Refused rows and failed videos by their code, the most frequent first; at most 20.',
      }),
    eta_seconds: z.number().int().nullable().openapi({
      description:
        'Until its last video is expected, at the pace of the last ones; null while it is stopped or paused and when it is done.',
    }),
    eta_at: z.string().nullable(),
  })
  .openapi('Batch');

export type Batch = z.infer<typeof batchSchema>;

export const batchPageSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(batchListItemSchema),
    next_cursor: z.string().nullable(),
  })
  .openapi('BatchPage');

export type BatchPage = z.infer<typeof batchPageSchema>;

export const batchRowSchema = z
  .object({
    number: z.number().int(),
    object: z.literal('batch_row'),
    state: z.enum(rowStates),
    request: z.record(z.string(), z.unknown()),
    generation_id: z.string().nullable(),
    generation_status: z.enum(statuses).nullable(),
    reason: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: 'Why it was refused, or what it waits for.' }),
    record: z
      .object({ id: z.string(), key: z.string(), version: z.number().int() })
      .nullable()
      .openapi({ description: 'What its video is for.' }),
  })
  .openapi('BatchRow');

export type BatchRow = z.infer<typeof batchRowSchema>;

export const retriedRowsSchema = z
  .object({
    object: z.literal('retried_rows'),
    batch_id: z.string(),
    retried: z.number().int().openapi({ description: 'How many rows wait again.' }),
    superseded: z
      .number()
      .int()
      .openapi({ description: 'How many were left: their records have newer versions.' }),
  })
  .openapi('RetriedBatchRows');

export type RetriedRows = z.infer<typeof retriedRowsSchema>;

export const batchRowPageSchema = z
  .object({ object: z.literal('list'), data: z.array(batchRowSchema), next_cursor: z.string().nullable() })
  .openapi('BatchRowPage');

export type BatchRowPage = z.infer<typeof batchRowPageSchema>;

/** URLs are kept as they were written, so a NUL may hide in one; PostgreSQL takes it in no text and no JSON. */
function isStorableThroughout(value: unknown): boolean {
  if (typeof value === 'string') return isStorable(value);
  if (value === null || typeof value !== 'object') return true;
  return Object.values(value).every(isStorableThroughout);
}
