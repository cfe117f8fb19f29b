import type { RemoteEngine } from '../../domain/engine.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { MediaKind } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import { createCalls } from '../json-api.ts';
import { typicalSeconds } from '../seedance.ts';
import { uploadAll } from '../upload-all.ts';
import { replicateCapabilities } from './capabilities.ts';
import { createWebhookSecret, readCallback } from './read-callback.ts';
import { readCheck } from './read-check.ts';
import { readStart } from './read-start.ts';
import { upload } from './upload.ts';
import { handleSchema } from './wire.ts';

export interface ReplicateOptions {
  key: string;
  origin: string | undefined;
  slots: number;
  /** Whether a callback can reach us. */
  callbacks: boolean;
  now?: () => number;
  /** The time limits of one call, and of a start. */
  seconds?: { call: number; start: number };
}

const model = 'bytedance/seedance-2.0';
/** A start uploads its references first. */
const usualSeconds = { call: 20, start: 240 };

/** Seedance 2.0 at Replicate, by its predictions. */
export function createReplicateEngine(options: ReplicateOptions): {
  engine: RemoteEngine;
  close(): Promise<void>;
} {
  const { key, origin, slots, callbacks, now = Date.now, seconds = usualSeconds } = options;
  const apiUrl = `${origin ?? 'https://api.replicate.com'}/v1`;
  const headers = { authorization: `Bearer ${key}` };
  const { call, close } = createCalls();
  const secret = createWebhookSecret({ url: `${apiUrl}/webhooks/default/secret`, headers, call, now });
  const predictionUrl = (handle: JsonObject) =>
    `${apiUrl}/predictions/${handleSchema.parse(handle).prediction_id}`;

  const engine: RemoteEngine = {
    kind: 'remote',
    name: 'replicate',
    capabilities: replicateCapabilities({ callbacks }),
    slots,
    typicalSeconds,
    callSeconds: seconds.call,
    startSeconds: seconds.start,
    recovery: { idempotencyKey: false, lookUp: false, callback: callbacks },
    trustedOrigins: origin === undefined ? [] : [origin],

    async start(plan, { callbackUrl, references, signal }) {
      const to = { filesUrl: `${apiUrl}/files`, headers, call, signal };
      const uploaded = await uploadAll(references, (file) => upload(file, to));
      if (uploaded.status === 'failed') return uploaded;
      const body = {
        input: inputOf(plan, uploaded.urls),
        ...(callbackUrl === undefined ? {} : { webhook: callbackUrl, webhook_events_filter: ['completed'] }),
      };
      const url = `${apiUrl}/models/${model}/predictions`;
      return readStart(await call({ method: 'POST', url, body, headers, signal }));
    },

    async check(handle, { signal }) {
      return readCheck(await call({ method: 'GET', url: predictionUrl(handle), headers, signal }));
    },

    handleOf: (jobId) => ({ prediction_id: jobId }),

    async cancel(handle, { signal }) {
      const url = `${predictionUrl(handle)}/cancel`;
      const answer = await call({ method: 'POST', url, headers, signal });
      if (answer.status !== 'answered') throw new Error(`The stop could not be asked for: ${answer.message}`);
      if (answer.code >= 300 && answer.code !== 404)
        throw new Error(`The stop was asked for, and the answer was ${answer.code}.`);
    },
  };
  if (callbacks)
    engine.readCallback = (callback, { signal }) => readCallback(callback, { secret, now: now(), signal });
  return { engine, close };
}

function inputOf(plan: Plan, urls: readonly string[]) {
  const urlsOf = (kind: MediaKind) => urls.filter((_, index) => plan.references[index]?.kind === kind);
  const [image] = urlsOf('image');
  const lists = {
    reference_images: urlsOf('image'),
    reference_videos: urlsOf('video'),
    reference_audios: urlsOf('audio'),
  };
  return {
    prompt: plan.prompt,
    ...(plan.endpoint === 'image-to-video' ? { image } : {}),
    ...(plan.endpoint === 'reference-to-video'
      ? Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
      : {}),
    duration: plan.durationSeconds,
    resolution: '720p',
    aspect_ratio: plan.aspectRatio,
    generate_audio: plan.generateAudio,
    seed: plan.seed,
  };
}
