import { z } from '@hono/zod-openapi';
import { fieldNamePattern, fieldTypes, templateLimits } from '../domain/template-field.ts';
import { text } from './text.ts';

const type = z
  .enum(fieldTypes, { error: `type must be one of ${fieldTypes.join(', ')}.` })
  .describe('What a cell must hold; texts such as "12" or "true" are read as what they say.');

const bound = (which: string) =>
  z.union([z.number(), z.iso.date()], {
    error: `${which} must be a number, or a day such as 2026-11-28 for a date.`,
  });

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const full = z
  .strictObject({
    type,
    column: text('column')
      .min(1, { error: 'column must not be empty.' })
      .optional()
      .describe('The column it is read from, if that has another name.'),
    required: z
      .boolean({ error: 'required must be true or false.' })
      .default(true)
      .describe('Whether a row without it, and without a default, is at fault.'),
    default: z
      .union([scalar, z.array(scalar)])
      .optional()
      .describe('Stands in where the cell is missing or empty.'),
    min: bound('min')
      .optional()
      .describe('Least: characters of a text, items of a list, the value of a number or date.'),
    max: bound('max').optional().describe('Most; as min.'),
    one_of: z
      .array(z.union([z.string(), z.number()]), { error: 'one_of must be a list of values.' })
      .min(1, { error: 'one_of must name at least one value.' })
      .max(200, { error: 'one_of has at most 200 values.' })
      .optional()
      .describe('The only values it may have.'),
    description: text('description').max(500).optional().describe('For whoever fills it.'),
  })
  .openapi('TemplateField', { example: { type: 'text', max: 80, required: true } });

/** Typed fields of a template by name; `name: text` is short for `name: { type: text }`. */
export const templateFieldsSchema = z
  .record(
    z.string().regex(fieldNamePattern, {
      error: 'a field is named by letters, digits and _, as in price_eur; say the column with column.',
    }),
    z.union([type.transform((given) => full.parse({ type: given })), full], {
      error: `a field is a type (${fieldTypes.join(', ')}) or an object such as { type: text, max: 80 }.`,
    }),
  )
  .refine((fields) => Object.keys(fields).length <= templateLimits.fields, {
    error: `a template has at most ${templateLimits.fields} fields.`,
  });
