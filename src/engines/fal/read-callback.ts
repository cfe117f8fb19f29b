import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Callback, CallbackReading } from '../../domain/engine.ts';
import type { CallProvider } from '../json-api.ts';
import { parsedJson } from '../parsed-json.ts';
import { callbackSchema, jwksSchema } from './wire.ts';

/** fal's public keys, read when they are needed. */
export interface FalKeys {
  /** `renew` reads them anew, but not more often than once a minute. Undefined if they cannot be read just now. */
  read(options: { renew: boolean; signal: AbortSignal }): Promise<readonly KeyObject[] | undefined>;
}

const longestKeptMs = 24 * 3_600_000;
const shortestKeptMs = 60_000;

export function createFalKeys(options: { url: string; call: CallProvider; now: () => number }): FalKeys {
  const { url, call, now } = options;
  let kept: { keys: readonly KeyObject[]; at: number } | undefined;
  return {
    async read({ renew, signal }) {
      const age = kept === undefined ? Number.POSITIVE_INFINITY : now() - kept.at;
      if (kept !== undefined && age < (renew ? shortestKeptMs : longestKeptMs)) return kept.keys;
      const answer = await call({ method: 'GET', url, signal });
      const jwks =
        answer.status === 'answered' && answer.code === 200 ? jwksSchema.safeParse(answer.body) : undefined;
      if (jwks?.success !== true) return undefined;
      kept = { keys: jwks.data.keys.flatMap(publicKey), at: now() };
      return kept.keys;
    },
  };
}

function publicKey({
  kty,
  crv,
  x,
}: {
  kty: string;
  crv?: string | undefined;
  x?: string | undefined;
}): KeyObject[] {
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined) return [];
  try {
    return [createPublicKey({ key: { kty, crv, x }, format: 'jwk' })];
  } catch {
    // One key that cannot be read does not make the others wrong.
    return [];
  }
}

const mostSkewSeconds = 300;

/** Of a callback nothing is taken but the name of its request, and that only with fal's own signature. */
export async function readCallback(
  { headers, body }: Callback,
  given: { keys: FalKeys; now: number; signal: AbortSignal },
): Promise<CallbackReading> {
  const { keys, now, signal } = given;
  const requestId = headers['x-fal-webhook-request-id'];
  const userId = headers['x-fal-webhook-user-id'];
  const timestamp = headers['x-fal-webhook-timestamp'];
  const signature = headers['x-fal-webhook-signature'];
  if (requestId === undefined || userId === undefined || timestamp === undefined || signature === undefined)
    return forged('It has no signature.');
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > mostSkewSeconds)
    return forged(`It was signed more than ${mostSkewSeconds} s ago or ahead.`);
  if (!/^[0-9a-f]{128}$/i.test(signature)) return forged('Its signature has another form.');
  const message = [requestId, userId, timestamp, createHash('sha256').update(body).digest('hex')].join('\n');
  const isSignedBy = (key: KeyObject) =>
    verify(null, Buffer.from(message), key, Buffer.from(signature, 'hex'));

  for (const renew of [false, true]) {
    const known = await keys.read({ renew, signal });
    if (known === undefined) return { status: 'unverifiable', message: 'The keys of fal cannot be read.' };
    if (known.some(isSignedBy)) return named(requestId, body);
  }
  return forged('Its signature is wrong.');
}

function named(requestId: string, body: string): CallbackReading {
  const parsed = callbackSchema.safeParse(parsedJson(body));
  if (!parsed.success) return { status: 'genuine', handle: undefined };
  if (parsed.data.request_id !== requestId)
    return forged('Its signature names another request than its body does.');
  return { status: 'genuine', handle: { request_id: requestId } };
}

const forged = (message: string): CallbackReading => ({ status: 'forged', message });
