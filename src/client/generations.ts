import type { z } from '@hono/zod-openapi';
import type { AttemptList } from '../contract/attempt.ts';
import type { dryRunSchema, Generation, GenerationPage } from '../contract/generation.ts';
import type {
  generationQuerySchema,
  imageToVideoSchema,
  referenceToVideoSchema,
  textToVideoSchema,
} from '../contract/generation-request.ts';
import type { CanceledMany, CancelMany, GenerationChange, Wait } from '../contract/scheduling.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';
import { type WaitOptions, waitForGeneration } from './wait.ts';

export interface RequestBodies {
  'reference-to-video': z.input<typeof referenceToVideoSchema>;
  'text-to-video': z.input<typeof textToVideoSchema>;
  'image-to-video': z.input<typeof imageToVideoSchema>;
}

export type DryRun = z.infer<typeof dryRunSchema>;

export type GenerationQuery = Partial<z.input<typeof generationQuerySchema>>;

export interface SubmitOptions {
  /** What makes two submits the same one. Absent: a fresh one, so that only this call's own retries count as repeats. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export interface Generations {
  /** Asks for one video. Retried with one idempotency key, so that a lost answer never makes two. */
  submit<Endpoint extends keyof RequestBodies>(
    endpoint: Endpoint,
    body: RequestBodies[Endpoint],
    options?: SubmitOptions,
  ): Promise<Generation>;
  /** Checks, plans and prices; makes and charges nothing. */
  dryRun<Endpoint extends keyof RequestBodies>(
    endpoint: Endpoint,
    body: RequestBodies[Endpoint],
    options?: { signal?: AbortSignal },
  ): Promise<DryRun>;
  get(id: string, options?: { signal?: AbortSignal }): Promise<Generation>;
  /** Newest first. */
  list(query?: GenerationQuery, options?: { signal?: AbortSignal }): Paged<GenerationPage>;
  cancel(id: string, options?: { signal?: AbortSignal }): Promise<Generation>;
  /** Takes away the files of one that has ended; its receipt stays. */
  delete(id: string, options?: { signal?: AbortSignal }): Promise<void>;
  /** Buys the video that arrived after it had ended; once, however often it is called. */
  adopt(id: string, options?: { signal?: AbortSignal }): Promise<Generation>;
  /** Moves one that waits up or down. */
  change(id: string, body: GenerationChange, options?: { signal?: AbortSignal }): Promise<Generation>;
  /** Why it is not moving, where it stands, and what would help. */
  explain(id: string, options?: { signal?: AbortSignal }): Promise<Wait>;
  /** Every submission of it to an engine, first to last. */
  attempts(id: string, options?: { signal?: AbortSignal }): Promise<AttemptList['data']>;
  /** Cancels exactly what a filter matches; with `dry_run` it only counts. */
  cancelMany(filter: CancelMany, options?: { signal?: AbortSignal }): Promise<CanceledMany>;
  /** Resolves once it is complete or failed: look at `status`. */
  wait(id: string, options?: WaitOptions): Promise<Generation>;
}

export function generationCalls(transport: Transport): Generations {
  const route = routesOf(transport);
  const dryRun = route<(endpoint: string, body: object, options?: SubmitOptions) => Promise<DryRun>>(
    'POST /v1/bytedance/seedance-2.0/{} body again slow',
  );
  return {
    submit: route('POST /v1/bytedance/seedance-2.0/{} body once slow'),
    dryRun: (endpoint, body, options) => dryRun(endpoint, { ...body, dry_run: true }, options),
    get: route('GET /v1/generations/{}'),
    list: route('GET /v1/generations pages'),
    cancel: route('POST /v1/generations/{}/cancel again'),
    delete: route('DELETE /v1/generations/{}'),
    adopt: route('POST /v1/generations/{}/adopt again'),
    change: route('PATCH /v1/generations/{} body'),
    explain: route('GET /v1/generations/{}/wait'),
    attempts: route('GET /v1/generations/{}/attempts data'),
    cancelMany: route('POST /v1/generations/cancel body again'),
    wait: (id, options = {}) => waitForGeneration(transport, id, options),
  };
}
