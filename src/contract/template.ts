import { z } from '@hono/zod-openapi';
import { requestLimits } from '../domain/request.ts';
import { resourceNamePattern, templateLimits } from '../domain/template-field.ts';
import { templateFieldsSchema } from './template-field.ts';
import { isStorable, text } from './text.ts';

const { minDurationSeconds: shortest, maxDurationSeconds: longest } = requestLimits;

/** The name of a template or bundle in a path. */
export const resourceNameSchema = (what: string) =>
  z
    .string()
    .regex(resourceNamePattern, {
      error: `the name of a ${what} has at most 80 letters, digits, ".", "_" and "-", and begins with a letter or digit.`,
    })
    .openapi({ param: { name: 'name', in: 'path' }, example: 'spring' });

export const versionQuerySchema = z.object({
  version: z.coerce
    .number({ error: 'version must be a whole number.' })
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .openapi({ param: { name: 'version', in: 'query' }, description: 'The newest when absent.' }),
});

export const namesQuerySchema = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(200)
    .default(50)
    .openapi({ param: { name: 'limit', in: 'query' } }),
  cursor: z
    .string()
    .optional()
    .openapi({ param: { name: 'cursor', in: 'query' } }),
});

const description = text('description').max(500, { error: 'description has at most 500 characters.' });

const duration = z
  .int({ error: 'duration must be a whole number of seconds.' })
  .min(shortest, { error: `duration must be at least ${shortest} s.` })
  .max(longest, { error: `duration must be at most ${longest} s.` })
  .optional()
  .openapi({ description: 'Of the videos: a text that says another is told in notes.' });

export const newTemplateSchema = z
  .strictObject({
    text: text('text')
      .min(1, { error: 'text must not be empty.' })
      .max(templateLimits.characters, { error: `text has at most ${templateLimits.characters} characters.` })
      .openapi({ description: 'Liquid, strictly: an unknown or empty variable is an error of the row.' }),
    fields: templateFieldsSchema
      .optional()
      .openapi({ description: 'What it takes from a row. Without them, whatever columns there are.' }),
    description: description.optional(),
    duration,
  })
  .refine(({ fields }) => isStorable(JSON.stringify(fields ?? {})), {
    error: 'fields hold a character that cannot be stored.',
  })
  .openapi('NewTemplate');

const noteSchema = z.object({
  severity: z.enum(['error', 'note']),
  code: z.string(),
  message: z.string(),
  line: z.number().int().nullable(),
});

export const templateSchema = z
  .object({
    object: z.literal('template'),
    name: z.string(),
    version: z.number().int(),
    text: z.string(),
    fields: z.record(z.string(), z.unknown()).nullable(),
    description: z.string().nullable(),
    hash: z.string().openapi({ description: 'SHA-256 of text and fields.' }),
    notes: z.array(noteSchema).openapi({ description: 'What is worth a look; nothing here stops it.' }),
    created_at: z.string(),
  })
  .openapi('Template');

export type Template = z.infer<typeof templateSchema>;

export const templatePageSchema = z
  .object({ object: z.literal('list'), data: z.array(templateSchema), next_cursor: z.string().nullable() })
  .openapi('TemplatePage');

export type TemplatePage = z.infer<typeof templatePageSchema>;

export const previewRequestSchema = z
  .strictObject({
    rows: z
      .array(z.record(z.string(), z.unknown()), { error: 'rows must be a list of objects.' })
      .min(1, { error: 'rows must have at least one row.' })
      .max(50, { error: 'rows has at most 50 rows.' })
      .openapi({ description: 'As the source has them.', example: [{ name: 'Stoneware mug' }] }),
    version: z.int({ error: 'version must be a whole number.' }).min(1).max(1_000_000).optional(),
    duration,
  })
  .openapi('PreviewRequest');

export const previewSchema = z
  .object({
    object: z.literal('template_preview'),
    name: z.string(),
    version: z.number().int(),
    rows: z.array(
      z.object({
        index: z.number().int(),
        prompt: z.string().nullable().openapi({ description: 'Null where the row is at fault.' }),
        faults: z.array(z.object({ field: z.string(), message: z.string() })),
        notes: z.array(z.string()),
      }),
    ),
  })
  .openapi('TemplatePreview');

export type TemplatePreview = z.infer<typeof previewSchema>;
