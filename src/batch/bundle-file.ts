import { z } from 'zod';
import { bundleLimits } from '../domain/bundle.ts';
import { AppError } from '../domain/errors.ts';
import { resourceNamePattern } from '../domain/template-field.ts';
import { fieldNamesAt } from './workflow/field-names.ts';
import { readYaml } from './workflow/read-yaml.ts';
import { sayFaults } from './workflow/say-faults.ts';
import { sharedReferenceSchema } from './workflow/shared-reference.ts';

const list = (field: string, most: number) =>
  z
    .array(sharedReferenceSchema)
    .max(most, { error: `${field} has at most ${most}.` })
    .default([]);

const bundleFileSchema = z
  .strictObject({
    name: z
      .string({ error: 'name must be a text.' })
      .regex(resourceNamePattern, { error: 'name has at most 80 letters, digits, ".", "_" and "-".' }),
    description: z.string({ error: 'description must be a text.' }).max(500).optional(),
    images: list('images', bundleLimits.image),
    videos: list('videos', bundleLimits.video),
    audio: list('audio', bundleLimits.audio),
  })
  .refine(({ images, videos, audio }) => images.length + videos.length + audio.length > 0, {
    error: 'names no reference: list images, videos or audio.',
  });

/** A bundle as a file holds it; paths are relative to that. */
export type BundleFile = z.infer<typeof bundleFileSchema>;

/** Throws an AppError that names the file and, with its line, every field at fault. */
export function readBundleFile(source: string, file: string): BundleFile {
  const read = readYaml(source, file);
  const parsed = bundleFileSchema.safeParse(read.value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = sayFaults(parsed.error, read, (path) => fieldNamesAt(bundleFileSchema, path));
  throw new AppError('invalid_request', `${file} is not a bundle.\n  ${faults.join('\n  ')}`, {
    hint: 'docs/bundles.md shows one.',
  });
}
