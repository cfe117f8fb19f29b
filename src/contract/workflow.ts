import { z } from '@hono/zod-openapi';
import { comparedStates, recordLimits, rejectReasons, versionStates } from '../domain/record.ts';
import { catchUps, overlaps } from '../domain/run.ts';
import { fingerprint, recordKey } from './record.ts';
import { text } from './text.ts';

const { comparedAtOnce } = recordLimits;

export const workflowName = text('name')
  .min(1, { error: 'The name of a workflow must not be empty.' })
  .max(200, { error: 'The name of a workflow has at most 200 characters.' })
  .openapi({ example: 'spring-catalogue' });

const workflowFields = {
  id: z.string().openapi({ example: 'wf_3v9k0c7m2q5x8z1b4n6p0r2t' }),
  object: z.literal('workflow'),
  name: z.string(),
  review: z.boolean().openapi({ description: 'Whether a version has to be approved before it is shown.' }),
  published: z.boolean(),
  public_id: z.string().nullable().openapi({
    description: 'In the addresses of its records; another one after it was revoked and published again.',
  }),
  public_url: z
    .string()
    .nullable()
    .openapi({ description: 'What these addresses begin with; the key and .mp4 or .jpg follow.' }),
  definition_version: z
    .number()
    .int()
    .nullable()
    .openapi({ description: 'Of what is stored of it; null where it is only the name of rows.' }),
  created_at: z.string(),
};

export const scheduleSchema = z
  .object({
    cron: z.string(),
    time_zone: z.string(),
    catch_up: z.enum(catchUps),
    overlap: z.enum(overlaps),
    enabled: z.boolean(),
    rehearse: z.boolean().openapi({ description: 'Whether it makes free drafts instead of its videos.' }),
    paused_at: z.string().nullable(),
    next_runs: z.array(z.string()).openapi({
      description:
        'The next five times, as clocks of its zone show them; none while it is paused or not enabled.',
      example: ['2026-11-29T06:00:00+01:00'],
    }),
  })
  .openapi('WorkflowSchedule');

export type WorkflowSchedule = z.infer<typeof scheduleSchema>;

export const workflowSchema = z.object(workflowFields).openapi('Workflow');

export type Workflow = z.infer<typeof workflowSchema>;

export const workflowListSchema = z
  .object({ object: z.literal('list'), data: z.array(workflowSchema), next_cursor: z.string().nullable() })
  .openapi('WorkflowList');

export type WorkflowList = z.infer<typeof workflowListSchema>;

const counts = <Name extends string>(names: readonly Name[]) =>
  z.object(Object.fromEntries(names.map((word) => [word, z.number().int()])) as Record<Name, z.ZodNumber>);

const keeper = {
  made: z.number().int().openapi({ description: 'Versions that were made, those before the newest too.' }),
  approved: z.number().int(),
  rejected: z.number().int(),
  keeper_rate: z
    .number()
    .nullable()
    .openapi({ description: 'Approved of those that were reviewed, from 0 to 1; null before the first.' }),
  credits: z.number().int().openapi({ description: 'Charged for all that were made.' }),
  credits_per_accepted: z.number().nullable().openapi({
    description: 'Charged for those that were reviewed, for each that was approved; null before the first.',
  }),
};

const group = z.object({ name: z.string().nullable(), ...keeper });

export type KeeperGroup = z.infer<typeof group>;

export const workflowDetailSchema = z
  .object({
    ...workflowFields,
    schedule: scheduleSchema.nullable().openapi({ description: 'When the server runs it by itself.' }),
    records: counts(versionStates).openapi({ description: 'How many newest versions are in each state.' }),
    awaiting_review: z.number().int(),
    keeper: z.object(keeper),
    rejections: z
      .array(z.object({ reason: z.enum(rejectReasons), versions: z.number().int() }))
      .openapi({ description: 'Most frequent first.' }),
    by_template: z.array(group),
    by_bundle: z.array(group),
    by_engine: z.array(group),
  })
  .openapi('WorkflowDetail');

export type WorkflowDetail = z.infer<typeof workflowDetailSchema>;

export const workflowChangeSchema = z
  .strictObject({
    review: z.boolean({ error: 'review must be true or false.' }).optional(),
    published: z
      .boolean({ error: 'published must be true or false.' })
      .optional()
      .openapi({ description: 'false: every address of its records answers 404 from now on.' }),
    paused: z.boolean({ error: 'paused must be true or false.' }).optional().openapi({
      description: 'true: its schedule rests. false: it goes on, and what was due meanwhile is not missed.',
    }),
  })
  .refine((change) => Object.values(change).some((value) => value !== undefined), {
    error: 'Say what to change: review, published or paused.',
  })
  .openapi('WorkflowChange');

export const comparisonRequestSchema = z
  .strictObject({
    rows: z
      .array(z.strictObject({ key: recordKey, fingerprint }), { error: 'rows must be a list.' })
      .min(1, { error: 'rows must not be empty.' })
      .max(comparedAtOnce, { error: `rows takes at most ${comparedAtOnce} a call.` }),
  })
  .openapi('ComparisonRequest');

export const comparisonSchema = z
  .object({
    object: z.literal('comparison'),
    unchanged: z.number().int().openapi({
      description: 'How many have this very fingerprint in their newest version, and it is made.',
    }),
    others: z.array(
      z.object({
        index: z.number().int().openapi({ description: 'Its place in `rows`, from 0.' }),
        key: z.string(),
        state: z.enum(comparedStates).openapi({
          description:
            'new: there is no such record. changed: its newest version has another fingerprint. open: the same, and on its way. failed: the same, and there is no video of it.',
        }),
        version: z.number().int().optional(),
        parts: z
          .record(z.string(), z.unknown())
          .optional()
          .openapi({ description: 'With changed: of the newest version.' }),
        reason: z.string().optional().openapi({
          description: 'With failed: the code of the refusal or the failure, `canceled` or `deleted`.',
        }),
        message: z.string().optional(),
        generation_id: z.string().optional(),
        batch_id: z.string().optional().openapi({ description: 'With open: where it is being made.' }),
      }),
    ),
  })
  .openapi('Comparison');

export type Comparison = z.infer<typeof comparisonSchema>;

export const keyPageSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(z.string()),
    next_cursor: z.string().nullable().openapi({ description: 'Send it as `after`.' }),
  })
  .openapi('RecordKeys');

export type KeyPage = z.infer<typeof keyPageSchema>;
