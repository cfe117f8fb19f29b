import { KinoraError } from './error.ts';

/** What every webhook carries. */
export interface WebhookEvent<Data = unknown> {
  /** Such as `generation.complete`. */
  type: string;
  /** When it happened, RFC 3339. */
  timestamp: string;
  data: Data;
}

export interface VerifyWebhookOptions {
  /** The secret of the endpoint, `whsec_…`; several while it is rotated. */
  secret: string | readonly string[];
  /** How far the time of the message may be from ours, either way. Default 300. */
  toleranceSeconds?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
}

type HeaderSource = Headers | Record<string, string | readonly string[] | undefined>;

/**
 * The event, once it is sure that it comes from your Kinora and is not an old one sent again; else throws
 * `webhook_invalid`. `payload` is the body as it came, not parsed. Standard Webhooks 1.0.0: compares in constant time,
 * accepts any of several signatures and secrets. The same event may come twice: `webhook-id` tells.
 */
export async function verifyWebhook<Data = unknown>(
  payload: string | Uint8Array,
  headers: HeaderSource,
  { secret, toleranceSeconds = 300, now = Date.now }: VerifyWebhookOptions,
): Promise<WebhookEvent<Data>> {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  if (!/^\d{1,12}$/.test(timestamp)) throw invalid(`The webhook-timestamp "${timestamp}" is no time.`);
  if (Math.abs(now() / 1000 - Number(timestamp)) > toleranceSeconds)
    throw invalid(
      `The webhook was sent at ${timestamp}, more than ${toleranceSeconds} s from now.`,
      'It may be an old one sent again. If not, compare the clocks.',
    );
  const body = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  const signatures = headerOf(headers, 'webhook-signature')
    .split(' ')
    .filter((entry) => entry.startsWith('v1,'))
    .map((entry) => decodeBase64(entry.slice(3)));
  for (const one of typeof secret === 'string' ? [secret] : secret) {
    const key = await crypto.subtle.importKey(
      'raw',
      bytesOfSecret(one),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['verify'],
    );
    // Verified by the platform, in a time that says nothing about how much was right.
    for (const signature of signatures)
      if (signature !== undefined && (await crypto.subtle.verify('HMAC', key, signature, signed)))
        return parse<Data>(new TextDecoder().decode(body));
  }
  throw invalid(
    'No signature of the webhook fits.',
    'Check that the secret is that of this endpoint, and that the body is verified as it came, before any parser.',
  );
}

function headerOf(headers: HeaderSource, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : ofRecord(headers, name);
  if (typeof value !== 'string' || value === '')
    throw invalid(`The request has no ${name} header.`, 'Only Kinora posts here; refuse everything else.');
  return value;
}

function ofRecord(headers: Exclude<HeaderSource, Headers>, name: string): string | undefined {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : found?.[0];
}

function bytesOfSecret(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ''));
  if (bytes === undefined || bytes.length === 0)
    throw new KinoraError('invalid_request', 'That is not the secret of a webhook endpoint.', {
      hint: 'It begins with whsec_ and was shown when the endpoint was made.',
    });
  return bytes;
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

function parse<Data>(text: string): WebhookEvent<Data> {
  try {
    return JSON.parse(text) as WebhookEvent<Data>;
  } catch (cause) {
    throw invalid('The webhook is signed, and its body is not JSON.', undefined, cause);
  }
}

const invalid = (message: string, hint?: string, cause?: unknown) =>
  new KinoraError('webhook_invalid', message, { hint, cause });
