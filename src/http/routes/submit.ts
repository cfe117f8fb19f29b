import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { WantedReference } from '../../actions/snapshot-references.ts';
import { dryRun, type SubmitCommand, submitGeneration } from '../../actions/submit-generation.ts';
import { dryRunSchema, generationSchema } from '../../contract/generation.ts';
import {
  imageToVideoSchema,
  referenceToVideoSchema,
  textToVideoSchema,
} from '../../contract/generation-request.ts';
import { givenReference, type referenceSchema } from '../../contract/reference.ts';
import { storyboardOf } from '../../contract/storyboard.ts';
import type { Fault } from '../../domain/errors.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import { type EndpointName, endpointId, type ReferenceRole } from '../../domain/request.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import { presentBlock } from '../present-budget.ts';
import { presentPlan, presentSubmitted } from '../present-generation.ts';
import { invalid } from '../validation.ts';
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

type WireReference = z.infer<typeof referenceSchema>;

type CommonBody = z.infer<typeof textToVideoSchema>;

/** The endpoints that take a request for one video. */
export function submitRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    submitRoute('reference-to-video', referenceToVideoSchema, 'One video from a prompt and references'),
    async (c) => {
      const body = c.req.valid('json');
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
      return answer(c, deps, commandOf('reference-to-video', body, references), body.dry_run ?? false);
    },
  );

  app.openapi(submitRoute('text-to-video', textToVideoSchema, 'One video from a prompt alone'), (c) => {
    const body = c.req.valid('json');
    return answer(c, deps, commandOf('text-to-video', body, []), body.dry_run ?? false);
  });

  app.openapi(
    submitRoute('image-to-video', imageToVideoSchema, 'One video that begins with a picture'),
    (c) => {
      const body = c.req.valid('json');
      const faults: Fault[] = [];
      const references = want('image', 'image', [body.image], faults).map((reference) => ({
        ...reference,
        pointer: '/image',
        role: reference.role ?? ('first_frame' satisfies ReferenceRole),
      }));
      if (faults.length > 0) throw invalid(faults);
      return answer(c, deps, commandOf('image-to-video', body, references), body.dry_run ?? false);
    },
  );
}

function submitRoute<Schema extends z.ZodType>(endpoint: EndpointName, schema: Schema, summary: string) {
  return createRoute({
    method: 'post',
    path: `/v1/${endpointId(endpoint)}`,
    summary,
    security: keyNeeded,
    request: { headers: idempotencyHeaders, body: jsonBody(schema) },
    responses: {
      200: json(dryRunSchema, 'With `dry_run`: plan and price; nothing was made, kept or charged.'),
      202: json(generationSchema, 'Accepted: its credits are held and it is in line.'),
      ...refusals,
    },
  });
}

async function answer(c: Context<Env>, deps: HttpDeps, command: SubmitCommand, dry: boolean) {
  const caller = accountOf(c);
  if (dry) {
    const { plan, price, priceBook, affordable, blockedBy } = await dryRun(deps, caller, command);
    return c.json(
      {
        object: 'dry_run' as const,
        price: { credits: price.credits, usd_cents: price.usdCents, price_book: priceBook },
        plan: presentPlan(plan),
        affordable,
        blocked_by: presentBlock(blockedBy),
      },
      200,
    );
  }
  const idempotencyKey = idempotencyKeyOf(c);
  const { generation, replayed } = await submitGeneration(deps, { caller, command, idempotencyKey });
  if (replayed) c.header('Idempotent-Replayed', 'true');
  else deps.onAccepted();
  c.header('Location', deps.links.absolute(`/v1/generations/${generation.id}`));
  return c.json(presentSubmitted(generation, deps.links), 202);
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
    webhookUrl: body.webhook_url,
    engine: body.engine,
    simulate: body.simulate,
    quoteId: body.quote_id,
    maxCredits: body.max_credits,
    startWithinSeconds: body.start_within,
    expiresInSeconds: body.expires_in,
  };
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
