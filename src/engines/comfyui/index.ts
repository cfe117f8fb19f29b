import { z } from 'zod';
import type {
  CallContext,
  CheckResult,
  LookUpResult,
  RemoteEngine,
  StartResult,
} from '../../domain/engine.ts';
import { AppError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { PoolServer } from '../../domain/server-pool.ts';
import { createServerCalls, ofServer } from '../ask-server.ts';
import { createForgottenJobs } from '../forgotten-jobs.ts';
import { unreached } from '../provider-results.ts';
import { createServerPool, noServer, type Probe } from '../server-pool.ts';
import { fillWorkflow } from './fill-workflow.ts';
import { promptIdOf } from './prompt-id.ts';
import { readHistory } from './read-history.ts';
import { readStart } from './read-start.ts';
import { uploadReference } from './upload-reference.ts';
import { historySchema, queueSchema } from './wire.ts';
import type { Workflow } from './workflow.ts';

export interface ComfyuiEngineOptions {
  name: string;
  workflow: Workflow;
  /** Exact origins of the operator's own servers. */
  servers: readonly PoolServer[];
  typicalSeconds?: number;
  callSeconds?: number;
  startSeconds?: number;
}

export interface ComfyuiEngine {
  engine: RemoteEngine;
  /** Ends every open call. */
  close(): Promise<void>;
}

const usualCallSeconds = 15;

/** With the upload of every reference. */
const usualStartSeconds = 120;

const probeSeconds = 5;

const usualTypicalSeconds = 300;

const handleSchema = z.strictObject({ server: z.string(), prompt_id: z.string().regex(/^[\w-]{1,100}$/) });

type Handle = z.infer<typeof handleSchema>;

/** What is known of a job that has not ended, or of one that the server does not know. */
type Whereabouts = 'running' | 'pending' | 'nowhere' | { unanswered: string };

/** A workflow of the operator's on any number of ComfyUI servers. The record of a server is asked, not its events: that is there after a restart of ours, too. */
export function createComfyuiEngine(options: ComfyuiEngineOptions): ComfyuiEngine {
  const { name, workflow, servers } = options;
  const { callSeconds = usualCallSeconds, startSeconds = usualStartSeconds } = options;
  const calls = createServerCalls();
  const forgotten = createForgottenJobs();
  const origins = servers.map(({ origin }) => origin);

  async function queueOf(server: string, signal: AbortSignal) {
    const reply = await calls.ask({ method: 'GET', origin: server, path: '/queue', signal });
    if (reply.status !== 'answered') return reply.message;
    const queue = reply.code === 200 ? queueSchema.safeParse(reply.body) : undefined;
    return queue?.success === true ? queue.data : `It answered ${reply.code} and showed no queue.`;
  }

  const probe: Probe = async (origin, { signal }) => {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(probeSeconds * 1_000)]);
    const queue = await queueOf(origin, soon);
    return typeof queue === 'string'
      ? { status: 'failed', message: queue }
      : { status: 'answered', busy: queue.queue_running.length + queue.queue_pending.length };
  };
  const pool = createServerPool({ servers, probe });

  async function inQueue({ server, prompt_id: id }: Handle, signal: AbortSignal): Promise<Whereabouts> {
    const queue = await queueOf(server, signal);
    if (typeof queue === 'string') return { unanswered: queue };
    if (queue.queue_running.some(([, job]) => job === id)) return 'running';
    return queue.queue_pending.some(([, job]) => job === id) ? 'pending' : 'nowhere';
  }

  /** Undefined where the server has no record of it. */
  async function inHistory(
    { server, prompt_id: id }: Handle,
    signal: AbortSignal,
  ): Promise<CheckResult | undefined> {
    const reply = await calls.ask({ method: 'GET', origin: server, path: `/history/${id}`, signal });
    if (reply.status !== 'answered') return silent(server, reply.message);
    const history = reply.code === 200 ? historySchema.safeParse(reply.body) : undefined;
    if (history?.success !== true) return silent(server, `It answered ${reply.code} and showed no history.`);
    const entry = history.data[id];
    return entry === undefined ? undefined : readHistory(entry, { output: workflow.output, server });
  }

  /** A job goes from the queue to the history: asked in this order, it cannot slip through between. */
  async function find(handle: Handle, signal: AbortSignal): Promise<CheckResult> {
    const place = await inQueue(handle, signal);
    if (typeof place === 'object') return silent(handle.server, place.unanswered);
    if (place !== 'nowhere') return { status: 'pending' };
    const told = await inHistory(handle, signal);
    return told ?? { status: 'unknown', message: ofServer(handle.server, 'It does not know the job.') };
  }

  const engine: RemoteEngine = {
    kind: 'remote',
    name,
    capabilities: workflow.capabilities,
    slots: servers.reduce((sum, { slots }) => sum + slots, 0),
    typicalSeconds: options.typicalSeconds ?? usualTypicalSeconds,
    callSeconds,
    startSeconds,
    // The servers keep their jobs in memory: one that does not know a job does not work on it either.
    recovery: { idempotencyKey: false, lookUp: true, callback: false, forgets: true },
    trustedOrigins: origins,
    pool,

    async start(plan, { attemptId, references, signal }) {
      const picked = await pool.pick({ signal });
      if (typeof picked === 'string') return noServer(name, picked);
      const server = picked.origin;
      let result: StartResult | undefined;
      try {
        const uploaded: string[] = [];
        for (const reference of references) {
          const upload = await uploadReference(reference, { ask: calls.ask, server, signal });
          if (upload.status === 'failed') {
            result = unreached(ofServer(server, upload.message));
            return result;
          }
          uploaded.push(upload.name);
        }
        const graph = fillWorkflow(workflow, plan, uploaded);
        const body = { json: { prompt: graph, prompt_id: promptIdOf(attemptId), client_id: 'kinora' } };
        result = readStart(
          await calls.ask({ method: 'POST', origin: server, path: '/prompt', body, signal }),
          server,
        );
        return result;
      } finally {
        if (
          result?.status === 'lost' ||
          (result?.status === 'failed' && result.code === 'engine_unavailable')
        )
          picked.done({ was: 'failed', message: result.message });
        else picked.done({ was: result?.status === 'accepted' ? 'taken' : 'refused' });
      }
    },

    async check(given, { signal }) {
      const handle = handleSchema.parse(given);
      if (!pool.has(handle.server))
        return { status: 'unknown', message: ofServer(handle.server, 'It is set up no longer.') };
      const found = await find(handle, signal);
      return found.status === 'unknown' && forgotten.has(addressOf(handle)) ? { status: 'canceled' } : found;
    },

    async lookUp({ attemptId }, { signal }): Promise<LookUpResult> {
      const id = promptIdOf(attemptId);
      for (const server of origins) {
        const handle = { server, prompt_id: id };
        const found = await find(handle, signal);
        if (found.status === 'unavailable') return { status: 'unavailable', message: found.message };
        if (found.status !== 'unknown') return { status: 'found', handle };
      }
      return { status: 'not_found' };
    },

    cancel: (given, context) => cancel(given, context),

    handleOf(jobId) {
      const url = URL.parse(jobId);
      const [, id] = /^\/(?:history\/)?([\w-]{1,100})$/.exec(url?.pathname ?? '') ?? [];
      if (url === null || id === undefined || !pool.has(url.origin))
        throw new AppError('invalid_request', `"${jobId}" is not a job of a server of "${name}".`, {
          hint: `Write its whole address, such as ${origins[0]}/history/4c2c….`,
        });
      return { server: url.origin, prompt_id: id };
    },
  };

  async function cancel(given: JsonObject, { signal }: CallContext): Promise<void> {
    const handle = handleSchema.parse(given);
    const { server, prompt_id: id } = handle;
    const place = await inQueue(handle, signal);
    if (typeof place === 'object')
      throw new Error(ofServer(server, `A stop could not be asked for: ${place.unanswered}`));
    // Told of nothing but this job: a server interrupts whatever it runs if it is not told which.
    const ask =
      place === 'running'
        ? { path: '/interrupt', json: { prompt_id: id } }
        : place === 'pending'
          ? { path: '/queue', json: { delete: [id] } }
          : undefined;
    if (ask !== undefined) {
      const body = { json: ask.json };
      const reply = await calls.ask({ method: 'POST', origin: server, path: ask.path, body, signal });
      if (reply.status !== 'answered' || reply.code >= 300)
        throw new Error(ofServer(server, 'It was asked to stop, and did not say that it would.'));
    }
    // What was taken out of the line leaves no record. If it began just before, the next check finds it there.
    if (place !== 'running') forgotten.add(addressOf(handle));
  }

  return { engine, close: calls.close };
}

const addressOf = ({ server, prompt_id: id }: Handle) => `${server}/history/${id}`;

const silent = (server: string, why: string): CheckResult => ({
  status: 'unavailable',
  message: ofServer(server, why),
});
