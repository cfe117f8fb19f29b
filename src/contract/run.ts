import { z } from '@hono/zod-openapi';
import { runCauses, runStates } from '../domain/run.ts';

const moment = z.string().nullable();

const count = (description: string) => z.number().int().openapi({ description });

export const runSchema = z
  .object({
    id: z.string().openapi({ example: 'run_3v9k0c7m2q5x8z1b4n6p0r2t' }),
    object: z.literal('run'),
    workflow: z.string(),
    definition_version: z.number().int(),
    cause: z.enum(runCauses),
    due_at: moment.openapi({ description: 'The time that it was due at; null for one begun by hand.' }),
    missed: count('How many earlier times passed while the server was down.'),
    key_id: z.string().openapi({ description: 'As which key it runs.' }),
    rehearse: z.boolean().openapi({
      description: 'Whether it makes drafts on the embedded engine, at 0 credits, for no record and no sink.',
    }),
    max_credits: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'Given with it; else what its schedule says.' }),
    state: z.enum(runStates).openapi({
      description:
        'queued: waits for its turn. planning: its source is read, its rows are sent. running: they are made. skipped: it was due and left out.',
    }),
    reason: z
      .object({ code: z.string(), message: z.string(), hint: z.string().nullable() })
      .nullable()
      .openapi({
        description:
          'Why it failed or was left out (`overlap`, `missed`, `coalesced`, `deleted`, `key_revoked`, `nothing_made`, `sink_refused`, or the code of an error); of one that is done, what it lacks (`partly`).',
      }),
    notes: z.array(z.string()).openapi({
      description: 'What else to know of it: settings of the workflow that a person has changed, and stand.',
    }),
    rows: z
      .object({
        all: count('Of the source, as far as the workflow wants them.'),
        new: count('Without a record yet.'),
        changed: count('Other than the newest version of their record.'),
        unchanged: count('As they are shown.'),
        failed_before: count('Failed in an earlier run.'),
        invalid: count('Cannot be asked for.'),
        sent: count('Asked for by this run.'),
        made: count('Of those, with a video.'),
        failed: count('Of those, without.'),
        parked: count(
          'Of those, with a job at a provider that only that or the operator can decide on; a later run takes them up.',
        ),
        waiting: count('Of those, kept by a cap or missing credits when it ended.'),
      })
      .nullable()
      .openapi({ description: 'Null until it is planned.' }),
    credits: count('Charged for what it has asked for, when it ended.'),
    batch_ids: z.array(z.string()),
    sinks: z.array(
      z.object({
        name: z.string(),
        written: z.number().int(),
        checked: count('Of a rehearsal: tried as far as can be without leaving anything behind.'),
        skipped: z.number().int(),
        refused: z.number().int(),
        refusals: z.array(z.object({ key: z.string(), reason: z.string() })),
      }),
    ),
    cancel_requested_at: moment,
    created_at: z.string(),
    started_at: moment,
    finished_at: moment,
  })
  .openapi('WorkflowRun');

export type Run = z.infer<typeof runSchema>;

export const runPageSchema = z
  .object({ object: z.literal('list'), data: z.array(runSchema), next_cursor: z.string().nullable() })
  .openapi('WorkflowRunPage');

export type RunPage = z.infer<typeof runPageSchema>;

export const newRunSchema = z
  .strictObject({
    max_credits: z
      .int({ error: 'max_credits must be a whole number.' })
      .min(0, { error: 'max_credits must be at least 0.' })
      .max(1_000_000_000, { error: 'max_credits is at most 1000000000.' })
      .optional()
      .openapi({ description: 'It makes nothing if its plan costs more. Default: what its schedule says.' }),
    accept_drift: z
      .boolean({ error: 'accept_drift must be true or false.' })
      .default(false)
      .openapi({ description: 'Take what URLs hold now, where that is not what was accepted.' }),
    rehearse: z.boolean({ error: 'rehearse must be true or false.' }).default(false).openapi({
      description:
        'Plan for the engine of the workflow, set up or not, and make drafts of the same rows on the embedded one: at 0 credits, and of no record. Caps, review and addresses stay as they are; sinks are tried, and told nothing.',
    }),
  })
  .refine(({ rehearse, max_credits: most }) => !rehearse || most === undefined, {
    path: ['max_credits'],
    error: 'max_credits says nothing with rehearse: a rehearsal costs nothing.',
  })
  .openapi('NewWorkflowRun');
