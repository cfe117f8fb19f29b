import type { TryResult } from '../domain/webhook.ts';
import type { Posted } from '../net/post.ts';

/** What an answer means for the webhook that it answers. */
export interface Verdict {
  result: TryResult;
  /** Why it was in vain, with the remedy where there is one. */
  message: string | null;
  /** How long the receiver asks to be left alone. */
  retryAfterSeconds?: number | undefined;
}

/** `timeoutMs` is what it was given to answer, `now` the time that a Retry-After counts from. */
export function judgeAnswer(posted: Posted, { timeoutMs, now }: { timeoutMs: number; now: number }): Verdict {
  switch (posted.as) {
    case 'timed_out':
      return {
        result: 'timed_out',
        message: `It did not answer within ${timeoutMs / 1_000} s. Answer 2xx first and work afterwards.`,
      };
    case 'unreachable':
      return { result: 'unreachable', message: posted.message };
    case 'forbidden':
      return { result: 'forbidden_address', message: posted.message };
    case 'answered':
      return judgeStatus(posted, now);
  }
}

function judgeStatus({ status, headers }: Extract<Posted, { as: 'answered' }>, now: number): Verdict {
  if (status >= 200 && status < 300) return { result: 'delivered', message: null };
  if (status === 410) return { result: 'gone', message: 'It answered 410 Gone: it wants nothing more.' };
  if (status >= 300 && status < 400)
    return {
      result: 'redirected',
      message: `It answered ${status}, a redirect${placeOf(headers['location'])}. Redirects are not followed: give the address it leads to.`,
    };
  const retryAfterSeconds = readRetryAfter(headers['retry-after'], now);
  return { result: 'refused', message: `It answered ${status}.`, retryAfterSeconds };
}

const placeOf = (location: string | undefined) =>
  location === undefined ? '' : ` to ${location.slice(0, 200)}`;

/** Seconds, or a date of HTTP; undefined for anything else. */
function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1_000));
}
