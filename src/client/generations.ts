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
import { listPaged, type Paged } from './paged.ts';
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

/** References may be fetched while the submit waits, 30 s for all of them. */
const submitTimeoutMs = 90_000;

export function generationCalls(transport: Transport): Generations {
  const at = (id: string) => `/v1/generations/${encodeURIComponent(id)}`;
  const endpointPath = (endpoint: string) => `/v1/bytedance/seedance-2.0/${endpoint}`;
  return {
    submit: (endpoint, body, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
      transport.call({
        method: 'POST',
        path: endpointPath(endpoint),
        json: body,
        idempotencyKey,
        timeoutMs: submitTimeoutMs,
        signal,
      }),
    dryRun: (endpoint, body, { signal } = {}) =>
      transport.call({
        method: 'POST',
        path: endpointPath(endpoint),
        json: { ...body, dry_run: true },
        repeatable: true,
        timeoutMs: submitTimeoutMs,
        signal,
      }),
    get: (id, { signal } = {}) => transport.call({ method: 'GET', path: at(id), signal }),
    list: (query = {}, options) => listPaged(transport, '/v1/generations', query, options),
    cancel: (id, { signal } = {}) =>
      transport.call({ method: 'POST', path: `${at(id)}/cancel`, repeatable: true, signal }),
    delete: (id, { signal } = {}) => transport.call({ method: 'DELETE', path: at(id), signal }),
    adopt: (id, { signal } = {}) =>
      transport.call({ method: 'POST', path: `${at(id)}/adopt`, repeatable: true, signal }),
    change: (id, json, { signal } = {}) => transport.call({ method: 'PATCH', path: at(id), json, signal }),
    explain: (id, { signal } = {}) => transport.call({ method: 'GET', path: `${at(id)}/wait`, signal }),
    attempts: async (id, { signal } = {}) =>
      (await transport.call<AttemptList>({ method: 'GET', path: `${at(id)}/attempts`, signal })).data,
    cancelMany: (json, { signal } = {}) =>
      transport.call({ method: 'POST', path: '/v1/generations/cancel', json, repeatable: true, signal }),
    wait: (id, options = {}) => waitForGeneration(transport, id, options),
  };
}
