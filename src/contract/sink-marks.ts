import { z } from '@hono/zod-openapi';
import { recordLimits } from '../domain/record.ts';
import { recordKey } from './record.ts';
import { text } from './text.ts';

const { comparedAtOnce, markedAtOnce } = recordLimits;

export const sinkName = z
  .string({ error: 'sink must be a text.' })
  .regex(/^[A-Za-z0-9_-]{1,64}$/, {
    error: 'The name of a sink is 1 to 64 letters, digits, hyphens and underscores.',
  })
  .openapi({
    description:
      'Yours to choose: another one wherever other things are written, or to another place. `kinora run` takes a hash of what its workflow file says of the sink.',
    example: 'shop-2f8c1b0e',
  });

const tag = text('tag').max(64, { error: 'tag has at most 64 characters.' }).default('').openapi({
  description: 'Of whatever else the sink is told, beside the version: due again where it differs.',
});

export const dueRequestSchema = z
  .strictObject({
    rows: z
      .array(z.strictObject({ key: recordKey, tag }), { error: 'rows must be a list.' })
      .min(1, { error: 'rows must not be empty.' })
      .max(comparedAtOnce, { error: `rows takes at most ${comparedAtOnce} a call.` }),
    again: z
      .boolean({ error: 'again must be true or false.' })
      .default(false)
      .openapi({ description: 'Also those that it was told of as they are: for one that has lost them.' }),
  })
  .openapi('SinkDueRequest');

export const dueSchema = z
  .object({
    object: z.literal('due'),
    records: z
      .array(
        z.object({
          key: z.string(),
          telling: z.number().int().openapi({
            description:
              'How many times it will have been told of the record then: the same until it is marked as delivered, and another one each time after that. An id of a message made from it is as good as new for a roll-back, and the same for a repeat.',
          }),
          shown: z.boolean().openapi({
            description: 'False: it was told of a video, and the record shows none any more.',
          }),
        }),
      )
      .openapi({ description: 'Those that the sink is to be told of, in the order given.' }),
    delivered: z
      .number()
      .int()
      .openapi({ description: 'How many it was told of as they are. Of the others nothing is shown.' }),
  })
  .openapi('SinkDue');

export type SinkDue = z.infer<typeof dueSchema>;

export const marksRequestSchema = z
  .strictObject({
    records: z
      .array(
        z
          .strictObject({
            key: recordKey,
            version: z
              .int({ error: 'version must be a whole number.' })
              .min(1, { error: 'version is at least 1.' })
              .max(2_147_483_647)
              .nullable()
              .openapi({
                description:
                  'That the sink was told of: `live.version` of the results. Null: that nothing is shown.',
              }),
            video_url: text('video_url')
              .max(2_000)
              .nullable()
              .openapi({ description: 'That it was told; null together with `version`.' }),
            telling: z
              .int({ error: 'telling must be a whole number.' })
              .min(1, { error: 'telling is at least 1.' })
              .max(1_000_000_000)
              .openapi({ description: 'As it was due: noting one twice counts once.' }),
            tag,
          })
          .refine(({ version, video_url: url }) => (version === null) === (url === null), {
            error: 'version and video_url are null together, where nothing is shown.',
          }),
        { error: 'records must be a list.' },
      )
      .min(1, { error: 'records must not be empty.' })
      .max(markedAtOnce, { error: `records takes at most ${markedAtOnce} a call.` }),
  })
  .openapi('SinkMarksRequest');

export const marksSchema = z
  .object({
    object: z.literal('marks'),
    marked: z.number().int().openapi({ description: 'Keys without a record are left out.' }),
  })
  .openapi('SinkMarks');

export type SinkMarks = z.infer<typeof marksSchema>;
