import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { dryRun } from '../../actions/dry-run.ts';
import type { SubmitCommand } from '../../actions/submit-command.ts';
import { submitGeneration } from '../../actions/submit-generation.ts';
import { dryRunSchema, generationSchema } from '../../contract/generation.ts';
import {
  imageToVideoSchema,
  referenceToVideoSchema,
  textToVideoSchema,
} from '../../contract/generation-request.ts';
import { type EndpointName, endpointId } from '../../domain/request.ts';
import { accountOf } from '../auth.ts';
import type { Env, HttpDeps } from '../env.ts';
import { idempotencyHeaders, idempotencyKeyOf } from '../idempotency-key.ts';
import { presentBlock } from '../present-budget.ts';
import { presentPlan, presentSubmitted } from '../present-generation.ts';
import { readImageToVideo, readReferenceToVideo, readTextToVideo } from '../read-request.ts';
import { json, jsonBody, keyNeeded, mayLackCredits, refusals } from './answers.ts';

/** The endpoints that take a request for one video. */
export function submitRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    submitRoute('reference-to-video', referenceToVideoSchema, {
      summary: 'One video from a prompt and references',
      operationId: 'referenceToVideo',
      about:
        'The one endpoint of multi-modal work: up to 9 images, 3 videos and 3 audio clips become one video. Needs an image or a video. The prompt names references `@Image1`, `@Video1`, `@Audio1`, or by their alias.',
    }),
    async (c) => {
      const body = c.req.valid('json');
      return answer(c, deps, readReferenceToVideo(body), body.dry_run ?? false);
    },
  );

  app.openapi(
    submitRoute('text-to-video', textToVideoSchema, {
      summary: 'One video from a prompt alone',
      operationId: 'textToVideo',
      about: 'For work without references.',
    }),
    (c) => {
      const body = c.req.valid('json');
      return answer(c, deps, readTextToVideo(body), body.dry_run ?? false);
    },
  );

  app.openapi(
    submitRoute('image-to-video', imageToVideoSchema, {
      summary: 'One video that begins with a picture',
      operationId: 'imageToVideo',
      about: 'The video begins with `image`; the prompt says what happens then.',
    }),
    (c) => {
      const body = c.req.valid('json');
      return answer(c, deps, readImageToVideo(body), body.dry_run ?? false);
    },
  );
}

function submitRoute<Schema extends z.ZodType>(
  endpoint: EndpointName,
  schema: Schema,
  { summary, operationId, about }: { summary: string; operationId: string; about: string },
) {
  return createRoute({
    method: 'post',
    path: `/v1/${endpointId(endpoint)}`,
    summary,
    operationId,
    tags: ['Videos'],
    description: `${about} References are fetched and checked, then credits are held, and the answer is 202 with a generation that you poll; nothing is charged unless a finished video is there. Send an \`Idempotency-Key\`, so that repeating the call never makes two.`,
    security: keyNeeded,
    request: { headers: idempotencyHeaders, body: jsonBody(schema) },
    responses: {
      200: json(dryRunSchema, 'With `dry_run`: plan and price; nothing was made, kept or charged.'),
      202: json(generationSchema, 'Accepted: its credits are held and it is in line.'),
      ...mayLackCredits,
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
