import type { AdReport } from '../../client/index.ts';
import { fitTo, oneLine, widthOf } from '../text-width.ts';

/** What is compared, and what it is counted of. */
export const metricWords = {
  ctr: { head: 'CTR', name: 'clicks per impression', trials: 'IMPRESSIONS', of: 'impressions' },
  cvr: { head: 'CVR', name: 'conversions per click', trials: 'CLICKS', of: 'clicks' },
  conversions: {
    head: 'RATE',
    name: 'conversions per impression',
    trials: 'IMPRESSIONS',
    of: 'impressions',
  },
} as const satisfies Record<AdReport['metric'], object>;

const widestValue = 30;

/** `H2 A promise`: code and value, on one line and no wider than a table bears. */
export function levelName(letters: string, { number, value }: { number: number; value: unknown }): string {
  const text = oneLine(String(value));
  return `${letters}${number} ${widthOf(text) > widestValue ? fitTo(text, widestValue) : text}`;
}

export const whole = (value: number) => value.toLocaleString('en');

/** `1.53 %`, with as many digits as a rate of that size needs. */
export function percent(share: number): string {
  const of100 = share * 100;
  return `${of100.toFixed(of100 >= 10 ? 1 : 2)} %`;
}

/** `+12 %`, `−3.4 %`. */
export function signed(share: number): string {
  const of100 = Math.abs(share * 100);
  return `${share < 0 ? '−' : '+'}${of100 >= 1_000 ? '999' : of100.toFixed(of100 >= 10 ? 0 : 1)} %`;
}
