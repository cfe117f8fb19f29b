import { z } from 'zod';
import { templateFieldsSchema } from '../contract/template-field.ts';
import { AppError } from '../domain/errors.ts';
import type { TemplateFields } from '../domain/template-field.ts';
import { fieldNamesAt } from './workflow/field-names.ts';
import { readYaml } from './workflow/read-yaml.ts';
import { sayFaults } from './workflow/say-faults.ts';

/** A template as a file holds it: Liquid, with its fields above it between two lines of `---` if it has any. */
export interface TemplateFile {
  text: string;
  fields: TemplateFields | undefined;
  description: string | undefined;
}

const headSchema = z.strictObject({
  description: z.string({ error: 'description must be a text.' }).max(500).optional(),
  fields: templateFieldsSchema.optional(),
});

/** Throws an AppError that names the file and the line of what is wrong above the template. */
export function readTemplateFile(source: string, file: string): TemplateFile {
  const [, head, text = ''] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(source) ?? [];
  if (head === undefined) return { text: source.trim(), fields: undefined, description: undefined };
  // The line of dashes counts too.
  const read = readYaml(`\n${head}`, file);
  const parsed = headSchema.safeParse(read.value ?? {}, { reportInput: true });
  if (parsed.success)
    return { text: text.trim(), fields: parsed.data.fields, description: parsed.data.description };
  const faults = sayFaults(parsed.error, read, (path) => fieldNamesAt(headSchema, path));
  throw new AppError('invalid_request', `${file} is not a template.\n  ${faults.join('\n  ')}`, {
    hint: 'docs/templates.md shows one with fields.',
  });
}
