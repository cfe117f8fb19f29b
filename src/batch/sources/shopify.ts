import { z } from 'zod';
import { eitherFileOrUrl, fileOrUrlFields, isFileOrUrl, key } from './file-or-url.ts';
import { jsonItems } from './json-items.ts';
import { lookAhead } from './look-ahead.ts';
import { pages } from './pages.ts';
import { asRecord, parseRecord } from './parse-record.ts';
import { nameOf, readText } from './read-text.ts';
import { shopifyBulk } from './shopify-bulk.ts';
import { shopifyRows } from './shopify-rows.ts';
import { type RawRecord, type SourceContext, type SourceDriver, sourceLimits } from './source.ts';

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

type ShopifySpec = z.infer<typeof shopifySpec>;

export const shopifySource: SourceDriver<ShopifySpec> = {
  name: nameOf,
  async *records(spec, context, signal) {
    const products =
      spec.url === undefined ? fromFile(spec, context, signal) : fromShop(spec.url, spec, context, signal);
    for await (const product of products) {
      if ('fault' in product) yield product;
      else {
        const rows = shopifyRows(product.values, spec.rows);
        for (const [index, values] of rows.entries())
          yield {
            place: rows.length === 1 ? product.place : `${product.place}, variant ${index + 1}`,
            values,
          };
      }
    }
  },
};

async function* fromFile(
  spec: ShopifySpec,
  context: SourceContext,
  signal: AbortSignal,
): AsyncGenerator<RawRecord, void, undefined> {
  const { beginning, whole } = await lookAhead(readText(spec, context, signal), 200);
  const isList = beginning.trimStart().startsWith('[');
  if (!isList && !/^\s*\{\s*"products"\s*:/.test(beginning)) yield* shopifyBulk(whole);
  else
    for await (const { number, text } of jsonItems(whole, {
      name: nameOf(spec),
      items: isList ? undefined : 'products',
      longest: sourceLimits.recordBytes,
    }))
      yield parseRecord(text, `item ${number}`);
}

const productsAtOnce = '250';

/** A shop numbers its pages; its Admin API names the next in a header. */
async function* fromShop(
  address: string,
  { headers }: ShopifySpec,
  context: SourceContext,
  signal: AbortSignal,
): AsyncGenerator<RawRecord, void, undefined> {
  const url = new URL(address);
  if (!url.searchParams.has('limit')) url.searchParams.set('limit', productsAtOnce);
  const paging = url.pathname.startsWith('/admin/')
    ? { next: 'link-header' }
    : { page: { parameter: 'page', first: 1 } };
  const list = {
    url: url.href,
    items: 'products',
    headers,
    timeout_seconds: 60,
    max_pages: 10_000,
    ...paging,
  };
  let page = 1;
  for await (const items of pages(list, context, signal)) {
    for (const [index, item] of items.entries()) yield asRecord(item, `page ${page}, item ${index + 1}`);
    page += 1;
  }
}
