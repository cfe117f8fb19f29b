import { z } from 'zod';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';

/** Products as Shopify writes them: `products.json` of a shop, or an export of its Admin API. */
export const shopifySpec = z
  .strictObject({
    driver: z.literal('shopify'),
    key: key.default('id'),
    ...fileOrUrlFields,
    rows: z
      .enum(['products', 'variants'], { error: 'rows must be products or variants.' })
      .default('products'),
  })
  .refine(isFileOrUrl, eitherFileOrUrl);
