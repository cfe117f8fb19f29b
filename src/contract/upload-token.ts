import { z } from '@hono/zod-openapi';
import { type MediaKind, mediaKinds } from '../domain/media-facts.ts';
import { requestLimits } from '../domain/request.ts';

const { maxBytes } = requestLimits;
const mostBytes = Math.max(...mediaKinds.map((kind: MediaKind) => maxBytes[kind]));

const isOrigin = (text: string) =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

export const newUploadTokenSchema = z
  .strictObject({
    kinds: z
      .array(z.enum(mediaKinds))
      .min(1, { error: 'kinds must not be empty.' })
      .max(mediaKinds.length, { error: 'kinds names each kind once.' })
      .default([...mediaKinds])
      .openapi({ description: 'What may be uploaded, told by content. Default: all kinds.' }),
    max_files: z
      .int({ error: 'max_files must be a whole number.' })
      .min(1, { error: 'max_files is at least 1.' })
      .max(100, { error: 'max_files is at most 100.' })
      .default(10),
    max_bytes: z
      .int({ error: 'max_bytes must be a whole number.' })
      .min(1, { error: 'max_bytes is at least 1.' })
      .max(mostBytes, { error: `max_bytes is at most ${mostBytes}.` })
      .default(mostBytes)
      .openapi({ description: 'Of each file.' }),
    expires_in: z
      .int({ error: 'expires_in must be a whole number of seconds.' })
      .min(10, { error: 'expires_in is at least 10 s.' })
      .max(3_600, { error: 'expires_in is at most 3600 s: a page that stays open asks your server again.' })
      .default(900)
      .openapi({ description: 'Seconds.' }),
    origin: z
      .string()
      .max(300)
      .refine(isOrigin, {
        error: 'origin is the scheme, host and port of a page, such as https://shop.example.',
      })
      .optional()
      .openapi({ description: 'Only pages of this origin may use it.', example: 'https://shop.example' }),
  })
  .openapi('NewUploadToken');

export type NewUploadToken = z.input<typeof newUploadTokenSchema>;

export const uploadTokenSchema = z
  .object({
    id: z.string(),
    object: z.literal('upload_token'),
    kinds: z.array(z.enum(mediaKinds)),
    max_files: z.number().int(),
    max_bytes: z.number().int(),
    origin: z.string().nullable(),
    uploads_left: z.number().int().openapi({ description: 'How many more files it takes.' }),
    files: z.array(z.string()).openapi({ description: 'The ids of the files that were uploaded with it.' }),
    created_at: z.string(),
    expires_at: z.string(),
    revoked_at: z.string().nullable(),
  })
  .openapi('UploadToken');

export type UploadToken = z.infer<typeof uploadTokenSchema>;

export const createdUploadTokenSchema = uploadTokenSchema
  .extend({
    token: z.string().openapi({
      description: 'The secret, for the page. Shown this once and never again.',
      example: 'kin_upload_…',
    }),
    upload_url: z.string().openapi({ description: 'Where the page posts the files.' }),
  })
  .openapi('CreatedUploadToken');

export type CreatedUploadToken = z.infer<typeof createdUploadTokenSchema>;
