import { createHmac, timingSafeEqual } from 'node:crypto';

const mostSkewSeconds = 300;

/**
 * Undefined if a callback is signed as Standard Webhooks 1.0.0 asks, by any of its signatures; else what is wrong with it.
 * `secret` is base64 behind `whsec_`.
 */
export function webhookFault(
  { headers, body }: { headers: Readonly<Record<string, string>>; body: string },
  { secret, now }: { secret: string; now: number },
): string | undefined {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (id === undefined || timestamp === undefined || signatures === undefined) return 'It has no signature.';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1_000 - Number(timestamp)) > mostSkewSeconds)
    return `It was signed more than ${mostSkewSeconds} s ago or ahead.`;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const isRight = signatures.split(' ').some((entry) => {
    const [version, text = ''] = entry.split(',');
    const given = Buffer.from(text, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
  return isRight ? undefined : 'Its signature is wrong.';
}
