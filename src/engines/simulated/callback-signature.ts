import { createHmac, timingSafeEqual } from 'node:crypto';

export const signatureHeader = 'x-simulated-signature';

/** The time is signed with the body, so that a callback overheard today is worth nothing tomorrow. */
export function signCallback(body: string, { secret, now }: { secret: string; now: number }): string {
  const seconds = Math.floor(now / 1_000);
  return `t=${seconds},v1=${digest(`${seconds}.${body}`, secret).toString('hex')}`;
}

const mostSkewSeconds = 300;

/** Undefined if the signature is right; else what is wrong with it. */
export function signatureFault(
  body: string,
  { signature, secret, now }: { signature: string | undefined; secret: string; now: number },
): string | undefined {
  if (signature === undefined) return `It has no ${signatureHeader}.`;
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(signature);
  if (match === null) return 'Its signature has another form.';
  const [, seconds = '', hex = ''] = match;
  if (Math.abs(now / 1_000 - Number(seconds)) > mostSkewSeconds)
    return `It was signed more than ${mostSkewSeconds} s ago or ahead.`;
  const isRight = timingSafeEqual(Buffer.from(hex, 'hex'), digest(`${seconds}.${body}`, secret));
  return isRight ? undefined : 'Its signature is wrong.';
}

const digest = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest();
