import type { ArkSite } from '../../config/hosted-engines.ts';

/** Where the same platform stands, how it calls the model there, and what it takes for it. */
export const sites: Record<ArkSite, { origin: string; model: string; price: TokenPrice | undefined }> = {
  byteplus: {
    origin: 'https://ark.ap-southeast.bytepluses.com',
    model: 'dreamina-seedance-2-0-260128',
    // Per 1,000 tokens of 720p: $0.007, and $0.0043 where there is a video among the references.
    price: { microUsdPer10Tokens: { withoutVideo: 70, withVideo: 43 } },
  },
  // Priced in another currency.
  volcengine: {
    origin: 'https://ark.cn-beijing.volces.com',
    model: 'doubao-seedance-2-0-260128',
    price: undefined,
  },
};

export interface TokenPrice {
  microUsdPer10Tokens: { withoutVideo: number; withVideo: number };
}
