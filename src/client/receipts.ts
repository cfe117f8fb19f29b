import type { GenerationReceipt, ReceiptPage } from '../contract/receipt.ts';
import type { Purse } from '../domain/credits.ts';
import type { Paged } from './paged.ts';
import { routesOf } from './route.ts';
import type { Transport } from './transport.ts';

interface ReceiptQuery {
  limit?: number;
  cursor?: string;
  /** With the operator key: whose, and of which purse; live if absent. */
  accountId?: string;
  purse?: Purse;
}

type Options = { signal?: AbortSignal };

export interface ReceiptCalls {
  receipts: {
    /** The latest receipt of a generation, and those before it. */
    get(generationId: string, options?: Options): Promise<GenerationReceipt>;
    /** Oldest first. */
    list(query?: ReceiptQuery, options?: Options): Paged<ReceiptPage>;
    /** Every page, for `verifyReceipts`. */
    pages(query?: Omit<ReceiptQuery, 'cursor'>, options?: Options): AsyncIterable<ReceiptPage>;
  };
}

export function receiptCalls(transport: Transport): ReceiptCalls {
  const route = routesOf(transport);
  const own = route<(query: object, options?: Options) => Paged<ReceiptPage>>('GET /v1/receipts pages');
  const anothers = route<(accountId: string, query: object, options?: Options) => Paged<ReceiptPage>>(
    'GET /v1/accounts/{}/receipts pages',
  );
  const list = ({ accountId, purse, ...page }: ReceiptQuery = {}, options?: Options) =>
    accountId === undefined ? own(page, options) : anothers(accountId, { purse, ...page }, options);
  return {
    receipts: {
      get: route('GET /v1/generations/{}/receipt'),
      list,
      async *pages(query = {}, options = {}) {
        let cursor: string | null = '0';
        while (cursor !== null) {
          const page: ReceiptPage = await list({ limit: 500, ...query, cursor }, options);
          yield page;
          cursor = page.next_cursor;
        }
      },
    },
  };
}
