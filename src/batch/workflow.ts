import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '../domain/errors.ts';
import { aspectRatios, endpointNames, referenceRoles, requestLimits } from '../domain/request.ts';
import { sourceSpecSchema } from './sources/index.ts';

/**
 * A workflow file: one video for each row of a source. YAML or JSON; unknown fields are refused.
 *
 * ```yaml
 * name: spring-catalogue        # part of every idempotency key: the same name is the same work
 * source:
 *   path: catalogue.csv         # CSV, JSON (a list of objects) or JSONL; relative to this file, as all paths here
 *   key: sku                    # the column that names a row; no two rows may share a value
 * where: { in_stock: true }     # optional: only rows that have exactly these values
 * prompt: '{{ name }} rotates slowly on a clean surface'   # Liquid; an unknown or empty variable is an error
 * title: '{{ name }}'           # optional: the name on the contact sheet; the key when absent
 * photos:
 *   column: photo_urls          # paths relative to the source file, or URLs; `a|b|c`, or a JSON list
 *   take: 4                     # optional: only the first so many
 * brand:                        # after the photos, in this order; gives way to nothing but the first photo
 *   - { path: brand/style.jpg, role: style }
 * audio: [{ path: music.m4a, role: music }]                # also: video
 * duration: 5                   # seconds
 * aspect_ratio: '16:9'
 * output: out                   # optional: the folder for videos, results and contact sheet
 * ```
 *
 * Further: `endpoint` (default reference-to-video), `seed`, `generate_audio`, `source.format`, `source.delimiter`,
 * `photos.separator` and `photos.role`; `url` in place of `path`, and `alias`, for each reference.
 */
export type Workflow = z.infer<typeof workflowSchema>;

/** A file or URL that every row shares. */
export type SharedReference = z.infer<typeof sharedReferenceSchema>;

const text = (field: string) =>
  z.string({ error: `${field} must be a text.` }).min(1, { error: `${field} must not be empty.` });

const sharedReferenceSchema = z
  .strictObject({
    path: text('path').optional(),
    url: z.url({ protocol: /^https?$/, error: 'url must be an http(s) URL.' }).optional(),
    role: z.enum(referenceRoles, { error: `role must be one of ${referenceRoles.join(', ')}.` }).optional(),
    alias: text('alias').optional(),
  })
  .refine(({ path, url }) => (path === undefined) !== (url === undefined), {
    error: 'give path or url, and not both.',
  });

const { minDurationSeconds: shortest, maxDurationSeconds: longest } = requestLimits;

const workflowSchema = z
  .strictObject({
    name: text('name').max(100, { error: 'name has at most 100 characters.' }),
    endpoint: z
      .enum(endpointNames, { error: `endpoint must be one of ${endpointNames.join(', ')}.` })
      .default('reference-to-video'),
    source: sourceSpecSchema,
    where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    prompt: text('prompt'),
    title: text('title').optional(),
    photos: z
      .strictObject({
        column: text('column'),
        separator: text('separator').default('|'),
        take: z
          .int({ error: 'take must be a whole number.' })
          .min(1, { error: 'take must be at least 1.' })
          .optional(),
        role: z
          .enum(referenceRoles, { error: `role must be one of ${referenceRoles.join(', ')}.` })
          .default('product'),
      })
      .optional(),
    brand: z.array(sharedReferenceSchema).default([]),
    video: z
      .array(sharedReferenceSchema)
      .max(requestLimits.videos, { error: `video takes at most ${requestLimits.videos}.` })
      .default([]),
    audio: z
      .array(sharedReferenceSchema)
      .max(requestLimits.audios, { error: `audio takes at most ${requestLimits.audios}.` })
      .default([]),
    duration: z
      .int({ error: 'duration must be a whole number of seconds.' })
      .min(shortest, { error: `duration must be at least ${shortest} s.` })
      .max(longest, { error: `duration must be at most ${longest} s.` }),
    aspect_ratio: z.enum(aspectRatios, { error: `aspect_ratio must be one of ${aspectRatios.join(', ')}.` }),
    seed: z.int({ error: 'seed must be a whole number.' }).min(0).max(2_147_483_647).optional(),
    generate_audio: z.boolean({ error: 'generate_audio must be true or false.' }).optional(),
    output: text('output').optional(),
  })
  .superRefine((workflow, context) => {
    const shared = workflow.brand.length + workflow.video.length + workflow.audio.length;
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (workflow.endpoint === 'text-to-video' && (workflow.photos !== undefined || shared > 0))
      refuse('endpoint', 'text-to-video takes no references: leave photos, brand, video and audio out.');
    if (workflow.endpoint === 'image-to-video' && (workflow.photos === undefined || shared > 0))
      refuse(
        'endpoint',
        'image-to-video takes the first photo and nothing else: name photos, leave the rest out.',
      );
    if (workflow.endpoint === 'reference-to-video' && workflow.photos === undefined && shared === 0)
      refuse('photos', 'reference-to-video needs at least one image or video: name photos, brand or video.');
  });

/** Throws one AppError that names the file and every field at fault. */
export function readWorkflow(source: string, file: string): Workflow {
  const document = parseDocument(source, { uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new AppError('invalid_request', `${file} is neither YAML nor JSON: ${broken.message.trim()}`, {
      hint: 'Texts that begin with {{, @ or % need quotes around them.',
    });
  const parsed = workflowSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const field = issue.path.join('.');
    if (issue.code === 'unrecognized_keys')
      return `${field === '' ? '' : `${field}: `}there is no field ${issue.keys.map((key) => `"${key}"`).join(', ')}.`;
    const missing = issue.code === 'invalid_type' && issue.input === undefined;
    return `${field === '' ? 'the file' : field}: ${missing ? `is missing. ${issue.message}` : issue.message}`;
  });
  throw new AppError('invalid_request', `${file} is not a workflow.\n  ${faults.join('\n  ')}`, {
    hint: 'examples/halden/workflow.yaml is one that works; its README explains each field.',
  });
}
