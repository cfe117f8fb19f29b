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
