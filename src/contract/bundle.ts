import { z } from '@hono/zod-openapi';
import { bundleLimits } from '../domain/bundle.ts';
import { mediaKinds } from '../domain/media-facts.ts';
import { referenceRoles } from '../domain/request.ts';
import { referenceObjectSchema, sourceTextSchema } from './reference.ts';
import { text } from './text.ts';

const entry = z
  .union([
    sourceTextSchema,
    referenceObjectSchema.extend({
      priority: z
        .int({ error: 'priority must be a whole number.' })
        .min(0, { error: 'priority must be at least 0.' })
        .max(9, { error: 'priority must be at most 9.' })
        .optional()
        .openapi({ description: 'Who keeps its place where not all images fit: higher first. Default 1.' }),
    }),
  ])
  .openapi('BundleReference', { example: { file_id: 'file_5j8s4k2m9q1x7v3b6n0p5r8t', role: 'style' } });

const list = (field: string, most: number) =>
  z
    .array(entry, { error: `${field} must be a list.` })
    .max(most, { error: `${field} has at most ${most}.` })
    .optional();

export const newBundleSchema = z
  .strictObject({
    images: list('images', bundleLimits.image),
    videos: list('videos', bundleLimits.video),
    audio: list('audio', bundleLimits.audio),
    description: text('description')
      .max(500, { error: 'description has at most 500 characters.' })
      .optional(),
  })
  .refine(({ images = [], videos = [], audio = [] }) => images.length + videos.length + audio.length > 0, {
    error: 'a bundle needs at least one reference: name images, videos or audio.',
  })
  .openapi('NewBundle', {
    example: { images: [{ file_id: 'file_5j8s4k2m9q1x7v3b6n0p5r8t', role: 'style' }] },
  });

export const bundleSchema = z
  .object({
    object: z.literal('bundle'),
    name: z.string(),
    version: z.number().int(),
    hash: z.string().openapi({
      description:
        'SHA-256 of the JSON, without spaces, of `[[kind, sha256, role, alias, priority], …]` in order, null for what is absent.',
    }),
    description: z.string().nullable(),
    references: z.array(
      z.object({
        kind: z.enum(mediaKinds),
        sha256: z.string(),
        file_id: z.string().nullable().openapi({ description: 'Null once the file has been deleted.' }),
        role: z.enum(referenceRoles).nullable(),
        alias: z.string().nullable(),
        priority: z.number().int().nullable(),
        source_url: z.string().nullable().openapi({ description: 'Where it was fetched from.' }),
      }),
    ),
    created_at: z.string(),
  })
  .openapi('Bundle');

export type Bundle = z.infer<typeof bundleSchema>;

export const bundlePageSchema = z
  .object({ object: z.literal('list'), data: z.array(bundleSchema), next_cursor: z.string().nullable() })
  .openapi('BundlePage');

export type BundlePage = z.infer<typeof bundlePageSchema>;

export const stabilitySchema = z
  .object({
    object: z.literal('bundle_stability'),
    name: z.string(),
    version: z.number().int(),
    outputs: z.number().int().openapi({
      description: 'Finished videos that were made with every image of the bundle, newest first, at most 24.',
    }),
    mean_distance: z.number().nullable().openapi({
      description:
        'Mean distance between the palettes of every two posters, in hundredths of Oklab: below 3 is hard to see, above 10 another look. Null below two outputs.',
    }),
    furthest: z
      .object({ generation_id: z.string(), distance: z.number() })
      .nullable()
      .openapi({ description: 'The one that is least like the others.' }),
  })
  .openapi('BundleStability');

export type BundleStability = z.infer<typeof stabilitySchema>;
