import { z } from 'zod';
import { templateFieldsSchema } from '../contract/template-field.ts';
import { AppError } from '../domain/errors.ts';
import { aspectRatios, endpointNames, requestLimits } from '../domain/request.ts';
import { credits } from './credits-field.ts';
import { sinkSpecSchema } from './sinks/index.ts';
import { sourceSpecSchema } from './sources/index.ts';
import { setting, text } from './spec-fields.ts';
import { fieldNamesAt } from './workflow/field-names.ts';
import { matrixSchema } from './workflow/matrix.ts';
import { versionOrFile } from './workflow/named-version.ts';
import { readYaml } from './workflow/read-yaml.ts';
import { sayFaults } from './workflow/say-faults.ts';
import { scheduleSchema } from './workflow/schedule.ts';
import { roleSchema, sharedReferenceSchema } from './workflow/shared-reference.ts';

/**
 * A workflow file: one video for each row of a source. YAML or JSON; unknown fields are refused. docs/workflows.md
 * explains each field, docs/workflow.schema.json serves editors; `node scripts/write-schemas.ts` renews that.
 *
 * ```yaml
 * name: spring-catalogue        # the same name is the same work: what it has made is not made again
 * source:
 *   path: catalogue.csv         # relative to this file, as all paths here
 *   key: sku                    # the column that names a row; no two rows may share a value
 * where: { in_stock: true }     # only rows that have exactly these values
 * fields:                       # typed, and checked before the template sees them
 *   name: { type: text, max: 80 }
 * prompt: '{{ name }} rotates slowly on a clean surface'   # Liquid; an unknown or empty variable is an error
 * photos: { column: photo_urls, take: 4 }                  # paths relative to the source file, or URLs
 * brand:                        # after the photos, in this order
 *   - { path: brand/style.jpg, role: style }
 * duration: 5                   # seconds
 * aspect_ratio: '16:9'
 * ```
 */
export type Workflow = z.infer<typeof workflowSchema>;

const { minDurationSeconds: shortest, maxDurationSeconds: longest } = requestLimits;

const shared = (field: string, most: number) =>
  z
    .array(sharedReferenceSchema)
    .max(most, { error: `${field} takes at most ${most}.` })
    .default([]);

