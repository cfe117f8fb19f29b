import type { Generation, GenerationEvent } from '../contract/generation.ts';
import { isFinal } from '../domain/generation.ts';
import { KinoraError } from './error.ts';
import { readEvents } from './server-sent-events.ts';
import type { Transport } from './transport.ts';

export interface WaitOptions {
  onProgress?: ((event: GenerationEvent) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** The server says something at least every 10 s. */
const silenceMs = 35_000;
const pollMs = 1_000;

/**
 * Resolves with the generation once it has ended, whichever way. Follows its event stream and, whenever that breaks,
 * asks again; survives a restart of the server. An error it throws carries the id, for another wait.
 */
export async function waitForGeneration(
  transport: Transport,
  id: string,
  { onProgress, signal }: WaitOptions,
): Promise<Generation> {
  const path = `/v1/generations/${encodeURIComponent(id)}`;
  try {
    for (;;) {
      const generation = await transport.call<Generation>({ method: 'GET', path, signal });
      onProgress?.(generation);
      if (isFinal(generation.status)) return generation;
      if (await follow(transport, { path, onProgress, signal })) continue;
      await transport.policy.sleep(pollMs, signal);
    }
  } catch (error) {
    if (error instanceof KinoraError) error.generationId = id;
    throw error;
  }
}

/** Whether the stream came to the end of the generation; false if it broke before that. */
async function follow(
  transport: Transport,
  { path, onProgress, signal }: WaitOptions & { path: string },
): Promise<boolean> {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onSign = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), silenceMs);
  };
  try {
    onSign();
    const either = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
    const response = await transport.open(`${path}/events`, { accept: 'text/event-stream', signal: either });
    if (response.body === null) return false;
    for await (const data of readEvents(response.body, onSign)) {
      const event = JSON.parse(data) as GenerationEvent;
      if (isFinal(event.status)) return true;
      onProgress?.(event);
    }
    return false;
  } catch {
    // Whatever broke the stream: the next read of the generation either works or says what is wrong.
    signal?.throwIfAborted();
    return false;
  } finally {
    clearTimeout(timer);
  }
}
