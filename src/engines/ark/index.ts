import type { ArkSite } from '../../config/hosted-engines.ts';
import type { RemoteEngine } from '../../domain/engine.ts';
import type { JsonObject } from '../../domain/json.ts';
import { createCalls } from '../json-api.ts';
import { typicalSeconds } from '../seedance.ts';
import { markOf } from './attempt-mark.ts';
import { arkCapabilities } from './capabilities.ts';
import { contentOf } from './content.ts';
import { lookUpTask } from './look-up.ts';
import { readCallback } from './read-callback.ts';
import { readCheck, readTask } from './read-check.ts';
import { readStart } from './read-start.ts';
import { sites } from './sites.ts';
import { handleSchema } from './wire.ts';

export interface ArkOptions {
  key: string;
  site: ArkSite;
  /** A model or endpoint id instead of the site's own. */
  model: string | undefined;
  origin: string | undefined;
  slots: number;
  /** Whether a callback can reach us. */
  callbacks: boolean;
  now?: () => number;
  /** The time limits of one call, and of a start. */
  seconds?: { call: number; start: number };
}

/** A start may carry 60 MB. */
const usualSeconds = { call: 30, start: 120 };

/** Seedance 2.0 at BytePlus ModelArk or Volcengine Ark, by its tasks. */
export function createArkEngine(options: ArkOptions): { engine: RemoteEngine; close(): Promise<void> } {
  const { key, site, origin, slots, callbacks, now = Date.now, seconds = usualSeconds } = options;
  const { price, ...usual } = sites[site];
  const model = options.model ?? usual.model;
  const tasksUrl = `${origin ?? usual.origin}/api/v3/contents/generations/tasks`;
  const headers = { authorization: `Bearer ${key}` };
  const { call, close } = createCalls();
  const taskUrl = (handle: JsonObject) => `${tasksUrl}/${handleSchema.parse(handle).task_id}`;
  const read = (handle: JsonObject, signal: AbortSignal) =>
    call({ method: 'GET', url: taskUrl(handle), headers, signal });

  const engine: RemoteEngine = {
    kind: 'remote',
    name: 'ark',
    capabilities: arkCapabilities(model),
    slots,
    typicalSeconds,
    callSeconds: seconds.call,
    startSeconds: seconds.start,
    recovery: { idempotencyKey: false, lookUp: true, callback: callbacks },
    trustedOrigins: origin === undefined ? [] : [origin],

    async start(plan, { attemptId, callbackUrl, references, endUser, signal }) {
      const made = await contentOf(plan, references);
      if (made.status === 'failed') return made;
      const body = {
        model,
        content: made.content,
        ...(callbackUrl === undefined ? {} : { callback_url: callbackUrl }),
        resolution: '720p',
        ratio: plan.aspectRatio,
        duration: plan.durationSeconds,
        seed: plan.seed,
        generate_audio: plan.generateAudio,
        watermark: false,
        execution_expires_after: markOf(attemptId),
        ...(endUser === undefined ? {} : { safety_identifier: endUser }),
      };
      return readStart(await call({ method: 'POST', url: tasksUrl, body, headers, signal }));
    },

    async check(handle, { signal }) {
      return readCheck(await read(handle, signal), price);
    },

    lookUp: (sought, { signal }) =>
      lookUpTask(sought, {
        now: now(),
        readPage({ number, size }) {
          // Without any filter: one that works otherwise than expected would hide the task that is looked for.
          const url = `${tasksUrl}?page_num=${number}&page_size=${size}`;
          return call({ method: 'GET', url, headers, signal });
        },
      }),

    handleOf: (jobId) => ({ task_id: jobId }),

    async cancel(handle, { signal }) {
      const told = readTask(await read(handle, signal));
      if (told.status === 'unknown') return;
      if (told.status !== 'told') throw new Error(`The stop could not be asked for: ${told.status}.`);
      // What runs cannot be stopped, and of what has ended the same call would remove the record.
      if (told.task.status !== 'queued') return;
      const answer = await call({ method: 'DELETE', url: taskUrl(handle), headers, signal });
      if (answer.status !== 'answered') throw new Error(`The stop could not be asked for: ${answer.message}`);
      if (answer.code >= 500) throw new Error(`The stop was asked for, and the answer was ${answer.code}.`);
    },
  };
  if (callbacks)
    engine.readCallback = (callback, { signal }) => readCallback(callback, (handle) => read(handle, signal));
  return { engine, close };
}
