import { z } from 'zod';
import { referenceRoles } from '../../domain/request.ts';
import { text } from '../spec-fields.ts';

/** A file or URL that every row shares. */
export type SharedReference = z.infer<typeof sharedReferenceSchema>;

export const roleSchema = z.enum(referenceRoles, {
  error: `role must be one of ${referenceRoles.join(', ')}.`,
});

export const sharedReferenceSchema = z
  .strictObject({
    path: text('path').optional().describe('Relative to this file.'),
    url: z.url({ protocol: /^https?$/, error: 'url must be an http(s) URL.' }).optional(),
    role: roleSchema.optional().describe('What it is for; guessed when absent.'),
    alias: text('alias').optional().describe('A name for the prompt: alias "hero" is written @hero.'),
    priority: z
      .int({ error: 'priority must be a whole number.' })
      .min(0)
      .max(9)
      .optional()
      .describe('Who keeps its place where not all images fit: higher first. Default: 1, photos of rows 0.'),
  })
  .refine(({ path, url }) => (path === undefined) !== (url === undefined), {
    error: 'give path or url, and not both.',
  });