export const workflowSchema = z
  .strictObject({
    name: text('name')
      .max(100, { error: 'name has at most 100 characters.' })
      .describe('The same name is the same work: what it has made is not made again.'),
    endpoint: z
      .enum(endpointNames, { error: `endpoint must be one of ${endpointNames.join(', ')}.` })
      .default('reference-to-video'),
    source: sourceSpecSchema
      .optional()
      .describe('Where the rows come from; only a matrix can do without, and is then made once.'),
    where: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .describe('Only rows that have exactly these values, by column.'),
    fields: templateFieldsSchema
      .optional()
      .describe('What the template takes from a row, by name; a row that lacks one is at fault.'),
    prompt: text('prompt').optional().describe('A Liquid template; every column and field is a variable.'),
    template: versionOrFile('template', 'prompt.liquid')
      .optional()
      .describe('In place of prompt: a template of the server, or a file.'),
    title: text('title')
      .optional()
      .describe('The name on the contact sheet, as a template; default the key.'),
    photos: z
      .strictObject({
        column: text('column').describe(
          'Paths relative to the source file, or URLs; `a|b|c` or a JSON list.',
        ),
        separator: text('separator').default('|'),
        folder: text('folder')
          .optional()
          .describe(
            'Where paths begin, and below which they stay; needed for paths in rows that come from another machine.',
          ),
        take: z
          .int({ error: 'take must be a whole number.' })
          .min(1, { error: 'take must be at least 1.' })
          .optional()
          .describe('Only the first so many.'),
        role: roleSchema.default('product'),
      })
      .optional()
      .describe('The pictures of each row.'),
    brand: z
      .array(sharedReferenceSchema)
      .default([])
      .describe('Images that every row shares, after its photos, in this order.'),
    bundle: versionOrFile('bundle', 'brand.bundle.yaml')
      .optional()
      .describe('In place of brand, video and audio: a bundle of the server, or a file.'),
    video: shared('video', requestLimits.videos).describe('Clips that every row shares.'),
    audio: shared('audio', requestLimits.audios).describe('Sound that every row shares.'),
    references: z
      .strictObject({
        freshness: z
          .enum(['cached', 'check', 'bytes'], { error: 'freshness must be cached, check or bytes.' })
          .default('cached')
          .describe(
            'What is known of a URL that kinora.lock names: believed (cached), asked for changes (check), or read again (bytes).',
          ),
      })
      .default({ freshness: 'cached' }),
    duration: z
      .int({ error: 'duration must be a whole number of seconds.' })
      .min(shortest, { error: `duration must be at least ${shortest} s.` })
      .max(longest, { error: `duration must be at most ${longest} s.` })
      .describe('Seconds.'),
    aspect_ratio: z.enum(aspectRatios, { error: `aspect_ratio must be one of ${aspectRatios.join(', ')}.` }),
    seed: z.int({ error: 'seed must be a whole number.' }).min(0).max(2_147_483_647).optional(),
    generate_audio: z.boolean({ error: 'generate_audio must be true or false.' }).optional(),
    engine: text('engine').optional().describe('Who makes the videos; default as the route says.'),
    caps: z
      .strictObject({
        credits: credits('credits').describe('In all.'),
        per_day: credits('per_day').describe("A day, in the account's time zone."),
        per_month: credits('per_month').describe("A month, in the account's time zone."),
      })
      .optional()
      .describe('Credits that the workflow may spend; rows wait where a cap is reached.'),
    review: setting('review').describe(
      'Whether a video is live only once it has been approved; left as it is where absent.',
    ),
    publish: setting('publish').describe(
      'Whether live videos have a public address that stays the same; left as it is where absent.',
    ),
    schedule: scheduleSchema
      .optional()
      .describe('When a server runs it by itself, from `kinora workflows push` on.'),
    matrix: matrixSchema.optional().describe('Variants: axes and their values.'),
    sink: z
      .union([z.array(sinkSpecSchema), sinkSpecSchema.transform((sink) => [sink])])
      .default([])
      .describe('Where results go: one sink or several.'),
    output: z
      .union([text('output'), z.literal(false)], {
        error: 'output must be a folder, or false for none.',
      })
      .optional()
      .describe('The folder for videos, results and contact sheet; false: none.'),
  })
  .superRefine((workflow, context) => {
    const { endpoint, photos, bundle, brand, video, audio, prompt, template, fields } = workflow;
    if (workflow.source === undefined && workflow.matrix === undefined)
      context.addIssue({
        code: 'custom',
        path: ['source'],
        message: 'is missing. Say where the rows come from.',
      });
    const own = brand.length + video.length + audio.length;
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (prompt === undefined && template === undefined)
      refuse('prompt', 'is missing. Write one, or name a template.');
    if (prompt !== undefined && template !== undefined)
      refuse('template', 'give prompt or template, and not both.');
    if (fields !== undefined && template !== undefined && !('file' in template))
      refuse('fields', `the template ${template.name} has its own: leave fields out.`);
    if (bundle !== undefined && own > 0)
      refuse('bundle', 'a bundle stands in place of brand, video and audio: give one or the other.');
    const shared = own + (bundle === undefined ? 0 : 1);
    if (endpoint === 'text-to-video' && (photos !== undefined || shared > 0))
      refuse('endpoint', 'text-to-video takes no references: leave photos, brand, video and audio out.');
    if (endpoint === 'image-to-video' && (photos === undefined || shared > 0))
      refuse(
        'endpoint',
        'image-to-video takes the first photo and nothing else: name photos, leave the rest out.',
      );
    if (endpoint === 'reference-to-video' && photos === undefined && shared === 0)
      refuse('photos', 'reference-to-video needs at least one image or video: name photos, brand or video.');
  });

/** Throws one AppError that names the file and, with its line, every field at fault. */
export function readWorkflow(source: string, file: string): Workflow {
  const read = readYaml(source, file);
  const parsed = workflowSchema.safeParse(read.value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = sayFaults(parsed.error, read, (path) => fieldNamesAt(workflowSchema, path));
  throw new AppError('invalid_request', `${file} is not a workflow.\n  ${faults.join('\n  ')}`, {
    hint: 'docs/workflows.md explains each field; examples/halden/workflow.yaml is one that works.',
  });
}
