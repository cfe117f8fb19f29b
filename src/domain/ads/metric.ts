import type { Counts } from './binomial.ts';

/** What is compared. */
export const adMetrics = ['ctr', 'cvr', 'conversions'] as const;

/** Clicks per impression, conversions per click, or conversions per impression. */
export type AdMetric = (typeof adMetrics)[number];

export interface AdCounts {
  impressions: number;
  clicks: number;
  conversions: number;
}

export const countsOf = {
  ctr: ({ impressions, clicks }: AdCounts) => ({ trials: impressions, successes: clicks }),
  cvr: ({ clicks, conversions }: AdCounts) => ({ trials: clicks, successes: conversions }),
  conversions: ({ impressions, conversions }: AdCounts) => ({ trials: impressions, successes: conversions }),
} as const satisfies Record<AdMetric, (counts: AdCounts) => Counts>;
