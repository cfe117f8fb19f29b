import { z } from '@hono/zod-openapi';
import { mediaKinds } from '../domain/media-facts.ts';

export const fileSchema = z
  .object({
    id: z.string(),
    object: z.literal('file'),
    kind: z.enum(mediaKinds),
    name: z.string().nullable(),
    content_type: z.string().openapi({ description: 'By content, whatever the upload claimed.' }),
    size_bytes: z.number().int(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
    duration: z.number().nullable().openapi({ description: 'Seconds; null for images.' }),
    url: z.string().openapi({ description: 'A signed link to the bytes.' }),
    created_at: z.string(),
  })
  .openapi('File');

export type File = z.infer<typeof fileSchema>;

export const fileSearchSchema = z
  .strictObject({
    sha256: z
      .array(z.string().regex(/^[0-9a-f]{64}$/, { error: 'a sha256 is 64 hex digits, in small letters.' }), {
        error: 'sha256 must be a list.',
      })
      .min(1, { error: 'sha256 must name at least one.' })
      .max(1_000, { error: 'sha256 takes at most 1,000.' })
      .openapi({ description: 'Of the whole content of each file.' }),
  })
  .openapi('FileSearch');

export const foundFilesSchema = z
  .object({
    object: z.literal('list'),
    data: z.array(z.object({ sha256: z.string(), file_id: z.string() })),
  })
  .openapi('FoundFiles');

export type FoundFiles = z.infer<typeof foundFilesSchema>;
