import type { Generation } from '../contract/generation.ts';
import { GenerationFailedError } from './error.ts';
import {
  type EndpointName,
  type FinishedGeneration,
  type GenerationHandle,
  openHandle,
  readHandle,
  type SavedHandle,
} from './generation-handle.ts';
import type { DryRun, Generations, RequestBodies, SubmitOptions } from './generations.ts';
import { given } from './given.ts';
import type { WaitOptions } from './wait.ts';

type Options = { signal?: AbortSignal };

/** One endpoint of the Reference API. */
export interface Endpoint<Body> {
  /** Asks for one video and returns at once. Retried with one idempotency key, so that a lost answer never makes two. */
  submit(body: Body, options?: SubmitOptions): Promise<Generation>;
  /** Checks, plans and prices; makes and charges nothing. */
  dryRun(body: Body, options?: Options): Promise<DryRun>;
  /** How it is now. */
  status(id: string, options?: Options): Promise<Generation>;
  /** Waits for the video. Throws GenerationFailedError if none came of it. */
  result(id: string, options?: WaitOptions): Promise<FinishedGeneration>;
  cancel(id: string, options?: Options): Promise<Generation>;
  /** `submit`, then `result`. What it throws after the submit carries the `generationId`. */
  subscribe(body: Body, options?: SubscribeOptions): Promise<FinishedGeneration>;
  /** A request that can be saved before it is sent; nothing is called. */
  prepare(body: Body, options?: { idempotencyKey?: string }): GenerationHandle;
}

export interface SubscribeOptions extends WaitOptions, Pick<SubmitOptions, 'idempotencyKey'> {
  /** Called once it is accepted: the moment to write its id down. What it returns is awaited. */
  onSubmitted?: (generation: Generation) => void | Promise<void>;
}

export interface EndpointCalls {
  referenceToVideo: Endpoint<RequestBodies['reference-to-video']>;
  textToVideo: Endpoint<RequestBodies['text-to-video']>;
  imageToVideo: Endpoint<RequestBodies['image-to-video']>;
  /** The handle that was saved as JSON, in this process or in another. */
  resume(saved: SavedHandle | string): GenerationHandle;
}

const isFinished = (generation: Generation): generation is FinishedGeneration =>
  generation.status === 'complete' && generation.output !== null;

export function endpointCalls(generations: Generations, now: () => number): EndpointCalls {
  const result = async (id: string, options?: WaitOptions): Promise<FinishedGeneration> => {
    const generation = await generations.wait(id, options);
    if (!isFinished(generation)) throw new GenerationFailedError(generation);
    return generation;
  };
  const calls = { ...generations, result, now };

  const endpoint = <Name extends EndpointName>(name: Name): Endpoint<RequestBodies[Name]> => ({
    submit: (body, options) => generations.submit(name, body, options),
    dryRun: (body, options) => generations.dryRun(name, body, options),
    status: generations.get,
    result,
    cancel: generations.cancel,
    async subscribe(body, { idempotencyKey, onSubmitted, ...options } = {}) {
      const once = given({ idempotencyKey, signal: options.signal });
      const submitted = await generations.submit(name, body, once);
      await onSubmitted?.(submitted);
      return result(submitted.id, options);
    },
    prepare: (body, { idempotencyKey = crypto.randomUUID() } = {}) =>
      openHandle(calls, {
        kinora_handle: 1,
        endpoint: name,
        idempotency_key: idempotencyKey,
        created_at: new Date(now()).toISOString(),
        body,
      }),
  });

  return {
    referenceToVideo: endpoint('reference-to-video'),
    textToVideo: endpoint('text-to-video'),
    imageToVideo: endpoint('image-to-video'),
    resume: (saved) => openHandle(calls, readHandle(saved)),
  };
}
