import { z } from 'zod';
import type { Capabilities } from '../../domain/capabilities.ts';
import type { Recovery, RemoteEngine, StartContext } from '../../domain/engine.ts';
import type { JsonObject } from '../../domain/json.ts';
import { mediaKinds } from '../../domain/media-facts.ts';
import type { Plan } from '../../domain/plan.ts';
import { createCalls } from '../json-api.ts';
import { capabilities as usualCapabilities } from './capabilities.ts';
import { launchOnUse, type ProviderSource } from './launch-on-use.ts';
import { readCallback } from './read-callback.ts';
import { readCheck, readLookUp } from './read-check.ts';
import { readStart } from './read-start.ts';
import { idempotencyHeader } from './wire.ts';

export interface SimulatedEngineOptions {
  name: string;
  slots: number;
  /** Which ways of finding an attempt again its provider is to have. */
  recovery: Recovery;
  /** One that runs already, or one to be started in a process of its own at first use. */
  provider: ProviderSource;
  capabilities?: Capabilities;
  callSeconds?: number;
  /** What the provider signs its callbacks with. */
  callbackSecret?: string;
  now?: () => number;
}

export interface SimulatedEngine {
  engine: RemoteEngine;
  /** Ends the provider, if this engine has started it, and every open call. */
  close(): Promise<void>;
}

const usualCallSeconds = 10;

const handleSchema = z.strictObject({ job_id: z.string().regex(/^[\w-]{1,100}$/) });

/** The paid engine of tests: a real provider over real HTTP, whose videos are test cards and which fails as asked. */
export function createSimulatedEngine(options: SimulatedEngineOptions): SimulatedEngine {
  const { name, slots, recovery, capabilities = usualCapabilities, now = Date.now } = options;
  const { callSeconds = usualCallSeconds, callbackSecret = 'simulated' } = options;
  const provider = launchOnUse(options.provider, callbackSecret);
  const calls = createCalls();

  /** One call of the provider, wherever it listens. */
  async function ask(
    path: string,
    request: {
      method: 'GET' | 'POST';
      body?: unknown;
      headers?: Record<string, string>;
      signal: AbortSignal;
    },
  ) {
    const reached = await provider.reach();
    if (reached === undefined)
      return { status: 'unreached' as const, message: 'The simulated provider could not be started.' };
    const answer = await calls.call({ ...request, url: `${reached.origin}${path}` });
    if (answer.status === 'unreached') reached.forget();
    return answer;
  }

  const jobPath = (handle: JsonObject) => `/jobs/${handleSchema.parse(handle).job_id}`;

  const engine: RemoteEngine = {
    kind: 'remote',
    name,
    capabilities,
    slots,
    callSeconds,
    recovery,
    get trustedOrigins() {
      return provider.knownOrigins();
    },

    async start(plan, context) {
      const { attemptId, signal } = context;
      const headers = recovery.idempotencyKey ? { [idempotencyHeader]: attemptId } : {};
      const body = bodyOf(plan, context, recovery);
      return readStart(await ask('/jobs', { method: 'POST', body, headers, signal }));
    },

    async check(handle, { signal }) {
      return readCheck(await ask(jobPath(handle), { method: 'GET', signal }));
    },

    handleOf: (jobId) => ({ job_id: jobId }),

    async cancel(handle, { signal }) {
      const answer = await ask(`${jobPath(handle)}/cancel`, { method: 'POST', signal });
      if (answer.status !== 'answered') throw new Error(`The stop could not be asked for: ${answer.message}`);
      if (answer.code >= 300) throw new Error(`The stop was asked for, and the answer was ${answer.code}.`);
    },
  };
  if (recovery.lookUp)
    engine.lookUp = async ({ attemptId }, { signal }) =>
      readLookUp(await ask(`/jobs?attempt_id=${encodeURIComponent(attemptId)}`, { method: 'GET', signal }));
  if (recovery.callback)
    engine.readCallback = async (callback) => readCallback(callback, { secret: callbackSecret, now: now() });

  return {
    engine,
    async close() {
      await calls.close();
      await provider.close();
    },
  };
}

function bodyOf(plan: Plan, { attemptId, callbackUrl, simulate }: StartContext, recovery: Recovery) {
  const count = (kind: (typeof mediaKinds)[number]) =>
    plan.references.filter((reference) => reference.kind === kind).length;
  return {
    prompt: plan.prompt,
    duration: plan.durationSeconds,
    aspect_ratio: plan.aspectRatio,
    width: plan.width,
    height: plan.height,
    audio: plan.generateAudio,
    seed: plan.seed,
    references: Object.fromEntries(mediaKinds.map((kind) => [kind, count(kind)])),
    attempt_id: attemptId,
    ...(recovery.callback && callbackUrl !== undefined ? { callback_url: callbackUrl } : {}),
    ...(simulate === undefined ? {} : { simulate }),
  };
}
