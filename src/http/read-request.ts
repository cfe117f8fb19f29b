import type { z } from '@hono/zod-openapi';
import type { WantedReference } from '../actions/snapshot-references.ts';
import type { SubmitCommand } from '../actions/submit-command.ts';
import {
  imageToVideoSchema,
  referenceToVideoSchema,
  textToVideoSchema,
} from '../contract/generation-request.ts';
import { givenReference, type referenceSchema } from '../contract/reference.ts';
import { storyboardOf } from '../contract/storyboard.ts';
import type { Fault } from '../domain/errors.ts';
import type { JsonObject } from '../domain/json.ts';
import type { MediaKind } from '../domain/media-facts.ts';
import { type EndpointName, endpointId, endpointNames, type ReferenceRole } from '../domain/request.ts';
import { invalid, refuseInvalid } from './validation.ts';

type WireReference = z.infer<typeof referenceSchema>;

type CommonBody = z.infer<typeof textToVideoSchema>;

/** What a parsed body of reference-to-video asks for. Throws an AppError that names every fault between its fields. */
export function readReferenceToVideo(body: z.infer<typeof referenceToVideoSchema>): SubmitCommand {
  const faults: Fault[] = [];
  const references = [
    ...want('image', 'reference_images', body.reference_images, faults),
    ...want('video', 'reference_videos', body.reference_videos, faults),
    ...want('audio', 'reference_audio', body.reference_audio, faults),
    ...want('audio', 'reference_audios', body.reference_audios, faults),
  ];
  if (body.reference_audio !== undefined && body.reference_audios !== undefined)
    faults.push(fault('/reference_audios', 'Give reference_audio or reference_audios, not both.'));
  refuseDuplicateAliases(references, faults);
  if ((body.reference_images ?? []).length + (body.reference_videos ?? []).length === 0)
    faults.push({
      pointer: '',
      code: 'reference_required',
      message: `This endpoint needs at least one image or video. For text alone use ${endpointId('text-to-video')}, for one picture ${endpointId('image-to-video')}.`,
    });
  if (faults.length > 0) throw invalid(faults);
  return commandOf('reference-to-video', body, references);
}

export const readTextToVideo = (body: CommonBody): SubmitCommand => commandOf('text-to-video', body, []);

/** What a parsed body of image-to-video asks for; throws as `readReferenceToVideo`. */
export function readImageToVideo(body: z.infer<typeof imageToVideoSchema>): SubmitCommand {
  const faults: Fault[] = [];
  const references = want('image', 'image', [body.image], faults).map((reference) => ({
    ...reference,
    pointer: '/image',
    role: reference.role ?? ('first_frame' satisfies ReferenceRole),
  }));
  if (faults.length > 0) throw invalid(faults);
  return commandOf('image-to-video', body, references);
}

/** The same for a row that was kept: it was valid when it came, and is read by the rules of today. */
export function readKeptRequest({ endpoint = 'reference-to-video', ...body }: JsonObject): SubmitCommand {
  const known = endpointNames.find((name) => name === endpoint);
  if (known !== undefined) return readRequest(known, body);
  throw invalid([fault('/endpoint', `endpoint must be one of ${endpointNames.join(', ')}.`)]);
}

/** What a body asks of an endpoint. Throws an AppError that names every fault of its shape, or between its fields. */
export function readRequest(endpoint: EndpointName, body: unknown): SubmitCommand {
  switch (endpoint) {
    case 'reference-to-video':
      return readReferenceToVideo(parsed(referenceToVideoSchema, body));
    case 'text-to-video':
      return readTextToVideo(parsed(textToVideoSchema, body));
    case 'image-to-video':
      return readImageToVideo(parsed(imageToVideoSchema, body));
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const read = schema.safeParse(body);
  refuseInvalid({ ...read, target: 'json' });
  if (!read.success) throw new Error('a refusal was not thrown');
  return read.data;
}

function commandOf(endpoint: EndpointName, body: CommonBody, references: WantedReference[]): SubmitCommand {
  return {
    endpoint,
    prompt: body.prompt,
    references,
    durationSeconds: body.duration,
    aspectRatio: body.aspect_ratio,
    seed: body.seed,
    generateAudio: body.generate_audio ?? true,
    storyboard: body.storyboard === undefined ? undefined : storyboardOf(body.storyboard),
    workflow: body.workflow,
    batchId: body.batch_id,
    tags: body.tags ?? [],
    endUserId: body.end_user_id,
    priority: body.priority ?? 0,
    metadata: body.metadata ?? {},
    webhook: webhookOf(body),
    engine: body.engine,
    simulate: body.simulate,
    quoteId: body.quote_id,
    maxCredits: body.max_credits,
    startWithinSeconds: body.start_within,
    expiresInSeconds: body.expires_in,
  };
}

function webhookOf({ webhook_url: url, webhook_events: events }: CommonBody): SubmitCommand['webhook'] {
  if (url !== undefined) return { url, form: 'standard', events };
  if (events === undefined) return undefined;
  throw invalid([fault('/webhook_events', 'webhook_events needs a webhook_url to send them to.')]);
}

function want(
  kind: MediaKind,
  field: string,
  wires: readonly WireReference[] | undefined,
  faults: Fault[],
): WantedReference[] {
  return (wires ?? []).flatMap((wire, index) => {
    const pointer = `/${field}/${index}`;
    const given = givenReference(wire);
    if (given !== undefined) return [{ kind, pointer, ...given }];
    faults.push(fault(pointer, 'A reference object names either url or file_id, and not both.'));
    return [];
  });
}

function refuseDuplicateAliases(references: readonly WantedReference[], faults: Fault[]): void {
  const seen = new Set<string>();
  for (const { alias, pointer } of references) {
    if (alias === undefined) continue;
    const name = alias.toLowerCase();
    if (seen.has(name)) faults.push(fault(`${pointer}/alias`, `The alias "${alias}" is given twice.`));
    seen.add(name);
  }
}

const fault = (pointer: string, message: string): Fault => ({ pointer, code: 'invalid_request', message });
