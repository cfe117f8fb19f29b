import type { RemoteEngine, StartContext } from '../../domain/engine.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import { endpointId } from '../../domain/request.ts';
import type { SafeSend } from '../../net/safe-send.ts';
import { createCalls } from '../json-api.ts';
import { typicalSeconds } from '../seedance.ts';
import { uploadAll } from '../upload-all.ts';
import { falCapabilities } from './capabilities.ts';
import { createFalKeys, readCallback } from './read-callback.ts';
import { readResult, readStatus } from './read-check.ts';
import { readStart } from './read-start.ts';
import { type Uploading, upload } from './upload.ts';
import { app, handleSchema } from './wire.ts';

export interface FalOptions {
  key: string;
  /** Serves queue, storage and keys instead of fal's own hosts. */
  origin: string | undefined;
  slots: number;
  /** Whether a callback can reach us. */
  callbacks: boolean;
  send: SafeSend['send'];
  now?: () => number;
  /** The time limits of one call, and of a start. */
  seconds?: { call: number; start: number };
  parts?: Uploading['parts'];
}

/** A start uploads its references first. */
const usualSeconds = { call: 20, start: 240 };

/** Seedance 2.0 at fal.ai, by its queue. */
export function createFalEngine(options: FalOptions): { engine: RemoteEngine; close(): Promise<void> } {
  const { key, origin, slots, callbacks, send, now = Date.now, seconds = usualSeconds, parts } = options;
  const queueUrl = origin ?? 'https://queue.fal.run';
  const restUrl = origin ?? 'https://rest.fal.ai';
  const headers = { authorization: `Key ${key}` };
  const { call, close } = createCalls();
  const keys = createFalKeys({ url: `${restUrl}/.well-known/jwks.json`, call, now });
  const requestUrl = (handle: JsonObject) =>
    `${queueUrl}/${app}/requests/${handleSchema.parse(handle).request_id}`;
  const uploading = {
    restUrl,
    headers,
    call,
    send,
    ...(parts === undefined ? {} : { parts }),
  };

  const engine: RemoteEngine = {
    kind: 'remote',
    name: 'fal',
    capabilities: falCapabilities({ callbacks }),
    slots,
    typicalSeconds,
    callSeconds: seconds.call,
    startSeconds: seconds.start,
    recovery: { idempotencyKey: false, lookUp: false, callback: callbacks },
    trustedOrigins: origin === undefined ? [] : [origin],

    async start(plan, context) {
      const { signal, callbackUrl, references } = context;
      const uploaded = await uploadAll(references, (file) => upload(file, { ...uploading, signal }));
      if (uploaded.status === 'failed') return uploaded;
      const url = new URL(`${queueUrl}/${endpointId(plan.endpoint)}`);
      if (callbackUrl !== undefined) url.searchParams.set('fal_webhook', callbackUrl);
      const body = inputOf(plan, context, uploaded.urls);
      return readStart(await call({ method: 'POST', url: url.href, body, headers, signal }));
    },

    async check(handle, { signal }) {
      const url = requestUrl(handle);
      const status = readStatus(await call({ method: 'GET', url: `${url}/status?logs=0`, headers, signal }));
      if (status.status !== 'completed') return status;
      return readResult(await call({ method: 'GET', url, headers, signal }), status.told);
    },

    handleOf: (jobId) => ({ request_id: jobId }),

    async cancel(handle, { signal }) {
      const answer = await call({ method: 'PUT', url: `${requestUrl(handle)}/cancel`, headers, signal });
      if (answer.status !== 'answered') throw new Error(`The stop could not be asked for: ${answer.message}`);
      // 400 says that it has ended already, 404 that nobody knows it: the next check tells.
      if (answer.code >= 300 && answer.code !== 400 && answer.code !== 404)
        throw new Error(`The stop was asked for, and the answer was ${answer.code}.`);
    },
  };
  if (callbacks)
    engine.readCallback = (callback, { signal }) => readCallback(callback, { keys, now: now(), signal });
  return { engine, close };
}

/** The bare model input. */
function inputOf(plan: Plan, { endUser }: StartContext, urls: readonly string[]) {
  const urlsOf = (kind: MediaKind) => urls.filter((_, index) => plan.references[index]?.kind === kind);
  const [image] = urlsOf('image');
  const lists = { image_urls: urlsOf('image'), video_urls: urlsOf('video'), audio_urls: urlsOf('audio') };
  return {
    prompt: plan.prompt,
    ...(plan.endpoint === 'image-to-video' ? { image_url: image } : {}),
    ...(plan.endpoint === 'reference-to-video'
      ? Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
      : {}),
    resolution: '720p',
    duration: String(plan.durationSeconds),
    aspect_ratio: plan.aspectRatio,
    generate_audio: plan.generateAudio,
    seed: plan.seed,
    ...(endUser === undefined ? {} : { end_user_id: endUser }),
  };
}
