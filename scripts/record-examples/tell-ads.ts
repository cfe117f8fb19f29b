import type { Recorder } from './recorder.ts';

const matrix = {
  mode: 'full',
  axes: {
    hook: ['Mornings deserve better', 'Made by hand, made to last'],
    scene: ['a quiet kitchen', 'a sunny terrace'],
  },
};

const rows = [
  {
    ad: 'H1S1',
    date: '2026-11-27',
    impressions: 41_200,
    clicks: 618,
    conversions: 21,
    spend_micros: 148_300_000,
  },
  {
    ad: 'H1S2',
    date: '2026-11-27',
    impressions: 40_800,
    clicks: 660,
    conversions: 19,
    spend_micros: 146_900_000,
  },
  {
    ad: 'H2S1',
    date: '2026-11-27',
    impressions: 41_500,
    clicks: 871,
    conversions: 34,
    spend_micros: 149_400_000,
  },
  {
    ad: 'H2S2',
    date: '2026-11-27',
    impressions: 40_100,
    clicks: 890,
    conversions: 31,
    spend_micros: 144_400_000,
  },
  { ad: 'H9S9', date: '2026-11-27', impressions: 12, clicks: 0 },
];

/** Four ads, their first day, what it says and what comes next. */
export async function tellAds(call: Recorder['call'], key: string): Promise<void> {
  const ads = '/v1/ads/spring-ads';
  await call(key, 'PUT', `${ads}/matrix`, matrix);
  await call(key, 'GET', `${ads}/matrix`);
  await call(key, 'POST', `${ads}/results`, { source: 'meta', currency: 'EUR', rows });
  await call(key, 'GET', `${ads}/report`);
  await call(key, 'GET', `${ads}/choice?size=3`);
  await call(key, 'DELETE', `${ads}/results?source=meta`);
}
