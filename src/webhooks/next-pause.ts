import { retryPausesSeconds } from '../domain/webhook.ts';
import type { Verdict } from './judge-answer.ts';

const longestSeconds = 86_400;

/** So that what failed together does not come back together. */
const jitter = 0.2;

/**
 * Seconds until a webhook is tried again that was tried `tries` times; undefined if it is not. The pause grows, is drawn
 * out by up to a fifth at random, and is as long as the receiver asks for, up to a day.
 */
export function nextPauseSeconds(
  tries: number,
  { result, retryAfterSeconds = 0 }: Pick<Verdict, 'result' | 'retryAfterSeconds'>,
  random: () => number,
): number | undefined {
  if (result === 'gone') return undefined;
  const pause = retryPausesSeconds[tries - 1];
  if (pause === undefined) return undefined;
  return Math.max(pause * (1 + jitter * random()), Math.min(retryAfterSeconds, longestSeconds));
}
