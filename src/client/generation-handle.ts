import type { Generation } from '../contract/generation.ts';
import { KinoraError } from './error.ts';
import type { RequestBodies } from './generations.ts';
import { given } from './given.ts';
import { parseJson } from './parse-json.ts';
import type { WaitOptions } from './wait.ts';

export type EndpointName = keyof RequestBodies;

/** What a handle is as JSON. It holds no key; the request only until its generation is known. */
export interface SavedHandle {
  kinora_handle: 1;
  endpoint: EndpointName;
  idempotency_key: string;
  created_at: string;
  generation_id?: string;
  body?: RequestBodies[EndpointName];
}

/**
 * One video that is asked for once, whatever happens to this process: save it (`JSON.stringify(handle)`) before
 * `submit`, and again after it; `client.resume(saved)` goes on from either.
 */
export interface GenerationHandle {
  readonly endpoint: EndpointName;
  readonly idempotencyKey: string;
  /** Undefined until the server's answer to `submit` is here. */
  readonly generationId: string | undefined;
  /** Asks for the video, unless that was done: called twice, or in two processes, it is still one generation. */
  submit(options?: { signal?: AbortSignal }): Promise<Generation>;
  /** How it is now; submits it if that was not done. */
  status(options?: { signal?: AbortSignal }): Promise<Generation>;
  /** Submits if that was not done, and waits. Throws GenerationFailedError if no video came of it. */
  result(options?: WaitOptions): Promise<FinishedGeneration>;
  /** Needs `generationId`. */
  cancel(options?: { signal?: AbortSignal }): Promise<Generation>;
  toJSON(): SavedHandle;
}

/** A generation that has its video. */
export type FinishedGeneration = Generation & { output: NonNullable<Generation['output']> };

/** What a handle needs of the client. */
export interface HandleCalls {
  submit(
    endpoint: EndpointName,
    body: RequestBodies[EndpointName],
    options: { idempotencyKey: string; signal?: AbortSignal },
  ): Promise<Generation>;
  get(id: string, options?: { signal?: AbortSignal }): Promise<Generation>;
  cancel(id: string, options?: { signal?: AbortSignal }): Promise<Generation>;
  result(id: string, options?: WaitOptions): Promise<FinishedGeneration>;
  now(): number;
}

/** The server keeps idempotency keys for 30 days; later the same call would make a second video. */
const keptMs = 29 * 86_400_000;

export function openHandle(calls: HandleCalls, saved: SavedHandle): GenerationHandle {
  const { endpoint, idempotency_key: idempotencyKey, created_at: createdAt, body } = saved;
  let generationId = saved.generation_id;
  const submit: GenerationHandle['submit'] = async (options) => {
    if (generationId !== undefined) return calls.get(generationId, options);
    if (calls.now() - Date.parse(createdAt) > keptMs)
      throw new KinoraError('handle_expired', `The handle of ${createdAt} was never seen to be answered.`, {
        hint: 'The server has forgotten its key: sent again, it might make a second video. Look for the first one with generations.list().',
      });
    if (body === undefined) throw notAHandle('it holds neither a request nor a generation');
    const generation = await calls.submit(endpoint, body, { idempotencyKey, ...options });
    generationId = generation.id;
    return generation;
  };
  return {
    endpoint,
    idempotencyKey,
    get generationId() {
      return generationId;
    },
    submit,
    status: submit,
    async result(options = {}) {
      const id = generationId ?? (await submit(given({ signal: options.signal }))).id;
      return calls.result(id, options);
    },
    async cancel(options) {
      if (generationId === undefined)
        throw new KinoraError('invalid_state', 'It is not known whether this was submitted.', {
          hint: 'Call submit() first: it tells the generation that was made, or makes it.',
        });
      return calls.cancel(generationId, options);
    },
    toJSON: () => ({
      kinora_handle: 1,
      endpoint,
      idempotency_key: idempotencyKey,
      created_at: createdAt,
      ...given(generationId === undefined ? { body } : { generation_id: generationId }),
    }),
  };
}

/** Reads what `JSON.stringify(handle)` wrote, as text or parsed. */
export function readHandle(saved: unknown): SavedHandle {
  const value = (typeof saved === 'string' ? parseJson(saved) : saved) as
    | Partial<SavedHandle>
    | null
    | undefined;
  if (value === undefined) throw notAHandle('it is not JSON');
  const { kinora_handle: version, endpoint, idempotency_key: key, created_at: createdAt } = value ?? {};
  if (version !== 1) throw notAHandle(`its kinora_handle is ${String(version)}, not 1`);
  if (typeof endpoint !== 'string' || typeof key !== 'string' || Number.isNaN(Date.parse(String(createdAt))))
    throw notAHandle('endpoint, idempotency_key or created_at is missing');
  return value as SavedHandle;
}

const notAHandle = (why: string) =>
  new KinoraError('invalid_request', `This is not a saved handle: ${why}.`, {
    hint: 'Save JSON.stringify(handle) and give that, whole, to client.resume().',
  });
