import type { z } from '@hono/zod-openapi';
import type {
  Adjustment,
  adjustmentRequestSchema,
  grantPageSchema,
  LedgerCheck,
  Refund,
  refundRequestSchema,
} from '../contract/ledger.ts';
import { listPaged, type Paged } from './paged.ts';
import type { Transport } from './transport.ts';

type Options = { signal?: AbortSignal };
type OnceOptions = Options & { idempotencyKey?: string };

export type GrantPage = z.infer<typeof grantPageSchema>;

/** What the operator does with the books: the client then has the operator key. */
export interface LedgerCalls {
  ledger: {
    /** With an account's key: where its credits came from, newest first. */
    grants(query?: { limit?: number; cursor?: string }, options?: Options): Paged<GrantPage>;
    /** Retried with one idempotency key, so that it is done once; so is a refund. */
    adjust(
      accountId: string,
      body: z.input<typeof adjustmentRequestSchema>,
      options?: OnceOptions,
    ): Promise<Adjustment>;
    refund(
      generationId: string,
      body: z.input<typeof refundRequestSchema>,
      options?: OnceOptions,
    ): Promise<Refund>;
    /** Sums up all books again. */
    check(options?: Options): Promise<LedgerCheck>;
  };
}

export function ledgerCalls(transport: Transport): LedgerCalls {
  return {
    ledger: {
      grants: (query = {}, options) => listPaged(transport, '/v1/credits/grants', query, options),
      adjust: (accountId, json, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
        transport.call({
          method: 'POST',
          path: `/v1/accounts/${encodeURIComponent(accountId)}/adjustments`,
          json,
          idempotencyKey,
          signal,
        }),
      refund: (generationId, json, { idempotencyKey = crypto.randomUUID(), signal } = {}) =>
        transport.call({
          method: 'POST',
          path: `/v1/generations/${encodeURIComponent(generationId)}/refund`,
          json,
          idempotencyKey,
          signal,
        }),
      check: ({ signal } = {}) => transport.call({ method: 'GET', path: '/v1/ledger/check', signal }),
    },
  };
}
