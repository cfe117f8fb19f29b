import type { TokenPrice } from './sites.ts';
import type { Task } from './wire.ts';

/** 1280 × 720 pixels, 24 frames a second, 1,024 pixels of one frame a token. All our sizes have as many pixels. */
const tokensPerSecond = (1280 * 720 * 24) / 1_024;

/**
 * What a task has cost by its tokens and the list price, in millionths of a dollar; null where it cannot be told. A video
 * among the references, of two seconds at the least, shows in tokens beyond those of the output.
 */
export function costOf({ usage, duration }: Task, price: TokenPrice | undefined): number | null {
  if (price === undefined || typeof usage?.completion_tokens !== 'number' || typeof duration !== 'number')
    return null;
  const { withVideo, withoutVideo } = price.microUsdPer10Tokens;
  const hasVideo = usage.completion_tokens > tokensPerSecond * (duration + 1);
  return Math.round((usage.completion_tokens * (hasVideo ? withVideo : withoutVideo)) / 10);
}
