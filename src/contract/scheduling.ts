import { z } from '@hono/zod-openapi';
import { statuses, waitingReasons } from '../domain/generation.ts';
import { queueSchema } from './generation.ts';
import { text } from './text.ts';

const label = (what: string) =>
  text(what)
    .min(1, { error: `${what} must not be empty.` })
    .max(200);

const idPattern = /^gen_[0-9a-z]{24}$/;

export const generationChangeSchema = z
  .strictObject({
    priority: z
      .int({ error: 'priority must be a whole number.' })
      .min(-100, { error: 'priority is from -100 to 100.' })
      .max(100, { error: 'priority is from -100 to 100.' })
      .openapi({ description: 'Higher goes first within its batch.' }),
  })
  .openapi('GenerationChange');

export type GenerationChange = z.infer<typeof generationChangeSchema>;

const cancelFilter = {
  ids: z
    .array(z.string().regex(idPattern, { error: 'ids holds ids of generations, such as gen_….' }))
    .min(1, { error: 'ids must not be empty.' })
    .max(1_000, { error: 'ids takes at most 1000.' })
    .optional(),
  status: z
    .enum(['pending', 'processing'], { error: 'status must be pending or processing.' })
    .optional()
    .openapi({ description: 'Only those that wait, or only those that are being made.' }),
  engine: label('engine').optional(),
  workflow: label('workflow').optional(),
  batch_id: label('batch_id').optional(),
  tag: label('tag').optional(),
  end_user_id: label('end_user_id').optional(),
  created_after: z.iso.datetime({ offset: true }).optional(),
  created_before: z.iso.datetime({ offset: true }).optional(),
  all: z.literal(true).optional().openapi({ description: 'Everything of this account that has not ended.' }),
};

export const cancelManySchema = z
  .strictObject({
    ...cancelFilter,
    dry_run: z.boolean().optional().openapi({ description: 'Count what would be canceled; cancel nothing.' }),
  })
  .refine(({ dry_run: _, ...filter }) => Object.values(filter).some((value) => value !== undefined), {
    error: 'Say which generations: name at least one field of the filter, or send {"all": true}.',
  })
  .refine(({ all, dry_run: _, ...filter }) => all === undefined || Object.keys(filter).length === 0, {
    error: 'all goes with no other field of the filter.',
    path: ['all'],
  })
  .openapi('CancelMany');

export type CancelMany = z.input<typeof cancelManySchema>;

export const canceledManySchema = z
  .object({
    object: z.literal('cancellation'),
    dry_run: z.boolean(),
    matched: z.object({ pending: z.number().int(), processing: z.number().int() }),
    canceled: z.number().int().openapi({ description: 'Ended, their credits given back.' }),
    canceling: z.number().int().openapi({ description: 'Asked to stop; they end when they have.' }),
  })
  .openapi('CanceledMany');

export type CanceledMany = z.infer<typeof canceledManySchema>;

export const waitSchema = z
  .object({
    object: z.literal('wait'),
    generation_id: z.string(),
    status: z.enum(statuses),
    reasons: z
      .array(
        z.object({
          code: z.enum(waitingReasons),
          message: z.string(),
          limit: z.number().int().optional(),
          used: z.number().int().optional(),
          until: z.string().optional().openapi({ description: 'When it passes by itself.' }),
          help: z.string().openapi({ description: 'What would help, and who can do it.' }),
        }),
      )
      .openapi({
        description: 'All that keeps it, in the order in which it has to go; empty while it moves.',
      }),
    queue: queueSchema.nullable(),
    ahead: z
      .object({
        in_lane: z.number().int().openapi({ description: 'Of its batch, or of what belongs to none.' }),
        in_account: z.number().int(),
        on_engine: z.number().int(),
      })
      .nullable()
      .openapi({ description: 'How many go first; null unless it waits.' }),
  })
  .openapi('Wait');

export type Wait = z.infer<typeof waitSchema>;

export const accountPauseSchema = z
  .object({
    object: z.literal('account_pause'),
    account_id: z.string(),
    paused_at: z.string().nullable(),
    paused_by: z.enum(['operator', 'owner']).nullable(),
  })
  .openapi('AccountPause');

export type AccountPause = z.infer<typeof accountPauseSchema>;
