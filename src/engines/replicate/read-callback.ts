import type { Callback, CallbackReading } from '../../domain/engine.ts';
import type { CallProvider } from '../json-api.ts';
import { parsedJson } from '../parsed-json.ts';
import { webhookFault } from '../standard-webhook.ts';
import { callbackSchema, secretSchema } from './wire.ts';

/** The secret by which Replicate signs callbacks to this account, read when it is needed. */
export interface WebhookSecret {
  /** `renew` reads it anew, but not more often than once a minute. Undefined if it cannot be read just now. */
  read(options: { renew: boolean; signal: AbortSignal }): Promise<string | undefined>;
}

const longestKeptMs = 24 * 3_600_000;
const shortestKeptMs = 60_000;

export function createWebhookSecret(options: {
  url: string;
  headers: Record<string, string>;
  call: CallProvider;
  now: () => number;
}): WebhookSecret {
  const { url, headers, call, now } = options;
  let kept: { secret: string; at: number } | undefined;
  return {
    async read({ renew, signal }) {
      const age = kept === undefined ? Number.POSITIVE_INFINITY : now() - kept.at;
      if (kept !== undefined && age < (renew ? shortestKeptMs : longestKeptMs)) return kept.secret;
      const answer = await call({ method: 'GET', url, headers, signal });
      const told =
        answer.status === 'answered' && answer.code === 200 ? secretSchema.safeParse(answer.body) : undefined;
      if (told?.success !== true) return undefined;
      kept = { secret: told.data.key, at: now() };
      return kept.secret;
    },
  };
}

/** Of a callback nothing is taken but the name of its prediction, and that only with Replicate's own signature. */
export async function readCallback(
  callback: Callback,
  given: { secret: WebhookSecret; now: number; signal: AbortSignal },
): Promise<CallbackReading> {
  const { secret, now, signal } = given;
  let fault = '';
  for (const renew of [false, true]) {
    const known = await secret.read({ renew, signal });
    if (known === undefined)
      return { status: 'unverifiable', message: 'The secret of Replicate cannot be read.' };
    const found = webhookFault(callback, { secret: known, now });
    if (found === undefined) return named(callback.body);
    fault = found;
    if (fault !== 'Its signature is wrong.') break;
  }
  return { status: 'forged', message: fault };
}

function named(body: string): CallbackReading {
  const parsed = callbackSchema.safeParse(parsedJson(body));
  return { status: 'genuine', handle: parsed.success ? { prediction_id: parsed.data.id } : undefined };
}
