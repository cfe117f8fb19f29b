import { relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSource, sourceSpecSchema } from '../../batch/sources/index.ts';
import type { SourceContext } from '../../batch/sources/source.ts';
import { AppError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import { UsageError } from '../exit-codes.ts';
import { headerFields, type Reaching } from './read-address.ts';
import type { NewWorkflow } from './write-workflow.ts';

type Row = Record<string, Json>;

/** A feed for Google Merchant Center, or the products of a Shopify shop. */
export type FeedKind = 'merchant' | 'shopify';

/** Rows enough to guess by. */
const most = 200;

/**
 * The first rows of a product feed, read as a run reads them, and the fields of `source:` that lead there. `place` is a file or
 * an address. Throws a UsageError for what cannot be read or has no rows.
 */
export async function sampleFeed(
  driver: FeedKind,
  place: string,
  { env, folder, signal, ...reaching }: Reaching & { folder: string },
): Promise<{ rows: Row[]; source: NewWorkflow['source'] }> {
  const isAddress = /^https?:\/\//i.test(place);
  const at = isAddress ? { url: driver === 'shopify' ? productsOf(place) : place } : { path: resolve(place) };
  const context: SourceContext = {
    folder,
    env: (name) => env[name],
    fetch: (url, request) => fetch(url, request),
    sleep: (ms, within) => sleep(ms, undefined, { signal: within }),
  };
  const rows: Row[] = [];
  let fault: string | undefined;
  try {
    for await (const row of openSource(
      sourceSpecSchema.parse({ driver, ...at, ...headerFields(reaching) }),
      context,
    ).rows(signal)) {
      if ('values' in row) rows.push(row.values);
      else fault = row.fault;
      if (rows.length === most) break;
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new UsageError(`${place} cannot be read: ${error.message}`, error.hint);
  }
  if (rows.length === 0) throw new UsageError(`${place} has no products.`, fault);
  const path = isAddress ? at : { path: relative(folder, resolve(place)) };
  return { rows, source: { driver, ...path, ...headerFields(reaching) } };
}

/** A shop that is named by its front door has its products behind it. */
function productsOf(address: string): string {
  const url = new URL(address);
  if (url.pathname === '/') url.pathname = '/products.json';
  return url.href;
}
