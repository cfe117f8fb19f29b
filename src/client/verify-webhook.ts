import { KinoraError } from './error.ts';
import { parseJson } from './parse-json.ts';

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
      'It is an old one sent again, or the clocks differ.',
    );
  const body = typeof payload === 'string' ? payload : new Uint8Array(payload);
  const signed = await new Blob([`${id}.${timestamp}.`, body]).arrayBuffer();
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
        return eventIn<Data>(await new Blob([body]).text());
  }
  throw invalid(
    'No signature of the webhook fits.',
    'Is the secret that of this endpoint, and the body as it came, before any parser?',
  );
}

function eventIn<Data>(text: string): WebhookEvent<Data> {
  const event = parseJson(text);
  if (event === undefined) throw invalid('The webhook is signed, and its body is not JSON.');
  return event as WebhookEvent<Data>;
}

function headerOf(headers: HeaderSource, name: string): string {
  const entries = headers instanceof Headers ? [...headers] : Object.entries(headers);
  const [value = ''] = [entries.find(([key]) => key.toLowerCase() === name)?.[1]].flat();
  if (value === '') throw invalid(`The request has no ${name} header.`, 'Refuse it: it is not from Kinora.');
  return value;
}

function bytesOfSecret(secret: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ''));
  if (bytes === undefined || bytes.length === 0)
    throw new KinoraError('invalid_request', 'That is not the secret of a webhook endpoint.', {
      hint: 'It begins with whsec_.',
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

const invalid = (message: string, hint?: string) => new KinoraError('webhook_invalid', message, { hint });
