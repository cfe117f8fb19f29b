import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { dryRun, type SubmitCommand, submitGeneration } from '../../actions/submit-generation.ts';
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
import { json, jsonBody, keyNeeded, refusals } from './answers.ts';

/** The endpoints that take a request for one video. */
export function submitRoutes(app: OpenAPIHono<Env>, deps: HttpDeps): void {
  app.openapi(
    submitRoute('reference-to-video', referenceToVideoSchema, 'One video from a prompt and references'),
    async (c) => {
      const body = c.req.valid('json');
      return answer(c, deps, readReferenceToVideo(body), body.dry_run ?? false);
    },
  );

  app.openapi(submitRoute('text-to-video', textToVideoSchema, 'One video from a prompt alone'), (c) => {
    const body = c.req.valid('json');
    return answer(c, deps, readTextToVideo(body), body.dry_run ?? false);
  });

  app.openapi(
    submitRoute('image-to-video', imageToVideoSchema, 'One video that begins with a picture'),
    (c) => {
      const body = c.req.valid('json');
      return answer(c, deps, readImageToVideo(body), body.dry_run ?? false);
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
