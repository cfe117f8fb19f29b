import { z } from 'zod';
import type { CallContext, RemoteEngine } from '../../domain/engine.ts';
import { AppError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { PoolServer } from '../../domain/server-pool.ts';
import { createServerCalls, ofServer } from '../ask-server.ts';
import { createForgottenJobs } from '../forgotten-jobs.ts';
import { createServerPool, noServer, type Probe } from '../server-pool.ts';
import { listVideos, lookUpVideo } from './look-up.ts';
import type { VideosPreset } from './preset.ts';
import { readJob } from './read-job.ts';
import { readStart } from './read-start.ts';
import { requestBody } from './request-body.ts';

export interface VideosEngineOptions {
  name: string;
  preset: VideosPreset;
  /** Exact origins of the operator's own servers. */
  servers: readonly PoolServer[];
  /** Goes to every server as a bearer token; absent for servers that ask for none. */
  key?: string | undefined;
  callSeconds?: number;
  startSeconds?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export interface VideosEngine {
  engine: RemoteEngine;
  /** Ends every open call. */
  close(): Promise<void>;
}

const usualCallSeconds = 15;

/** With the upload of every reference. */
const usualStartSeconds = 120;

/** How long one server may take to say how busy it is: one that hangs must not hold up the others. */
const probeSeconds = 5;

const handleSchema = z.strictObject({
  /** One of our servers. */
  server: z.string(),
  video_id: z.string().regex(/^[\w-]{1,200}$/),
});

const working = ['queued', 'in_progress'];

/** Open models behind `/v1/videos`, as vLLM-Omni and SGLang serve them: on any number of the operator's own machines. */
export function createVideosEngine(options: VideosEngineOptions): VideosEngine {
  const { name, preset, servers, key, now = Date.now } = options;
  const { callSeconds = usualCallSeconds, startSeconds = usualStartSeconds } = options;
  const calls = createServerCalls({ key });
  const forgotten = createForgottenJobs();
  const origins = servers.map(({ origin }) => origin);

  const probe: Probe = async (origin, { signal }) => {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(probeSeconds * 1_000)]);
    const listed = await listVideos(calls.ask, origin, soon);
    return typeof listed === 'string'
      ? { status: 'failed', message: listed }
      : { status: 'answered', busy: listed.filter(({ status }) => working.includes(status)).length };
  };
  const pool = createServerPool({ servers, probe });

  const engine: RemoteEngine = {
    kind: 'remote',
    name,
    capabilities: preset.capabilities,
    slots: servers.reduce((sum, { slots }) => sum + slots, 0),
    typicalSeconds: preset.typicalSeconds,
    callSeconds,
    startSeconds,
    // The servers keep their jobs in memory: one that does not know a job does not work on it either.
    recovery: { idempotencyKey: false, lookUp: true, callback: false, forgets: true },
    trustedOrigins: origins,
    ...(key === undefined ? {} : { outputHeaders: { authorization: `Bearer ${key}` } }),
    pool,

    async start(plan, { references, signal }) {
      const picked = await pool.pick({ signal });
      if (typeof picked === 'string') return noServer(name, picked);
      let started: ReturnType<typeof readStart> | undefined;
      try {
        const body = await requestBody(preset, plan, references);
        const { origin } = picked;
        started = readStart(
          await calls.ask({ method: 'POST', origin, path: '/v1/videos', body, signal }),
          origin,
        );
        return started.result;
      } finally {
        const { result, trouble } = started ?? {};
        if (trouble !== undefined) picked.done({ was: 'failed', message: trouble });
        else picked.done({ was: result?.status === 'failed' || result === undefined ? 'refused' : 'taken' });
      }
    },

    async check(handle, { signal }) {
      const { server, path, url } = addressOf(handle);
      if (!pool.has(server))
        return { status: 'unknown', message: ofServer(server, 'It is set up no longer.') };
      const reply = await calls.ask({ method: 'GET', origin: server, path, signal });
      const read = readJob(reply, { server, contentUrl: `${url}/content` });
      return read.status === 'unknown' && forgotten.has(url) ? { status: 'canceled' } : read;
    },

    lookUp: (sought, { signal }) => lookUpVideo(sought, { ask: calls.ask, origins, signal, now: now() }),

    cancel: (handle, context) => cancel(handle, context),

    handleOf(jobId) {
      const url = URL.parse(jobId);
      const [, id] = /^\/v1\/videos\/([\w-]{1,200})$/.exec(url?.pathname ?? '') ?? [];
      if (url === null || id === undefined || !pool.has(url.origin))
        throw new AppError('invalid_request', `"${jobId}" is not a video of a server of "${name}".`, {
          hint: `Write its whole address, such as ${origins[0]}/v1/videos/video_gen_1.`,
        });
      return { server: url.origin, video_id: id };
    },
  };

  async function cancel(handle: JsonObject, { signal }: CallContext): Promise<void> {
    const { server, path, url } = addressOf(handle);
    const reply = await calls.ask({ method: 'DELETE', origin: server, path, signal });
    if (reply.status !== 'answered')
      throw new Error(ofServer(server, `A stop could not be asked for: ${reply.message}`));
    // A job that is not there any more is stopped.
    if (
      reply.code < 300 ||
      (reply.code === 404 && readJob(reply, { server, contentUrl: '' }).status === 'unknown')
    )
      forgotten.add(url);
    else throw new Error(ofServer(server, `It was asked to stop, and answered ${reply.code}.`));
  }

  return { engine, close: calls.close };
}

function addressOf(handle: JsonObject): { server: string; path: string; url: string } {
  const { server, video_id: id } = handleSchema.parse(handle);
  const path = `/v1/videos/${id}`;
  return { server, path, url: `${server}${path}` };
}
